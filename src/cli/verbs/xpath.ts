import { ParseOption, XmlAttribute, XmlDocument, XmlElement, type XmlNode } from 'libxml2-wasm';
import { UsageError } from '../failure.ts';
import type { Translate } from '../i18n/translate.ts';

/** Blanks between elements are dropped, so that what is printed is indented anew, as virsh does. */
const option =
  ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NOBLANKS | ParseOption.XML_PARSE_NO_SYS_CATALOG;

/** What an XPath expression selects, one node after the other, or with `wrap` all in one `<nodes>` element. */
export function selectXml(xml: string, xpath: string, wrap: boolean, t: Translate): string {
  const document = XmlDocument.fromString(xml, { option });
  try {
    const nodes = evaluate(document, xpath);
    if (nodes === undefined) throw new UsageError(t('usage.xpath', { xpath }));
    return wrap ? wrapped(nodes) : nodes.map((node) => `${print(node)}\n`).join('');
  } finally {
    document.dispose();
  }
}

function evaluate(document: XmlDocument, xpath: string): readonly XmlNode[] | undefined {
  try {
    const result = document.eval(xpath);
    return Array.isArray(result) ? result : undefined;
  } catch {
    return undefined;
  }
}

function print(node: XmlNode): string {
  if (node instanceof XmlElement) return node.toString();
  if (node instanceof XmlAttribute) return ` ${node.name}="${escape(node.content)}"`;
  return escape(node.content);
}

function wrapped(nodes: readonly XmlNode[]): string {
  const attributes = nodes.filter((node) => node instanceof XmlAttribute).map(print);
  const others = nodes.filter((node) => !(node instanceof XmlAttribute)).map(print);
  const document = XmlDocument.fromString(`<nodes${attributes.join('')}>${others.join('')}</nodes>`, { option });
  try {
    return `${document.root.toString()}\n`;
  } finally {
    document.dispose();
  }
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
