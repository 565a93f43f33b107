import { ParseOption, XmlDocument, XmlElement as ParsedElement, XmlLibError, XmlTreeNode, type XmlNode } from 'libxml2-wasm';
import { XmlCData, XmlComment, XmlEntityReference, XmlText, type XmlAttribute as ParsedAttribute } from 'libxml2-wasm';
import { ViaductError } from '../../model/errors.ts';

/** An element as plain data: the parser's own memory is given back before it leaves this file. */
export interface XmlElement {
  readonly kind: 'element';
  /** Without prefix. */
  readonly name: string;
  readonly prefix: string;
  /** Empty for none. */
  readonly namespace: string;
  /** Prefix → namespace, as declared on this very element. */
  readonly declares: Readonly<Record<string, string>>;
  readonly attributes: readonly XmlAttribute[];
  readonly content: readonly XmlContent[];
  readonly line: number;
}

export interface XmlAttribute {
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly value: string;
}

export type XmlContent =
  | XmlElement
  | { readonly kind: 'text' | 'cdata' | 'comment'; readonly text: string }
  | { readonly kind: 'instruction'; readonly name: string; readonly text: string };

/**
 * Nothing is fetched, nothing outside the document is read, and a JavaScript string has no other encoding
 * than its own. The parser's limits (depth 256, entity amplification) hold: they refuse bombs.
 */
const option =
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_BIG_LINES |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_IGNORE_ENC;

/**
 * @param label What the text is, for the error, as libvirt says it: `(network_definition)`.
 * @throws `xml-malformed` with the line, and the place under it.
 */
export function parseXml(text: string, label: string): XmlElement {
  let document: XmlDocument;
  try {
    document = XmlDocument.fromString(text, { option });
  } catch (cause) {
    throw malformed(text, label, cause);
  }
  try {
    return plainElement(document.root, label);
  } finally {
    document.dispose();
  }
}

/** {@link parseXml}, and the root has to be `<root>`. */
export function parseRoot(text: string, label: string, root: string): XmlElement {
  const element = parseXml(text, label);
  if (element.name !== root) {
    throw new ViaductError('xml-root', `expecting root element of '${root}', not '${element.name}'`, {
      hint: `This document describes a <${element.name}>.`,
    });
  }
  return element;
}

/** Child elements of that name in no namespace, in document order. */
export function children(element: XmlElement, name: string): readonly XmlElement[] {
  return elementsOf(element).filter((found) => found.name === name && found.namespace === '');
}

/** The first one counts, as in libvirt. */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return children(element, name)[0];
}

export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return element.content.filter((node) => node.kind === 'element');
}

export function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((candidate) => candidate.name === name && candidate.namespace === '')?.value;
}

/** An empty attribute is as good as none. */
export function filled(element: XmlElement, name: string): string | undefined {
  return attribute(element, name) || undefined;
}

/** Everything written inside, at any depth. */
export function textOf(element: XmlElement): string {
  return element.content
    .map((node) => (node.kind === 'element' ? textOf(node) : node.kind === 'text' || node.kind === 'cdata' ? node.text : ''))
    .join('');
}

/** The text of a child element; undefined when the child is absent or empty. */
export function childText(element: XmlElement, name: string): string | undefined {
  const found = child(element, name);
  return (found && textOf(found)) || undefined;
}

function plainElement(element: ParsedElement, label: string): XmlElement {
  return {
    kind: 'element',
    name: element.name,
    prefix: element.prefix,
    namespace: element.namespaceUri,
    declares: element.nsDeclarations,
    attributes: element.attrs.map(plainAttribute),
    content: nodesOf(element).map((node) => plainContent(node, label)),
    line: element.line,
  };
}

/** The parser's processing instructions know no siblings, so where there is one the search finds the nodes: it costs more. */
function nodesOf(element: ParsedElement): readonly XmlNode[] {
  const nodes: XmlNode[] = [];
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (!(node instanceof XmlTreeNode)) return element.find('node()');
    nodes.push(node);
  }
  return nodes;
}

function plainAttribute({ name, prefix, namespaceUri, value }: ParsedAttribute): XmlAttribute {
  return { name, prefix, namespace: namespaceUri, value };
}

function plainContent(node: XmlNode, label: string): XmlContent {
  if (node instanceof ParsedElement) return plainElement(node, label);
  if (node instanceof XmlText) return { kind: 'text', text: node.content };
  if (node instanceof XmlCData) return { kind: 'cdata', text: node.content };
  if (node instanceof XmlComment) return { kind: 'comment', text: node.content };
  if (node instanceof XmlEntityReference) {
    throw new ViaductError('xml-malformed', `${label}:${node.line}: Entity '${node.name}' is not allowed`, {
      hint: 'Write the text itself in place of the entity.',
    });
  }
  return { kind: 'instruction', name: node.eval('name()') as string, text: node.content };
}

/** The longest piece of a bad line that is shown. */
const shownColumns = 240;

/** libvirt's own shape: label, line and reason, then the line with a caret under the place. */
function malformed(text: string, label: string, cause: unknown): ViaductError {
  const detail = cause instanceof XmlLibError ? cause.details[0] : undefined;
  const { line, col } = detail ?? { line: 1, col: 1 };
  const reason = detail?.message.trim().split('\n')[0] ?? 'Document is empty';
  const shown = text.split('\n')[line - 1]?.slice(0, shownColumns) ?? '';
  const caret = `${'-'.repeat(Math.max(0, Math.min(col - 1, shown.length)))}^`;
  return new ViaductError('xml-malformed', `${label}:${line}: ${reason}${shown === '' ? '' : `\n${shown}\n${caret}`}`, {
    params: { line },
    cause,
  });
}
