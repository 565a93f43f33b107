import { assertNever, ViaductError } from '../../model/errors.ts';
import type { MetadataElement, Network } from '../../model/network.ts';
import { elementsOf, parseXml, type XmlAttribute, type XmlContent, type XmlElement } from './xml.ts';

/** The first element of each namespace; anything in no namespace is dropped, as libvirt does. */
export function parseMetadata(element: XmlElement): readonly MetadataElement[] {
  const byUri = new Map<string, MetadataElement>();
  for (const child of elementsOf(element)) {
    if (child.namespace === '' || byUri.has(child.namespace)) continue;
    byUri.set(child.namespace, { uri: child.namespace, xml: serialize(child, placeInDocument) });
  }
  return [...byUri.values()];
}

export type MetadataKind = 'description' | 'title' | 'element';

/** @throws `metadata-missing`. An element comes back without its own prefix and namespace. */
export function getMetadata(network: Network, what: MetadataKind, uri?: string): string {
  const value = what === 'element' ? elementOf(network, requireUri(uri)) : network[what];
  if (value === undefined) {
    throw new ViaductError('metadata-missing', 'Requested metadata element is not present', { params: { network: network.name } });
  }
  return value;
}

/** Sets a title, a description or the element of a namespace; an absent value removes it. */
export function setMetadata(
  network: Network,
  what: MetadataKind,
  value: string | undefined,
  target: { readonly uri?: string; readonly key?: string } = {},
): Network {
  if (what === 'element') return { ...network, metadata: withElement(network.metadata, requireUri(target.uri), target.key, value) };
  if (what === 'title' && value?.includes('\n') === true) {
    throw new ViaductError('invalid-argument', "metadata title can't contain newlines", { hint: 'Put longer text into the description.' });
  }
  const { [what]: _before, ...rest } = network;
  return value ? { ...rest, [what]: value } : rest;
}

function requireUri(uri: string | undefined): string {
  if (!uri) throw new ViaductError('invalid-argument', 'metadata of type element needs a namespace URI', { hint: 'Give --uri.' });
  return uri;
}

function elementOf({ metadata }: Network, uri: string): string | undefined {
  const found = metadata.find((element) => element.uri === uri);
  return found && serialize(inNamespace(parseXml(found.xml, '(metadata)'), uri, { prefix: '', namespace: '' }), 0);
}

function withElement(
  metadata: readonly MetadataElement[],
  uri: string,
  key: string | undefined,
  value: string | undefined,
): readonly MetadataElement[] {
  const others = metadata.filter((element) => element.uri !== uri);
  if (!value) return others;
  if (!key || !/^[\p{L}_][\p{L}\p{N}._-]*$/u.test(key)) {
    throw new ViaductError('invalid-argument', `'${key ?? ''}' is not a prefix for the metadata element`, {
      hint: 'Give --key with a short name.',
    });
  }
  const element = inNamespace(parseXml(value, '(metadata_xml)'), '', { prefix: key, namespace: uri });
  return [...others, { uri, xml: serialize({ ...element, declares: { ...element.declares, [key]: uri } }, placeInDocument) }];
}

/** The element and all inside it that is in namespace `from`, moved to another one. */
function inNamespace(element: XmlElement, from: string, to: { readonly prefix: string; readonly namespace: string }): XmlElement {
  const declares = Object.fromEntries(Object.entries(element.declares).filter(([, uri]) => uri !== from));
  const content = element.content.map((node) => (node.kind === 'element' ? inNamespace(node, from, to) : node));
  return { ...element, ...(element.namespace === from && to), declares, content };
}

/** Indent of an element inside `<metadata>` of a `<network>`. */
const placeInDocument = 4;

/** An element as it is printed inside `<metadata>`. */
export function asMetadata(xml: string): string {
  return serialize(parseXml(xml, '(metadata)'), placeInDocument);
}

/**
 * The element as libxml2 prints it: double quotes, ASCII in attributes, two spaces, white space between elements replaced by
 * indentation, and text left alone. The first line is not indented.
 */
function serialize(element: XmlElement, indent: number, scope: Readonly<Record<string, string>> = {}): string {
  const needed = namesOf(element).filter(({ prefix, namespace }) => prefix !== 'xml' && (scope[prefix] ?? '') !== namespace);
  const declares = { ...element.declares, ...Object.fromEntries(needed.map(({ prefix, namespace }) => [prefix, namespace])) };
  const inner = { ...scope, ...declares };
  const attributes = [
    ...Object.entries(declares).map(([prefix, uri]) => ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`),
    ...element.attributes.map((attribute) => ` ${qualified(attribute)}="${escapeAttribute(attribute.value)}"`),
  ].join('');
  const open = `<${qualified(element)}${attributes}`;
  const content = element.content.filter((node) => node.kind !== 'text' || node.text.trim() !== '');
  const mixed = content.some((node) => node.kind === 'text' || node.kind === 'cdata');
  if (content.length === 0) return `${open}/>`;
  const kept = mixed ? element.content : content;
  const step = indent + 2;
  const parts = kept.map((node) => serializeNode(node, step, inner));
  if (mixed) return `${open}>${parts.join('')}</${qualified(element)}>`;
  const lines = parts.map((part) => `\n${' '.repeat(step)}${part}`).join('');
  return `${open}>${lines}\n${' '.repeat(indent)}</${qualified(element)}>`;
}

function serializeNode(node: XmlContent, indent: number, scope: Readonly<Record<string, string>>): string {
  switch (node.kind) {
    case 'element':
      return serialize(node, indent, scope);
    case 'text':
      return escapeText(node.text);
    case 'cdata':
      return `<![CDATA[${node.text}]]>`;
    case 'comment':
      return `<!--${node.text}-->`;
    case 'instruction':
      return node.text === '' ? `<?${node.name}?>` : `<?${node.name} ${node.text}?>`;
    default:
      return assertNever(node);
  }
}

/** Names whose prefix has to be declared: an attribute without one is in no namespace. */
function namesOf({ prefix, namespace, attributes }: XmlElement): readonly { prefix: string; namespace: string }[] {
  return [{ prefix, namespace }, ...attributes.filter((attribute) => attribute.prefix !== '')];
}

function qualified({ prefix, name }: XmlElement | XmlAttribute): string {
  return prefix === '' ? name : `${prefix}:${name}`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function escapeAttribute(text: string): string {
  const named = escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
  return named.replaceAll(/[^\x20-\x7e]/gu, (found) => `&#x${(found.codePointAt(0) ?? 0).toString(16).toUpperCase()};`);
}
