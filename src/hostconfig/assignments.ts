/** One `KEY=VALUE` of a file, with its 1-based line. */
export interface Assignment {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/** Shell assignments as network-scripts sources them: quotes taken off, comments and anything else passed over. */
export function readAssignments(text: string): Assignment[] {
  return text.split('\n').flatMap((raw, at) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s#]*))/.exec(raw);
    if (match === null) return [];
    const [, key = '', double, single, plain] = match;
    return [{ key: key.toUpperCase(), value: double?.replaceAll(/\\(.)/g, '$1') ?? single ?? plain ?? '', line: at + 1 }];
  });
}

/** A section of an INI file; sections and keys may repeat, as in systemd.network(5). */
export interface Section {
  readonly name: string;
  readonly line: number;
  readonly entries: readonly Assignment[];
}

/** systemd's and NetworkManager's INI: `#` and `;` start comment lines, values keep their spaces inside. */
export function readSections(text: string): Section[] {
  const sections: { name: string; line: number; entries: Assignment[] }[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[(.+)\]$/.exec(line);
    if (header !== null) sections.push({ name: header[1] ?? '', line: at + 1, entries: [] });
    else {
      const equals = line.indexOf('=');
      if (equals > 0)
        sections.at(-1)?.entries.push({ key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim(), line: at + 1 });
    }
  }
  return sections;
}

/** The last value of a key in the sections of one name; undefined when nobody wrote it. */
export function valueOf(sections: readonly Section[], section: string, key: string): string | undefined {
  return sections
    .filter(({ name }) => name.toLowerCase() === section.toLowerCase())
    .flatMap(({ entries }) => entries)
    .findLast((entry) => entry.key.toLowerCase() === key.toLowerCase())?.value;
}

/** `yes`, `on`, `true`, `1` and their opposites; undefined for anything else. */
export function asBoolean(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(yes|on|true|1|y|t)$/i.test(value)) return true;
  return /^(no|off|false|0|n|f)$/i.test(value) ? false : undefined;
}

export function asNumber(value: string | undefined): number | undefined {
  const number = value === undefined || value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
