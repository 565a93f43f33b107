import { ViaductError } from '../../model/errors.ts';
import { attribute, child, children, type XmlElement } from './xml.ts';

/** Reads one element: what is refused then says where it stands, unless a smaller element was named already. */
export function reading<Value>(element: XmlElement, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw standsAt(element, error);
  }
}

/** The first child of that name, read; undefined without one. */
export function readChild<Value>(parent: XmlElement, name: string, read: (found: XmlElement) => Value | undefined): Value | undefined {
  const found = child(parent, name);
  return found && reading(found, () => read(found));
}

/** All children of that name, read. */
export function readEach<Value>(parent: XmlElement, name: string, read: (found: XmlElement) => Value): Value[] {
  return children(parent, name).map((found) => reading(found, () => read(found)));
}

/** The refusal with `line`, and with `element` as its start tag is written. */
export function standsAt(element: XmlElement, error: unknown): unknown {
  if (!(error instanceof ViaductError) || error.params['line'] !== undefined) return error;
  const { code, message, hint, params, cause } = error;
  return new ViaductError(code, message, { hint, cause, params: { ...params, line: element.line, element: startTag(element) } });
}

/** The elements that the parts of a network are written as. */
const elementNames: Readonly<Record<string, string>> = {
  ips: 'ip',
  ranges: 'range',
  hosts: 'host',
  routes: 'route',
  portGroups: 'portgroup',
  forwarders: 'forwarder',
  txts: 'txt',
  srvs: 'srv',
  virtualPort: 'virtualport',
};

/** The element that a part of a network is written as, or the smallest one around it. */
export function elementOf(root: XmlElement, path: readonly (string | number)[]): XmlElement {
  const [part, index] = path;
  if (typeof part !== 'string') return root;
  const listed = typeof index === 'number';
  const found = children(root, elementNames[part] ?? part)[listed ? index : 0];
  return found === undefined ? root : elementOf(found, path.slice(listed ? 2 : 1));
}

/** Longer ones are cut. */
const shownLength = 100;

function startTag(element: XmlElement): string {
  const attributes = element.attributes
    .filter(({ namespace }) => namespace === '')
    .map(({ name }) => ` ${name}='${attribute(element, name) ?? ''}'`);
  const text = `<${element.name}${attributes.join('')}>`;
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
