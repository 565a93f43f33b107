import { ViaductError } from '../../model/errors.ts';
import { Failure } from '../failure.ts';
import { attempt, type Session } from '../session.ts';

/** A file named on the command line; `-` is standard input. */
export async function readInputFile({ terminal, t }: Session, file: string): Promise<string> {
  if (file === '-') return terminal.readInput();
  try {
    return await terminal.readFile(file);
  } catch (cause) {
    if (cause instanceof ViaductError) throw placeIn(file, cause);
    const values = { file, reason: reasonOf(cause) };
    throw new Failure(isDirectory(cause) ? t('usage.unreadable-file', values) : t('usage.no-file', values));
  }
}

/** Runs one call about the document in a file. A refusal then says what was tried, and where in the file the mistake stands. */
export async function attemptOn<Result>(what: string, file: string, call: () => Promise<Result>): Promise<Result> {
  return attempt(what, async () => {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ViaductError) || error.params['line'] === undefined) throw error;
      const { code, message, hint, params, cause } = error;
      throw new ViaductError(code, message, { hint, cause, params: { ...params, file } });
    }
  });
}

/** A mistake with a line and column is shown where editors look for it: `lab.yaml:3:5: …`. */
export function placeIn(file: string, error: unknown): unknown {
  if (!(error instanceof ViaductError)) return error;
  const { line, column } = error.params;
  if (line === undefined) return error;
  const place = [file, line, ...(column === undefined ? [] : [column])].join(':');
  const message = `${place}: ${error.message.replace(/^Line \d+, column \d+: /, '')}`;
  const { line: _line, column: _column, ...params } = error.params;
  return new ViaductError(error.code, message, { hint: error.hint, params, cause: error.cause });
}

/** A folder can be opened; only reading it fails. */
function isDirectory(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EISDIR';
}

/** libc's words, which people know, for the codes that a file brings about. */
function reasonOf(cause: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    EISDIR: 'Is a directory',
    ENOTDIR: 'Not a directory',
    ELOOP: 'Too many levels of symbolic links',
    ENAMETOOLONG: 'File name too long',
  };
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
}
