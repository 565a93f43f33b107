import { ViaductError } from '../model/errors.ts';
import { Failure, UsageError } from './failure.ts';
import type { Translator } from './i18n/translate.ts';
import type { ExitStatus } from './verb.ts';

export interface Reporting {
  readonly terminal: { stderr(text: string): void };
  readonly translator: Translator;
  readonly json: boolean;
}

/**
 * Says on standard error what failed, why, where, and what to do: `error:`, `error:`, `at:` and `hint:`, one line
 * each, or one JSON object.
 *
 * @returns The exit status that goes with it.
 */
export function report({ terminal, translator, json }: Reporting, error: unknown): ExitStatus {
  const { t } = translator;
  const usage = error instanceof UsageError || isMistyped(error);
  const lines = error instanceof UsageError ? error.problems : linesOf(error, translator);
  const hint = hintOf(error, translator);
  if (json) terminal.stderr(`${JSON.stringify({ error: describe(error, lines, hint) })}\n`);
  else {
    for (const line of lines) terminal.stderr(`${t('line.error', { text: line })}\n`);
    const place = placeOf(error);
    if (place !== undefined) terminal.stderr(`${t('line.place', { text: place })}\n`);
    if (hint !== undefined) terminal.stderr(`${t('line.hint', { text: hint })}\n`);
  }
  return usage ? 2 : 1;
}

/** Programs of their own read their words with `parseArgs`, which throws these. */
function isMistyped(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function linesOf(error: unknown, translator: Translator): string[] {
  if (error instanceof Failure)
    return [headline(error, translator), ...(error.cause === undefined ? [] : linesOf(error.cause, translator))];
  if (error instanceof ViaductError) return [translator.error(error)];
  return [error instanceof Error ? error.message : String(error)];
}

/** What could not even be looked up is said so, whatever was to be done with it; virsh does the same. */
function headline({ message, cause }: Failure, { t }: Translator): string {
  if (!(cause instanceof ViaductError)) return message;
  const { network, port, interface: name, path } = cause.params;
  if (cause.code === 'network-not-found' && network !== undefined) return t('failed.get-network', { network });
  if (cause.code === 'port-not-found' && port !== undefined) return t('failed.get-port', { port });
  if (cause.code === 'interface-not-found' && name !== undefined) return t('failed.get-interface', { interface: name });
  if (cause.code === 'unreachable' && path !== undefined) return t('failed.connect');
  return message;
}

/** `blue.xml:7, <range start='10.0.0.1' end='10.0.0.9'>`, of a mistake in a file. */
function placeOf(error: unknown): string | undefined {
  const cause = error instanceof Failure ? error.cause : error;
  if (!(cause instanceof ViaductError)) return undefined;
  const { file, line, element } = cause.params;
  return file === undefined || line === undefined ? undefined : [`${file}:${line}`, ...(element === undefined ? [] : [element])].join(', ');
}

function hintOf(error: unknown, translator: Translator): string | undefined {
  if (error instanceof UsageError) return error.hint;
  if (error instanceof Failure) return error.hint ?? hintOf(error.cause, translator);
  return error instanceof ViaductError ? translator.hint(error) : undefined;
}

function describe(error: unknown, lines: readonly string[], hint: string | undefined): object {
  const cause = error instanceof Failure ? error.cause : error;
  const known =
    cause instanceof ViaductError
      ? { code: cause.code, params: cause.params }
      : { code: error instanceof UsageError ? 'usage' : 'internal', params: {} };
  return { ...known, message: lines.at(-1), ...(lines.length > 1 ? { what: lines[0] } : {}), ...(hint === undefined ? {} : { hint }) };
}
