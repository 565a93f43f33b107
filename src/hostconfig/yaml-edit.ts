import { parseDocument, type Document, type ToStringOptions } from 'yaml';

/**
 * Edits a YAML 1.1 text through its document. The library prints the whole document anew, in its own layout; so it is
 * printed before and after the edit, and only the lines in which the two differ are put into the text.
 */
export function editYaml(text: string, edit: (document: Document) => void): string {
  const document = parseDocument(text, { version: '1.1' });
  const layout = layoutOf(text);
  const before = document.toString(layout);
  edit(document);
  const after = document.toString(layout);
  if (after === before) return text;
  const patched = patch(text, before.split('\n'), after.split('\n'));
  return patched !== undefined && sameMeaning(patched, after) ? patched : after;
}

/** Undefined when the text's lines are not those of the printed document. */
function patch(text: string, before: readonly string[], after: readonly string[]): string | undefined {
  const lines = (text.endsWith('\n') ? text : `${text}\n`).split('\n');
  if (lines.length !== before.length) return undefined;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  // Inside of what differs, lines that are in both keep the text's own layout.
  const own = new Map(before.map((line, at) => [line, lines[at] ?? line]));
  return [
    ...lines.slice(0, head),
    ...after.slice(head, after.length - tail).map((line) => own.get(line) ?? line),
    ...lines.slice(lines.length - tail),
  ].join('\n');
}

function layoutOf(text: string): ToStringOptions {
  const indent = /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
  return { lineWidth: 0, indent, indentSeq: !/^( *)[^\s#-].*:[ ]*\n\1- /m.test(text), flowCollectionPadding: /[[{] /.test(text) };
}

function sameMeaning(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => parseDocument(text, { version: '1.1' }));
  return first?.errors.length === 0 && JSON.stringify(first.toJS()) === JSON.stringify(second?.toJS());
}
