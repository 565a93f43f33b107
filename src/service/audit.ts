import { ViaductError } from '../model/errors.ts';
import type { Caller, Log } from './context.ts';
import type { AuditEntry } from './operation-types.ts';

/** Entries kept in memory; the log has all of them. */
const kept = 500;

/** Who changed what, with which result: one line of the log for each write, and the newest ones at hand. */
export class AuditTrail {
  readonly #entries: AuditEntry[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  record({ user, uid, pid, door }: Caller, operation: string, target: string | undefined, cause?: unknown): void {
    const error = cause === undefined ? undefined : cause instanceof ViaductError ? `${cause.code}: ${cause.message}` : 'internal error';
    const entry: AuditEntry = {
      at: Date.now(),
      user,
      pid,
      door,
      operation,
      ...(target !== undefined && { target }),
      ...(error !== undefined && { error }),
    };
    this.#entries.unshift(entry);
    this.#entries.length = Math.min(this.#entries.length, kept);
    this.#log.info(
      { audit: { ...entry, uid } },
      `${user} ran ${operation}${target === undefined ? '' : ` on ${target}`}: ${error ?? 'done'}`,
    );
  }

  /** The newest first. */
  entries(): readonly AuditEntry[] {
    return [...this.#entries];
  }
}
