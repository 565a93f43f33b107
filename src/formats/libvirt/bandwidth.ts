import { ViaductError } from '../../model/errors.ts';
import type { Bandwidth, BandwidthRate } from '../../model/network.ts';
import { parseDecimal, present, readNumber, readWith } from './read.ts';
import { attribute, children, type XmlElement } from './xml.ts';
import { block, element as out, type XmlOut } from './xml-writer.ts';

/** Undefined when neither direction is there. Zeros say nothing and are dropped. */
export function parseBandwidth(element: XmlElement): Bandwidth | undefined {
  const [inbound, outbound] = (['inbound', 'outbound'] as const).map((direction) => {
    const found = children(element, direction);
    if (found.length > 1) throw new ViaductError('xml-value', `Only one child <${direction}> element allowed`);
    return found[0];
  });
  if (inbound === undefined && outbound === undefined) return undefined;
  if (outbound !== undefined && attribute(outbound, 'floor') !== undefined) {
    throw new ViaductError('config-unsupported', "'floor' attribute allowed only in <inbound> element");
  }
  return present({
    inbound: inbound && parseRate(inbound),
    outbound: outbound && parseRate(outbound),
    classId: readNumber(element, 'classID'),
  });
}

/** An empty rate is a direction without limit. */
function parseRate(element: XmlElement): BandwidthRate | undefined {
  const read = (name: string) =>
    readWith(element, name, parseDecimal, 'config-unsupported', (text) => `could not convert bandwidth ${name} value '${text}'`);
  const { average, peak, burst, floor } = { average: read('average'), peak: read('peak'), burst: read('burst'), floor: read('floor') };
  if (average === undefined && floor === undefined) {
    throw new ViaductError('xml-value', 'Missing mandatory average or floor attributes', {
      hint: `Give <${element.name}> an average in KiB/s.`,
    });
  }
  if (average === undefined && (peak !== undefined || burst !== undefined)) {
    throw new ViaductError('config-unsupported', "'peak' and 'burst' require 'average' attribute");
  }
  const rate = present({ average: average || undefined, peak: peak || undefined, burst: burst || undefined, floor: floor || undefined });
  return rate.average === undefined && rate.floor === undefined ? undefined : rate;
}

export function formatBandwidth({ inbound, outbound, classId }: Bandwidth): XmlOut {
  return block('bandwidth', { classID: classId }, [
    ...(inbound === undefined ? [] : [formatRate('inbound', inbound)]),
    ...(outbound === undefined ? [] : [formatRate('outbound', outbound)]),
  ]);
}

function formatRate(direction: 'inbound' | 'outbound', { average, peak, floor, burst }: BandwidthRate): XmlOut {
  return out(direction, { average, peak, floor, burst });
}
