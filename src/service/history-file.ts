import { appendFileSync } from 'node:fs';
import { readText, replaceFile } from '../system/files.ts';
import type { Log } from './context.ts';
import type { Recorded } from './history.ts';

/** The file may hold so many lines that nobody needs any more before it is written anew. */
const slack = 1000;

/**
 * One line of JSON for each change. It is not synced: a power cut may take the newest lines, which are a way back and
 * not the definitions themselves. When it cannot be written, the history lives as long as the daemon.
 */
export class HistoryFile {
  readonly #path: string;
  readonly #log: Log;
  #lines = 0;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** A line that a killed daemon did not finish is left out. */
  read(): readonly Recorded[] {
    const text = readText(this.#path) ?? '';
    const changes = text.split('\n').flatMap((line) => parseLine(line) ?? []);
    this.#lines = changes.length;
    if (text !== '' && !text.endsWith('\n')) this.#try(() => this.#rewrite(changes));
    return changes;
  }

  append(added: readonly Recorded[], all: readonly Recorded[]): void {
    this.#lines += added.length;
    this.#try(() => {
      if (this.#lines > all.length + slack) this.#rewrite(all);
      else appendFileSync(this.#path, toLines(added), { mode: 0o600 });
    });
  }

  #rewrite(all: readonly Recorded[]): void {
    replaceFile(this.#path, toLines(all), 0o600);
    this.#lines = all.length;
  }

  #try(write: () => void): void {
    try {
      write();
    } catch (cause) {
      this.#log.warn({ err: cause, path: this.#path }, 'The history of networks cannot be written: it will be lost with this daemon.');
    }
  }
}

function parseLine(line: string): Recorded | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Recorded);
  } catch {
    return undefined;
  }
}

function toLines(changes: readonly Recorded[]): string {
  return changes.map((change) => `${JSON.stringify(change)}\n`).join('');
}
