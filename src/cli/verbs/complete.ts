import type { Client } from '../../rest/client.ts';
import { common } from '../arguments.ts';
import type { Completion, Options } from '../verb.ts';
import { actionsOf, findVerb, nounNames, verbs } from '../verbs.ts';

/** Longer than this nobody waits for a key. */
const patienceMs = 400;

/**
 * What may stand in place of the last word, one candidate each; `:file` alone means any file.
 * @param words What follows `viaduct`; the last one is being typed and may be empty.
 */
export async function complete(words: readonly string[], client: Client): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? '';
  const candidates = await candidatesFor(before, typed, client);
  return candidates.filter((candidate) => candidate === ':file' || candidate.startsWith(typed)).toSorted();
}

async function candidatesFor(before: readonly string[], typed: string, client: Client): Promise<readonly string[]> {
  const words = withoutGlobals(before);
  const [first] = words;
  if (first === undefined) return typed.startsWith('-') ? optionNames({}) : [...verbs.map(({ name }) => name), ...nounNames];
  const actions = actionsOf(first);
  if (words.length === 1 && actions.length > 0) return actions;
  const found = findVerb(words);
  if (found === undefined) return [];
  const { verb, rest } = found;
  if (verb.name === 'help') return verbs.map(({ name }) => name);

  const last = rest.at(-1);
  const asked = last?.startsWith('--') === true ? valueOption(verb.options, last.slice(2)) : undefined;
  if (asked !== undefined) return offer(asked.complete, rest, client);
  if (typed.startsWith('-')) return optionNames(verb.options).filter((name) => !rest.includes(name));
  const place = nextPositional(verb.options, rest);
  return place === undefined ? optionNames(verb.options) : offer(place.complete, rest, client);
}

function withoutGlobals(words: readonly string[]): readonly string[] {
  let index = 0;
  while (words[index]?.startsWith('-') === true) index += ['--socket', '--color', '-c', '--connect'].includes(words[index] ?? '') ? 2 : 1;
  return words.slice(index);
}

function valueOption(options: Options, name: string) {
  const all: Options = { ...common, ...options };
  const option = Object.hasOwn(all, name) ? all[name] : undefined;
  return option?.type === 'flag' ? undefined : option;
}

function optionNames(options: Options): string[] {
  return Object.keys({ ...options, ...common }).map((name) => `--${name}`);
}

function nextPositional(options: Options, rest: readonly string[]) {
  const plain = rest.filter(
    (word, index) => !word.startsWith('-') && valueOption(options, (rest[index - 1] ?? '').replace(/^--/, '\u0000')) === undefined,
  );
  const places = Object.entries(options).filter(([name, option]) => option.positional === true && !rest.includes(`--${name}`));
  return places[plain.length]?.[1];
}

async function offer(kind: Completion | undefined, rest: readonly string[], client: Client): Promise<readonly string[]> {
  if (kind === undefined) return [];
  if (kind === 'file') return [':file'];
  if (typeof kind !== 'string') return kind;
  try {
    return await names(kind, rest, client, AbortSignal.timeout(patienceMs));
  } catch {
    return []; // No daemon, no names; a completion never complains.
  }
}

async function names(
  kind: Exclude<Completion, readonly string[] | 'file'>,
  rest: readonly string[],
  client: Client,
  signal: AbortSignal,
): Promise<readonly string[]> {
  switch (kind) {
    case 'network':
      return (await client.call('network.list', {}, signal)).map(({ name }) => name);
    case 'active-network':
      return (await client.call('network.list', { active: true }, signal)).map(({ name }) => name);
    case 'inactive-network':
      return (await client.call('network.list', { inactive: true }, signal)).map(({ name }) => name);
    case 'interface':
      return (await client.call('interface.list', {}, signal)).map(({ name }) => name);
    case 'nic-model':
      return (await client.call('nic.models', {}, signal)).models.map(({ name }) => name);
    case 'port': {
      const network = rest.find((word) => !word.startsWith('-'));
      return (await client.call('port.list', network === undefined ? {} : { network }, signal)).map(({ uuid }) => uuid);
    }
  }
}
