/** An element to be written. A list as content puts each child on a line of its own. */
export interface XmlOut {
  readonly name: string;
  readonly attributes: XmlAttributes;
  readonly content: string | readonly XmlPiece[];
  /** Print `<ip>` and `</ip>` even when there is nothing between them. */
  readonly spread: boolean;
}

/** An element, or finished lines (metadata, which are another's words). */
export type XmlPiece = XmlOut | { readonly lines: string };

/** In the order in which they are printed; undefined is left out. */
export type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

/** `<name a='b'/>`, or with its text or its children inside. */
export function element(name: string, attributes: XmlAttributes = {}, content: string | readonly XmlPiece[] = []): XmlOut {
  return { name, attributes, content, spread: false };
}

/** An element that libvirt always prints as an open and a close tag on lines of their own. */
export function block(name: string, attributes: XmlAttributes, content: readonly XmlPiece[]): XmlOut {
  return { name, attributes, content, spread: true };
}

/** The document as libvirt prints it: two spaces, single quotes, a newline at the end. */
export function writeXml(root: XmlOut): string {
  return `${pieceLines(root, '').join('\n')}\n`;
}

export function yesNo(value: boolean | undefined): 'yes' | 'no' | undefined {
  return value === undefined ? undefined : value ? 'yes' : 'no';
}

function pieceLines(piece: XmlPiece, indent: string): readonly string[] {
  if ('lines' in piece) return [indent + piece.lines];
  const { name, content, spread } = piece;
  const open = `${indent}<${name}${attributesText(piece.attributes)}`;
  if (typeof content === 'string') return [`${open}>${escapeText(content)}</${name}>`];
  if (content.length === 0 && !spread) return [`${open}/>`];
  return [`${open}>`, ...content.flatMap((child) => pieceLines(child, `${indent}  `)), `${indent}</${name}>`];
}

function attributesText(attributes: XmlAttributes): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}='${escapeAttribute(String(value))}'`)
    .join('');
}

const entities: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' };

/** A bare carriage return would be read back as a newline. */
function escapeText(text: string): string {
  return text.replaceAll(/[<>&'"]/g, (found) => entities[found] ?? found).replaceAll('\r', '&#13;');
}

/** White space other than blanks would be read back as a blank. */
function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
