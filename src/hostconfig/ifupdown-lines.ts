import { linesOf } from './section-edit.ts';
import { notUnderstood } from './write.ts';

/** A logical line of /etc/network/interfaces: `raw` may be several, joined by `\`. Comments and blanks have no words. */
export interface Entry {
  readonly raw: string;
  readonly words: readonly string[];
}

/** From its `iface` line to its last option; comments between them included, those after them not. */
export interface Stanza {
  readonly name: string;
  readonly family: 'inet' | 'inet6';
  readonly method: string;
  entries: Entry[];
}

const keywords = ['auto', 'source', 'source-directory', 'mapping', 'rename', 'no-auto-down', 'no-scripts', 'template'];

export function entry(raw: string): Entry {
  const joined = raw.replaceAll('\\\n', ' ').trim();
  return { raw, words: joined === '' || joined.startsWith('#') ? [] : joined.split(/\s+/) };
}

/** The file as stanzas and the lines between them. @throws `spec-invalid` for an option outside of a stanza. */
export function readStanzas(path: string, text: string): (Stanza | Entry)[] {
  const parts: (Stanza | Entry)[] = [];
  let waiting: Entry[] = [];
  let current: Stanza | undefined;
  let inMapping = false;
  let line = 0;
  for (const one of entriesOf(text)) {
    const [keyword = '', name = '', family = '', method = ''] = one.words;
    line += one.raw.split('\n').length;
    if (one.words.length === 0) {
      waiting.push(one);
    } else if (keyword === 'iface') {
      parts.push(...waiting);
      current = { name, family: family === 'inet6' ? 'inet6' : 'inet', method, entries: [one] };
      parts.push(current);
      waiting = [];
      inMapping = false;
    } else if (keywords.includes(keyword) || keyword.startsWith('allow-')) {
      parts.push(...waiting, one);
      waiting = [];
      current = undefined;
      inMapping = keyword === 'mapping';
    } else if (current !== undefined) {
      current.entries.push(...waiting, one);
      waiting = [];
    } else if (inMapping) {
      parts.push(...waiting, one);
      waiting = [];
    } else throw notUnderstood(path, line, one.raw);
  }
  return [...parts, ...waiting];
}

export function printStanzas(parts: readonly (Stanza | Entry)[]): string {
  return parts
    .flatMap((part) => ('entries' in part ? part.entries : [part]))
    .map(({ raw }) => `${raw}\n`)
    .join('');
}

function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  let joined: string[] = [];
  for (const line of linesOf(text)) {
    const isComment = joined.length === 0 && line.trim().startsWith('#');
    joined.push(line);
    if (line.endsWith('\\') && !isComment) continue;
    entries.push(entry(joined.join('\n')));
    joined = [];
  }
  return joined.length === 0 ? entries : [...entries, entry(joined.join('\n'))];
}
