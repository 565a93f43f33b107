import { parseArgs } from 'node:util';
import { UsageError } from './failure.ts';
import type { Translate } from './i18n/translate.ts';
import type { Option, Options } from './verb.ts';

/** Options that every verb takes, before or after its name. */
export const common = {
  json: { type: 'flag', about: 'option.json' },
  quiet: { type: 'flag', about: 'option.quiet', short: 'q' },
  help: { type: 'flag', about: 'option.help', short: 'h' },
  socket: { type: 'text', about: 'option.socket', complete: 'file' },
  color: { type: 'text', about: 'option.color', complete: ['auto', 'always', 'never'] },
  'no-color': { type: 'flag', about: 'option.no-color' },
} as const satisfies Options;

export type Given = Readonly<Record<string, string | boolean | number | readonly string[] | undefined>>;

/**
 * Reads what follows a verb, the way virsh does: options anywhere, `--name value` or `--name=value`, and every
 * positional one also by its name. Which words are missing is the caller's to judge: `--help` needs none.
 */
export function readArguments(verb: string, options: Options, args: readonly string[], t: Translate): Given {
  const known: Options = { ...common, ...options };
  const given = new Map<string, string | boolean | string[]>();
  const take = (name: string, value: string): void => {
    if (known[name]?.type === 'words') given.set(name, [...wordsOf(given.get(name)), value]);
    else given.set(name, value);
  };

  for (const token of tokens(known, args)) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      const place = Object.keys(options).find(
        (name) => options[name]?.positional === true && (options[name].type === 'words' || !given.has(name)),
      );
      if (place === undefined) throw new UsageError(t('usage.unexpected', { data: token.value }), t('usage.see-help', { verb }));
      take(place, token.value);
      continue;
    }
    const { name, rawName, value } = token;
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) throw new UsageError(t('usage.unknown-option', { verb, option: rawName }), t('usage.see-help', { verb }));
    if (option.type === 'flag') {
      if (value !== undefined) throw new UsageError(t('usage.value-unwanted', { option: name }));
      given.set(name, true);
      continue;
    }
    if (value === undefined) throw new UsageError(t('usage.value-missing', { option: name, type: typeName(option) }));
    if (given.has(name) && option.type !== 'words') throw new UsageError(t('usage.seen', { option: name }));
    take(name, value);
  }
  return Object.fromEntries(Object.entries(known).map(([name, option]) => [name, typed(name, option, given.get(name), t)]));
}

export function refuseMissing(verb: string, options: Options, given: Given, t: Translate): void {
  const missing = Object.keys(options).filter((name) => options[name]?.required === true && given[name] === undefined);
  if (missing.length === 0) return;
  throw new UsageError(
    missing.map((option) => t('usage.missing', { verb, option })),
    t('usage.see-help', { verb }),
  );
}

export function typeName(option: Option): string {
  return option.type === 'number' ? 'number' : 'string';
}

function tokens(options: Options, args: readonly string[]) {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [
      name,
      { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(short === undefined ? {} : { short }) },
    ]),
  );
  return parseArgs({ args: [...args], options: config, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function typed(name: string, option: Option, value: string | boolean | string[] | undefined, t: Translate): Given[string] {
  if (option.type === 'flag') return value === true;
  if (option.type === 'words') return wordsOf(value);
  if (option.type === 'text' || value === undefined) return value;
  if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) return Number(value);
  throw new UsageError(t('usage.number', { value: String(value), option: name }));
}

function wordsOf(value: string | boolean | string[] | undefined): string[] {
  return Array.isArray(value) ? value : [];
}
