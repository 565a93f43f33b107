import type { Client } from '../rest/client.ts';
import { Failure } from './failure.ts';
import type { Translate, Translator } from './i18n/translate.ts';

/** The terminal and the machine, as a verb sees them; a test hands in its own. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Somebody can be asked. */
  readonly interactive: boolean;
  /** What is printed is looked at, not kept. */
  readonly colors: boolean;
  stdout(text: string): void;
  stderr(text: string): void;
  readInput(): Promise<string>;
  /** One line from the user; undefined when the input has ended. */
  ask(question: string): Promise<string | undefined>;
  readFile(path: string): Promise<string>;
  /** Runs a program on this terminal; resolves to its exit status. */
  runProgram(command: string, argument: string): Promise<number>;
  /** Rings once, when the user interrupts. */
  readonly interrupted: AbortSignal;
}

/** Everything a verb needs, for one command. */
export interface Session {
  readonly client: Client;
  readonly socketPath: string;
  readonly terminal: Terminal;
  readonly translator: Translator;
  readonly t: Translate;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** A line of the result. */
  readonly print: (line: string) => void;
  /** What was done, in words: a line that `--quiet` and `--json` leave out. */
  readonly tell: (line: string) => void;
  /** The result as a machine reads it; nothing without `--json`. */
  readonly printJson: (value: unknown) => void;
}

/** Runs one call; a refusal then says what was tried. */
export async function attempt<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(what, error);
  }
}
