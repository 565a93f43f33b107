import { ViaductError } from '../../model/errors.ts';
import type { Vlan } from '../../model/network.ts';
import { validateTags } from '../../model/validate.ts';
import { present, readNumber, readWord } from './read.ts';
import { attribute, children, type XmlElement } from './xml.ts';
import { element as out, type XmlOut } from './xml-writer.ts';

/** Several tags are a trunk, said or not; a single tag is one only where it is said, and "no" is not kept. */
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
  validateTags({ tags, ...present({ trunk: trunk === undefined ? undefined : trunk === 'yes' }) });
  return { tags, ...present({ trunk: trunk === 'yes' || tags.length > 1 ? true : undefined }) };
}

export function formatVlan({ trunk, tags }: Vlan): XmlOut {
  return out(
    'vlan',
    { trunk: trunk === true ? 'yes' : undefined },
    tags.map(({ id, nativeMode }) => out('tag', { id, nativeMode })),
  );
}
