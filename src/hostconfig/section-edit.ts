import { notUnderstood } from './write.ts';

/** Sets a key of a section to these values, one line for each: lines that are right stay, nothing else moves. */
export function setValues(text: string, section: string, key: string, values: readonly string[]): string {
  const lines = linesOf(text);
  const left = [...values];
  const kept: string[] = [];
  let current = '';
  let insertAt: number | undefined;
  for (const line of lines) {
    const header = /^\[(.+)\]$/.exec(line.trim())?.[1];
    if (header !== undefined) current = header;
    const here = current.toLowerCase() === section.toLowerCase();
    const equals = /^\s*([^=#;[]+?)\s*=\s*/.exec(line);
    if (here && equals?.[1]?.toLowerCase() === key.toLowerCase()) {
      const value = left.shift();
      if (value !== undefined)
        kept.push(
          line.slice(equals[0].length).trim() === value ? line : `${equals[0].trimEnd()}${/=\s+$/.test(equals[0]) ? ' ' : ''}${value}`,
        );
      if (value !== undefined) insertAt = kept.length;
      continue;
    }
    kept.push(line);
    if (here && line.trim() !== '' && !isComment(line)) insertAt = kept.length;
  }
  const added = left.map((value) => `${key}=${value}`);
  if (insertAt !== undefined) kept.splice(insertAt, 0, ...added);
  else if (added.length > 0) kept.push(...(kept.length === 0 ? [] : ['']), `[${section}]`, ...added);
  return kept.length === lines.length && kept.every((line, at) => line === lines[at]) ? text : joined(kept);
}

/** Takes a whole section away, with its keys, when `matches` says so. Comments in it stay. */
export function dropSections(text: string, section: string, matches: (get: (key: string) => string | undefined) => boolean): string {
  const lines = linesOf(text);
  const starts = [...lines.keys()].filter((at) => /^\s*\[.+\]\s*$/.test(lines[at] ?? ''));
  const dropped = new Set<number>();
  for (const [index, start] of starts.entries()) {
    if (lines[start]?.trim() !== `[${section}]`) continue;
    const end = starts[index + 1] ?? lines.length;
    const own = [...lines.keys()].slice(start + 1, end).filter((at) => lines[at]?.includes('=') === true && !isComment(lines[at]));
    const get = (key: string) =>
      own.map((at) => /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(lines[at] ?? '')).findLast((match) => match?.[1] === key)?.[2];
    if (!matches(get)) continue;
    for (const at of [start, ...own]) dropped.add(at);
    if (lines[start - 1]?.trim() === '') dropped.add(start - 1);
  }
  return dropped.size === 0 ? text : joined(lines.filter((_, at) => !dropped.has(at)));
}

/** @throws `spec-invalid` at the first line that is no header, no comment and no `key=value`. */
export function checkSections(path: string, text: string): void {
  let inside = false;
  for (const [at, line] of linesOf(text).entries()) {
    if (line.trim() === '' || isComment(line)) continue;
    if (/^\[.+\]$/.test(line.trim())) inside = true;
    else if (!inside || !/^\s*[^=\s][^=]*=/.test(line) || line.endsWith('\\')) throw notUnderstood(path, at + 1, line);
  }
}

function isComment(line: string): boolean {
  return /^\s*[#;]/.test(line);
}

/** Lines without the end of the last one. */
export function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
