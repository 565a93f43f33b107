import { ViaductError } from '../../model/errors.ts';
import type { Vlan } from '../../model/network.ts';
import { present, readNumber, readWord } from './read.ts';
import { attribute, children, type XmlElement } from './xml.ts';
import { element as out, yesNo, type XmlOut } from './xml-writer.ts';

/** Several tags are a trunk, said or not; a single tag is one only where it is said. */
export function parseVlan(element: XmlElement): Vlan {
  const tags = children(element, 'tag').map((tag) => {
    const id = readNumber(tag, 'id');
    if (id === undefined) throw new ViaductError('xml-invalid', "Missing required attribute 'id' in element 'tag'");
    return present({ id, nativeMode: readWord(tag, 'nativeMode', ['tagged', 'untagged']) });
  });
  const trunk = attribute(element, 'trunk');
  if (trunk !== undefined && trunk !== 'yes' && trunk !== 'no') {
    throw new ViaductError('xml-invalid', `invalid "trunk='${trunk}'" in <vlan> - must be yes or no`);
  }
  const vlan: Vlan = { ...present({ trunk: trunk === undefined ? undefined : trunk === 'yes' }), tags };
  return trunk === undefined && tags.length > 1 ? { trunk: true, tags } : vlan;
}

export function formatVlan({ trunk, tags }: Vlan): XmlOut {
  return out(
    'vlan',
    { trunk: yesNo(trunk === true ? true : undefined) },
    tags.map(({ id, nativeMode }) => out('tag', { id, nativeMode })),
  );
}
