import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ViaductError } from '../model/errors.ts';
import { encodePacket, FrameReader, readPayload } from './frame.ts';
import type { Packet } from './frame.ts';
import { pong } from './keepalive.ts';
import { authList, connectClose, connectOpen } from './procedures/connect.ts';
import type { Call } from './procedures.ts';
import { keepaliveProcedure, messageStatus, messageType, programs, protocolVersion, remoteError } from './protocol.ts';

/** An error reply: libvirt's own number, and the sentence its tools print. */
export class LibvirtRefusal extends Error {
  override readonly name = 'LibvirtRefusal';
  readonly code: number;
  readonly domain: number;

  constructor(code: number, domain: number, message: string) {
    super(message);
    this.code = code;
    this.domain = domain;
  }
}

export interface ClientOptions {
  /** `qemu:///system`. */
  readonly uri: string;
  readonly readOnly?: boolean;
  /** For each call. */
  readonly timeoutMs?: number;
  onEvent?(packet: Packet): void;
}

const defaultTimeoutMs = 30_000;

interface Waiting {
  readonly packet: (packet: Packet) => void;
  readonly failed: (error: Error) => void;
}

/** A client of one of libvirt's daemons. Calls may overlap. */
export class LibvirtClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #options: ClientOptions;
  readonly #frames = new FrameReader();
  readonly #waiting = new Map<number, Waiting>();
  /** libvirt counts from 0. */
  #serial = 0;

  private constructor(socket: Socket, path: string, options: ClientOptions) {
    this.#socket = socket;
    this.#path = path;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#failAll(unreachable(path, 'The daemon closed the connection.')));
  }

  /** Connects to a socket and opens `options.uri` there. */
  static async open(path: string, options: ClientOptions): Promise<LibvirtClient> {
    const client = new LibvirtClient(await connected(path), path, options);
    try {
      await client.call(authList, undefined);
      await client.call(connectOpen, { name: options.uri, flags: options.readOnly === true ? 1 : 0 });
      return client;
    } catch (error) {
      client.#socket.destroy();
      throw error;
    }
  }

  /** Throws {@link LibvirtRefusal} for an error reply, `unreachable` or `timeout` when there is none. */
  async call<Args, Ret>({ number, args, ret }: Pick<Call<Args, Ret>, 'number' | 'args' | 'ret'>, value: Args): Promise<Ret> {
    const serial = this.#serial++;
    const header = { program: programs.remote, version: protocolVersion, procedure: number, type: messageType.call, serial };
    const packet = await this.#exchange(serial, encodePacket(header, args, value));
    if (packet.status !== messageStatus.error) return readPayload(packet, ret);
    const { code, domain, message } = readPayload(packet, remoteError);
    throw new LibvirtRefusal(code, domain, message ?? `error ${code} without a message`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.call(connectClose, undefined).catch(() => undefined);
    this.#socket.destroy();
  }

  #exchange(serial: number, bytes: Buffer): Promise<Packet> {
    return new Promise<Packet>((resolve, reject) => {
      const late = setTimeout(
        () => waiting.failed(new ViaductError('timeout', `${this.#path} did not answer in time`)),
        this.#options.timeoutMs ?? defaultTimeoutMs,
      );
      const settle =
        <Value>(take: (value: Value) => void) =>
        (value: Value) => {
          clearTimeout(late);
          this.#waiting.delete(serial);
          take(value);
        };
      const waiting = { packet: settle(resolve), failed: settle(reject) };
      this.#waiting.set(serial, waiting);
      if (this.#socket.destroyed) waiting.failed(unreachable(this.#path, 'The connection is closed.'));
      else this.#socket.write(bytes);
    });
  }

  #receive(chunk: Buffer): void {
    try {
      for (const packet of this.#frames.push(chunk)) this.#accept(packet);
    } catch (cause) {
      this.#failAll(unreachable(this.#path, 'It does not speak libvirt’s protocol.', cause));
      this.#socket.destroy();
    }
  }

  #accept(packet: Packet): void {
    if (packet.program === programs.keepalive) {
      if (packet.procedure === keepaliveProcedure.ping) this.#socket.write(pong);
    } else if (packet.type === messageType.reply) {
      this.#waiting.get(packet.serial)?.packet(packet);
    } else if (packet.type === messageType.event) {
      this.#options.onEvent?.(packet);
    }
  }

  #failAll(error: Error): void {
    for (const { failed } of this.#waiting.values()) failed(error);
  }
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', (cause) => reject(unreachable(path, cause.message, cause)));
  });
}

function unreachable(path: string, reason: string, cause?: unknown): ViaductError {
  return new ViaductError('unreachable', `No answer on ${path}. ${reason}`, { params: { path }, cause });
}
