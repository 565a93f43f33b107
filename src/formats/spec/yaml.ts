import { isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { blamedPath } from '../../model/blame.ts';
import { ViaductError } from '../../model/errors.ts';
import type { NetworkDraft } from '../../model/network.ts';
import { validateNetwork, validateNewDefinition } from '../../model/validate.ts';
import { formatNetwork, parseNetwork } from '../libvirt/network.ts';
import { misplaced } from './misplaced.ts';
import type { SpecIssue } from './misplaced.ts';
import { readSpec } from './read.ts';
import { absentSpec, networkSpec } from './schema.ts';

export interface YamlNetwork {
  readonly network: NetworkDraft;
  readonly autostart?: boolean;
  readonly active: boolean;
  readonly absent?: true;
}

/** @throws `spec-invalid` with line and column. */
export function parseYaml(text: string): YamlNetwork[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, version: '1.2', prettyErrors: false });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => readDocument(document, lines) ?? []);
}

function readDocument(document: Document.Parsed, lines: LineCounter): YamlNetwork | undefined {
  const [broken] = document.errors;
  if (broken !== undefined) throw refusal(lines.linePos(broken.pos[0]), broken.message, { hint: 'This is not YAML.', cause: broken });
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return undefined;
  const placeOf = (path: SpecIssue['path']) => lines.linePos(offsetOf(document, path));
  const fail = (issue: SpecIssue) => {
    const path = nameOf(issue.path);
    return refusal(placeOf(issue.path), path === '' ? issue.message : `${path}: ${issue.message}`, { hint: issue.hint, path });
  };
  const plain = toPlain(document, placeOf([]));
  if (document.has('absent')) {
    const gone = absentSpec.safeParse(plain);
    if (gone.success) return { network: onlyNamed(gone.data.name), active: false, absent: true };
    const [found] = gone.error.issues;
    if (found !== undefined) throw fail(asIssue(found, document));
  }
  const read = networkSpec.safeParse(plain);
  const [issue] = read.success ? misplaced(read.data) : read.error.issues.map((found) => asIssue(found, document));
  if (issue !== undefined) throw fail(issue);
  const { autostart, active } = read.data!;
  return {
    network: checked(readSpec(read.data!), (path) => placeOf(specPath(path, document))),
    active,
    ...(autostart === undefined ? {} : { autostart }),
  };
}

function onlyNamed(name: string): NetworkDraft {
  return { name, forward: { mode: 'isolated' }, metadata: [], ips: [], routes: [], portGroups: [], dnsmasqOptions: [] };
}

interface Place {
  readonly line: number;
  readonly col: number;
}

/** Aliases may repeat parts, but not so often that a small text becomes a huge value. */
function toPlain(document: Document.Parsed, place: Place): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw refusal(place, cause instanceof Error ? cause.message : 'This cannot be read', { cause });
  }
}

/**
 * The definition as libvirt would read it back: a specification is another spelling of libvirt's document,
 * checked by the same rules and brought into the same form.
 */
function checked(draft: NetworkDraft, placeOf: (path: readonly (string | number)[]) => Place): NetworkDraft {
  try {
    validateNetwork(draft);
    validateNewDefinition(draft);
    return parseNetwork(formatNetwork(draft));
  } catch (cause) {
    if (!(cause instanceof ViaductError)) throw cause;
    throw refusal(placeOf(blamedPath(cause, draft)), cause.message, { hint: cause.hint, cause });
  }
}

/** The fields that parts of a network are written in, where they have another name. */
const fieldNames: Readonly<Record<string, string>> = { ips: 'addresses', portGroups: 'portgroups', txts: 'txt', srvs: 'srv' };

/** The way to a part of a network in its specification; to its name for the whole. One subnet has a short spelling. */
function specPath(path: readonly (string | number)[], document: Document.Parsed): readonly PropertyKey[] {
  if (path.length === 0) return ['name'];
  const [first, , ...rest] = path;
  const written = path.map((part) => (typeof part === 'string' ? (fieldNames[part] ?? part) : part));
  if (first !== 'ips' || document.has('addresses')) return written;
  return rest.length === 0 ? ['subnet'] : written.slice(2);
}

/** What zod found, in our words. */
function asIssue(issue: z.core.$ZodIssue, document: Document.Parsed): SpecIssue {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') return { path: [...path, issue.keys[0] ?? ''], message: 'there is no such field' };
  if (issue.code === 'custom') return { path: written(path, document), message: issue.message };
  if (path.length > 0 && !document.hasIn(path)) return { path, message: 'this field is missing' };
  if (issue.code === 'invalid_value') return { path, message: `expected ${issue.values.map(String).join(', ')}` };
  if (issue.code === 'invalid_type') return { path, message: `expected ${words[issue.expected] ?? issue.expected}` };
  return { path, message: issue.message };
}

/** The way to a field without what a short spelling left out. */
function written(path: SpecIssue['path'], document: Document.Parsed): SpecIssue['path'] {
  let length = path.length;
  while (length > 0 && !document.hasIn(path.slice(0, length))) length--;
  return path.slice(0, length);
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: "fields such as 'name: value'",
};

/** Where a field stands; where it is missing, what should have it. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === key) : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

/** `addresses[0].dhcp`; nothing for the top. */
function nameOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '');
}

function refusal(
  { line, col }: Place,
  message: string,
  more: { readonly hint?: string | undefined; readonly path?: string; readonly cause?: unknown },
): ViaductError {
  const { hint, path = '', cause } = more;
  return new ViaductError('spec-invalid', `Line ${line}, column ${col}: ${message}`, { hint, params: { line, column: col, path }, cause });
}
