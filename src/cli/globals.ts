import { parseArgs } from 'node:util';
import { UsageError } from './failure.ts';
import type { Translate } from './i18n/translate.ts';

/** What stands before the verb: virsh's own options, and ours. Those of virsh that mean nothing here are accepted. */
const options = {
  connect: { type: 'string', short: 'c' },
  debug: { type: 'string', short: 'd' },
  escape: { type: 'string', short: 'e' },
  'keepalive-interval': { type: 'string', short: 'k' },
  'keepalive-count': { type: 'string', short: 'K' },
  log: { type: 'string', short: 'l' },
  readonly: { type: 'boolean', short: 'r' },
  quiet: { type: 'boolean', short: 'q' },
  timing: { type: 'boolean', short: 't' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  'version-short': { type: 'boolean', short: 'v' },
  'version-long': { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  socket: { type: 'string' },
  color: { type: 'string' },
  'no-color': { type: 'boolean' },
} as const;

export interface Globals {
  readonly connect?: string;
  readonly socket?: string;
  readonly color?: string;
  readonly quiet: boolean;
  readonly timing: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly json: boolean;
  /** The verb and everything after it. */
  readonly words: readonly string[];
}

export function readGlobals(args: readonly string[], t: Translate): Globals {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const verb = tokens.find(({ kind }) => kind === 'positional');
  const head = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind !== 'option' || token.index > (verb?.index ?? Infinity)) continue;
    const { name, rawName, value } = token;
    const option = new Map(Object.entries(options)).get(name);
    if (option === undefined) throw new UsageError(t('usage.unsupported-option', { option: rawName }));
    if (option.type === 'string' && value === undefined) throw new UsageError(t('usage.value-missing', { option: name, type: 'string' }));
    head.set(name, value ?? true);
  }
  const text = (name: string): string | undefined => {
    const value = head.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const [connect, socket, color] = [text('connect'), text('socket'), head.has('no-color') ? 'never' : text('color')];
  return {
    ...(connect === undefined ? {} : { connect }),
    ...(socket === undefined ? {} : { socket }),
    ...(color === undefined ? {} : { color }),
    quiet: head.has('quiet'),
    timing: head.has('timing'),
    help: head.has('help'),
    version: head.has('version') || head.has('version-short') || head.has('version-long'),
    json: head.has('json'),
    words: verb === undefined ? [] : args.slice(verb.index),
  };
}
