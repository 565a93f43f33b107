import { encodePacket } from './frame.ts';
import { keepaliveProcedure, messageType, programs, protocolVersion } from './protocol.ts';
import { nothing } from './xdr.ts';

export interface KeepaliveOptions {
  /** Silence after which we ask. */
  readonly intervalMs: number;
  /** Questions in a row that may stay without an answer. */
  readonly count: number;
}

/** What libvirt's daemons do. */
export const keepaliveDefaults: KeepaliveOptions = { intervalMs: 5_000, count: 5 };

const message = (procedure: number): Buffer =>
  encodePacket(
    { program: programs.keepalive, version: protocolVersion, procedure, type: messageType.event, serial: 0 },
    nothing,
    undefined,
  );

export const ping = message(keepaliveProcedure.ping);
export const pong = message(keepaliveProcedure.pong);

/** Finds out that the other side is gone. Anything it says counts as a sign of life. */
export class Keepalive {
  readonly #options: KeepaliveOptions;
  readonly #ask: () => void;
  readonly #onDead: () => void;
  #timer: NodeJS.Timeout | undefined;
  #heard = true;
  #unanswered = 0;

  constructor(options: KeepaliveOptions, ask: () => void, onDead: () => void) {
    this.#options = options;
    this.#ask = ask;
    this.#onDead = onDead;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), this.#options.intervalMs).unref();
  }

  heard(): void {
    this.#heard = true;
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#heard) {
      // One interval of silence begins now.
      this.#heard = false;
      return;
    }
    if (this.#unanswered >= this.#options.count) {
      this.stop();
      this.#onDead();
      return;
    }
    this.#unanswered += 1;
    this.#ask();
  }
}
