import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One operation of a transaction (RFC 7047, section 5.2). */
export type OvsdbOperation = Readonly<Record<string, unknown>> & { readonly op: string };

/** What one operation did: rows of a `select`, `count` of a `mutate` or `update`, `uuid` of an `insert`. */
export interface OvsdbResult {
  readonly rows?: readonly OvsdbRow[];
  readonly count?: number;
  readonly uuid?: OvsdbUuid;
  readonly error?: string;
  readonly details?: string;
}

export type OvsdbRow = Readonly<Record<string, unknown>>;
export type OvsdbUuid = readonly ['uuid', string];

/** No answer comes from a server that is being stopped: nobody waits longer. */
const answerWithinMs = 5000;

/** A connection to a server of the Open vSwitch Database protocol: JSON-RPC over a socket, one value after the other. */
export class Ovsdb implements Disposable {
  readonly #socket: Socket;
  readonly #frames = new JsonFrames();
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #next = 1;
  /** Called for each change of what is monitored. */
  onUpdate: (updates: Readonly<Record<string, Readonly<Record<string, OvsdbRow>>>>) => void = () => undefined;
  onClose: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      for (const text of this.#frames.take(chunk)) this.#hear(JSON.parse(text) as Message);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection to OVSDB was lost'));
      this.#waiting.clear();
      this.onClose();
    });
  }

  static async connect(path: string): Promise<Ovsdb> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new Ovsdb(socket.unref());
  }

  /** All of it or nothing: throws with the words of the operation that failed. */
  async transact(database: string, operations: readonly OvsdbOperation[]): Promise<readonly OvsdbResult[]> {
    const results = await this.#call<readonly OvsdbResult[]>('transact', [database, ...operations]);
    const failed = results.find((result) => result?.error !== undefined);
    if (failed !== undefined) throw new Error([failed.error, failed.details].filter(Boolean).join(': '));
    return results;
  }

  /** From now on `onUpdate` hears of changes of these columns, by table. */
  async monitor(database: string, tables: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const wanted = Object.entries(tables).map(([table, columns]) => [table, [{ columns, select: { initial: false } }]]);
    await this.#call('monitor', [database, null, Object.fromEntries(wanted)]);
  }

  [Symbol.dispose](): void {
    this.onClose = () => undefined;
    this.#socket.destroy();
  }

  #call<Result>(method: string, params: readonly unknown[]): Promise<Result> {
    const id = this.#next++;
    return new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => this.#socket.destroy(), answerWithinMs);
      const settle =
        <Value>(done: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(timer);
          done(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#socket.write(JSON.stringify({ id, method, params }));
    });
  }

  #hear({ id, method, params, result, error }: Message): void {
    if (method === 'echo') this.#socket.write(JSON.stringify({ id, result: params, error: null }));
    else if (method === 'update') this.onUpdate((params?.[1] ?? {}) as never);
    if (method !== undefined || typeof id !== 'number') return;
    const caller = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === null || error === undefined) caller?.resolve(result as never);
    else caller?.reject(new Error(typeof error === 'string' ? error : JSON.stringify(error)));
  }
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}

/**
 * Cuts a stream of JSON objects apart: they follow each other without anything between. Braces are counted outside
 * of strings; all that counts is ASCII, so bytes are looked at and no text is decoded twice.
 */
export class JsonFrames {
  #parts: Buffer[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;

  take(chunk: Buffer): string[] {
    const found: string[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (!this.#ends(chunk[at]!)) continue;
      found.push(Buffer.concat([...this.#parts, chunk.subarray(start, at + 1)]).toString('utf8'));
      this.#parts = [];
      start = at + 1;
    }
    if (start < chunk.length) this.#parts.push(chunk.subarray(start));
    return found;
  }

  /** Whether an object ends with this byte. */
  #ends(byte: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString) {
      if (byte === 0x5c) this.#escaped = true;
      else if (byte === 0x22) this.#inString = false;
    } else if (byte === 0x22) this.#inString = true;
    else if (byte === 0x7b) this.#depth += 1;
    else if (byte === 0x7d) return --this.#depth === 0;
    return false;
  }
}
