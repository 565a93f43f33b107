import type { Socket } from 'node:net';
import type { Caller, Log } from '../service/context.ts';
import type { Service } from '../service/service.ts';
import { apiDomain, apiName } from './api-names.ts';
import { describeError, internalError, noSupport, readOnlyAccess, rpcError } from './errors.ts';
import { EventSubscriptions } from './events.ts';
import { encodePacket, FrameReader } from './frame.ts';
import type { Packet } from './frame.ts';
import { Keepalive, ping, pong } from './keepalive.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import type { Procedure } from './procedures.ts';
import { keepaliveProcedure, limits, messageStatus, messageType, programs, protocolVersion, remoteError } from './protocol.ts';

/** One of libvirt's drivers, as the daemon that serves it: what it is called and what it answers. */
export interface Driver {
  readonly scheme: 'network' | 'interface';
  /** virErrorDomain of its objects. */
  readonly domain: number;
  readonly procedures: ReadonlyMap<number, Procedure>;
}

/** What all clients of a daemon share. */
export interface Daemon {
  readonly service: Service;
  readonly log: Log;
  readonly keepalive: KeepaliveOptions;
  nextCallbackId(): number;
  /** Told how many bytes of an incomplete packet a client has; the one with the most has to go when all have too many together. */
  hold(client: Session, bytes: number): void;
}

/** Calls of one client that are worked on at a time; libvirt's number. */
const callsInFlight = 5;
/** Calls that may wait for their turn before we stop reading from the client. */
const callsWaiting = 20;
/** As long as this much waits for a client to read it, nothing more of what it asked for is begun. */
const unreadReplies = 1024 * 1024;
/** A client that does not read what it is told unasked is dropped when this much waits for it. */
const unreadBytes = 2 * limits.message;

/** The dialogue with one client, from the first byte to the last. */
export class Session {
  readonly driver: Driver;
  readonly service: Service;
  readonly events: EventSubscriptions;
  readonly #daemon: Daemon;
  readonly #socket: Socket;
  readonly #peer: Caller;
  readonly #frames = new FrameReader();
  readonly #keepalive: Keepalive;
  #caller: Caller;
  #state: 'new' | 'open' | 'closing' = 'new';
  #queue: Packet[] = [];
  #running = 0;

  /** `caller.mayWrite` is what the socket allows; opening the connection read-only takes it away. */
  constructor(daemon: Daemon, driver: Driver, socket: Socket, caller: Caller) {
    this.#daemon = daemon;
    this.driver = driver;
    this.service = daemon.service;
    this.#socket = socket;
    this.#peer = caller;
    this.#caller = caller;
    this.events = new EventSubscriptions(
      () => daemon.nextCallbackId(),
      (packet) => this.#send(packet),
    );
    this.#keepalive = new Keepalive(
      daemon.keepalive,
      () => this.#send(ping),
      () => this.drop('it answers no keepalive'),
    );
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#startCalls());
    socket.on('error', (error) => daemon.log.debug({ client: this.#client(), error: error.message }, 'A libvirt client went away'));
    socket.on('close', () => this.#ended());
  }

  get caller(): Caller {
    return this.#caller;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** What the client would have to ask for to get here. */
  get uri(): string {
    return `${this.driver.scheme}:///system`;
  }

  open(readOnly: boolean): void {
    this.#state = 'open';
    if (readOnly) this.#caller = { ...this.#caller, mayWrite: false };
  }

  /** What is being worked on is still answered; then the connection ends. */
  closeAfterReply(): void {
    this.#state = 'closing';
  }

  startKeepalive(): void {
    this.#keepalive.start();
  }

  /** Root's daemons speak for their own clients; anybody else speaks for themselves, whatever they say. */
  actFor(identity: ReadonlyMap<string, unknown>): void {
    if (this.#peer.uid !== 0) return;
    const number = (field: string, fallback: number): number => {
      const value = Number(identity.get(field));
      return Number.isInteger(value) ? value : fallback;
    };
    const user = identity.get('user-name');
    this.#caller = {
      ...this.#caller,
      uid: number('unix-user-id', this.#peer.uid),
      gid: number('unix-group-id', this.#peer.gid),
      pid: number('process-id', this.#peer.pid),
      user: typeof user === 'string' ? user : this.#peer.user,
    };
  }

  #receive(chunk: Buffer): void {
    this.#keepalive.heard();
    try {
      for (const packet of this.#frames.push(chunk)) this.#accept(packet);
    } catch (error) {
      this.drop(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#daemon.hold(this, this.#frames.held);
  }

  #accept(packet: Packet): void {
    if (packet.program === programs.keepalive) {
      if (packet.procedure === keepaliveProcedure.ping) this.#send(pong);
      return;
    }
    switch (packet.type) {
      case messageType.call:
        this.#queue.push(packet);
        if (this.#queue.length > callsWaiting) this.#socket.pause();
        this.#startCalls();
        return;
      case messageType.reply:
      case messageType.event:
      case messageType.stream:
      case messageType.streamHole:
        return; // libvirt swallows these too
      default:
        throw new Error(`a packet of type ${packet.type}`);
    }
  }

  #startCalls(): void {
    while (this.#running < callsInFlight && this.#socket.writableLength < unreadReplies && this.#state !== 'closing') {
      const packet = this.#queue.shift();
      if (packet === undefined) break;
      void this.#work(packet);
    }
    if (this.#queue.length <= callsWaiting && this.#socket.isPaused()) this.#socket.resume();
  }

  async #work(packet: Packet): Promise<void> {
    this.#running += 1;
    const reply = await this.#answer(packet);
    this.#running -= 1;
    this.#send(reply);
    if (this.#state !== 'closing') this.#startCalls();
    else if (this.#running === 0) this.#socket.end();
  }

  /** The reply to `packet`, whatever happens. */
  async #answer(packet: Packet): Promise<Buffer> {
    const name = apiName(packet.procedure) ?? `procedure ${packet.procedure}`;
    try {
      return await this.#procedureFor(packet).answer(this, packet);
    } catch (error) {
      const { wire, known } = describeError(error, name, this.driver.domain);
      const details = { call: name, client: this.#client(), ...(known ? { error: wire.message } : { error }) };
      if (known) this.#daemon.log.debug(details, 'A libvirt call was refused');
      else this.#daemon.log.error(details, 'A libvirt call failed for a reason of our own');
      const { program, version, procedure, serial } = packet;
      return encodePacket({ program, version, procedure, serial, type: messageType.reply, status: messageStatus.error }, remoteError, wire);
    }
  }

  #procedureFor(packet: Packet): Procedure {
    if (packet.program !== programs.remote || packet.version !== protocolVersion) {
      throw rpcError(`Cannot find program ${packet.program} version ${packet.version}`);
    }
    if (packet.status !== messageStatus.ok) throw rpcError(`Unexpected message status ${packet.status}`);
    const name = apiName(packet.procedure);
    if (name === undefined) throw rpcError(`unknown procedure: ${packet.procedure}`);
    const procedure = this.driver.procedures.get(packet.procedure);
    if (!this.isOpen && procedure?.early !== true) throw internalError('connection not open');
    if (procedure === undefined) throw noSupport(name, apiDomain(name));
    if (procedure.write && !this.#caller.mayWrite) throw readOnlyAccess(name, this.driver.domain);
    return procedure;
  }

  #send(packet: Buffer): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    this.#socket.write(packet);
    if (this.#socket.writableLength > unreadBytes) this.drop('it does not read what it asked for');
  }

  /** Hangs up, and says in the log why. */
  drop(reason: string): void {
    if (this.#socket.destroyed) return;
    this.#daemon.log.warn({ client: this.#client(), reason }, 'A libvirt client was disconnected');
    this.#socket.destroy();
  }

  #ended(): void {
    this.#state = 'closing';
    this.#queue = [];
    this.#keepalive.stop();
    this.events.close();
    this.#daemon.hold(this, 0);
  }

  #client(): object {
    const { user, uid, pid } = this.#peer;
    return { driver: this.driver.scheme, user, uid, pid };
  }
}
