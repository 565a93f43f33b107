import { closeSync } from 'node:fs';
import { Attributes } from './attributes.ts';
import { checked, errnoText, KernelError, lastErrno, libc, sendOnPool } from './libc.ts';
import { insideNetns } from './netns.ts';

/** Protocols of AF_NETLINK (linux/netlink.h). */
export const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_ECHO = 0x8;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

const NLM_F_DUMP_INTR = 0x10;
const NLM_F_ACK_TLVS = 0x200;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;

/** What is asked. `body` is the family's header and attributes, as `AttributeWriter` makes it. */
export interface Message {
  readonly type: number;
  /** Besides NLM_F_REQUEST and NLM_F_ACK, which the socket adds. */
  readonly flags?: number;
  readonly body: Buffer;
  /** For errors: `RTM_NEWLINK virbr0`. */
  readonly call?: string;
}

export interface Reply {
  readonly type: number;
  readonly flags: number;
  /** Whose request this answers or, in an event, caused it: a socket's `port`; 0 when the kernel itself. */
  readonly port: number;
  readonly body: Buffer;
}

/** The kernel refused a message. `message` is its own sentence (extended ack) when it sent one, else errno's text. */
export class NetlinkError extends KernelError {
  override readonly name = 'NetlinkError';
  /** The kernel's sentence, where it has one. */
  readonly extack: string | undefined;
  /** Byte in the message, header included, that it disliked. */
  readonly offset: number | undefined;

  constructor(errno: number, call: string, more: { extack?: string | undefined; offset?: number | undefined } = {}) {
    super(errno, call, more.extack === undefined ? errnoText(errno) : `${errnoText(errno)} (${more.extack})`);
    this.extack = more.extack;
    this.offset = more.offset;
  }
}

export interface NetlinkSocket extends Disposable {
  readonly fd: number;
  /** The socket's own address, by which its doings are known in events. */
  readonly port: number;
  /** One message and everything the kernel answers; a dump when NLM_F_DUMP is set. Throws `NetlinkError`. */
  request(message: Message): Reply[];
  /**
   * As `request`, for what makes the kernel wait (deletions): sent from a pool thread, the event loop goes on.
   * Nothing else may use the socket until it is over.
   */
  requestSlow(message: Message): Promise<Reply[]>;
  /** Independent messages in few system calls; one entry each, undefined when done. Later ones are tried after a failure. */
  pipeline(messages: readonly Message[]): (NetlinkError | undefined)[];
  /**
   * One nfnetlink transaction: all or nothing. One entry per message; nothing was changed when any is an error.
   * Refused as a whole (generation changed, commit failed) it throws.
   *
   * @param subsystem NFNL_SUBSYS_…; 10 is nftables.
   * @param generation Refuse with ERESTART when the rule set has another generation by now.
   */
  batch(subsystem: number, messages: readonly Message[], generation?: number): (NetlinkError | undefined)[];
  /** Datagrams that came by themselves (group memberships). Never blocks; throws ENOBUFS when some were lost. */
  receive(): Reply[];
}

export interface NetlinkOptions {
  /** A name under /run/netns, or a process id; this process's own when absent. */
  readonly netns?: string;
  /** Multicast groups to join, by number (RTNLGRP_…, NFNLGRP_…). */
  readonly groups?: readonly number[];
  /** Bytes of queue for what the kernel sends; more than net.core.rmem_max needs CAP_NET_ADMIN. */
  readonly receiveBuffer?: number;
}

/** Opens a socket that is kept: opening costs more than a request. */
export function openNetlink(protocol: number, options: NetlinkOptions = {}): NetlinkSocket {
  const open = (): KeptSocket => openConfigured(protocol, options);
  return options.netns === undefined ? open() : insideNetns(options.netns, open);
}

function openConfigured(protocol: number, options: NetlinkOptions): KeptSocket {
  const fd = openSocket(protocol);
  try {
    setSocketBuffer(fd, 'receive', options.receiveBuffer ?? 4 * 1024 * 1024);
    setNetlinkOption(fd, NETLINK_CAP_ACK, 1);
    setNetlinkOption(fd, NETLINK_EXT_ACK, 1);
    if (protocol === NETLINK_ROUTE) setNetlinkOption(fd, NETLINK_GET_STRICT_CHK, 1);
    for (const group of options.groups ?? []) setNetlinkOption(fd, NETLINK_ADD_MEMBERSHIP, group);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return new KeptSocket(fd);
}

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;
const POLLIN = 1;

/** How long the kernel may take to answer. It answers while it handles the request, so this only ends a hang. */
const answerTimeoutMs = 10_000;
/** Messages whose acknowledgements fit into the socket's queue with room to spare. */
const pipelineDepth = 256;
/** Interrupted dumps are repeated; a host that changes faster than this is told so. */
const dumpTries = 20;

function openSocket(protocol: number): number {
  const fd = checked(libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol), 'socket');
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK, 0);
  checked(libc.bind(fd, address, address.length), 'bind');
  return fd;
}

function setNetlinkOption(fd: number, name: number, value: number): void {
  checked(libc.setsockopt(fd, SOL_NETLINK, name, int(value), 4), 'setsockopt');
}

function setSocketBuffer(fd: number, direction: 'receive' | 'send', bytes: number): void {
  const [force, plain] = direction === 'receive' ? [SO_RCVBUFFORCE, SO_RCVBUF] : [SO_SNDBUFFORCE, SO_SNDBUF];
  if (libc.setsockopt(fd, SOL_SOCKET, force, int(bytes), 4) < 0) {
    checked(libc.setsockopt(fd, SOL_SOCKET, plain, int(bytes), 4), 'setsockopt');
  }
}

function int(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
}

class KeptSocket implements NetlinkSocket {
  readonly fd: number;
  readonly port: number;
  readonly #inbox = Buffer.allocUnsafeSlow(256 * 1024);
  #sequence = 0;
  #sendBuffer = 200 * 1024;
  #open = true;

  constructor(fd: number) {
    this.fd = fd;
    const address = Buffer.alloc(12);
    checked(libc.getsockname(fd, address, int(address.length)), 'getsockname');
    this.port = address.readUInt32LE(4);
  }

  request(message: Message): Reply[] {
    const isDump = ((message.flags ?? 0) & NLM_F_DUMP) === NLM_F_DUMP;
    for (let tries = 1; ; tries++) {
      const sequence = this.#send([message], isDump ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_ACK);
      const { replies, interrupted } = this.#collect(sequence, message);
      if (!interrupted) return replies;
      if (tries >= dumpTries) throw new NetlinkError(4, message.call ?? `dump ${message.type}`);
    }
  }

  async requestSlow(message: Message): Promise<Reply[]> {
    const { packet, first } = this.#pack([message], NLM_F_REQUEST | NLM_F_ACK);
    await sendOnPool(this.fd, packet);
    return this.#collect(first, message).replies;
  }

  pipeline(messages: readonly Message[]): (NetlinkError | undefined)[] {
    const results: (NetlinkError | undefined)[] = [];
    for (let from = 0; from < messages.length; from += pipelineDepth) {
      const part = messages.slice(from, from + pipelineDepth);
      const first = this.#send(part, NLM_F_REQUEST | NLM_F_ACK);
      let open = part.length;
      while (open > 0) {
        for (const { header, body } of this.#awaitDatagram('pipeline')) {
          const index = header.sequence - first;
          if (header.type !== NLMSG_ERROR || index < 0 || index >= part.length) continue;
          results[from + index] = readError(header.flags, body, part[index]?.call ?? `message ${part[index]?.type}`);
          open--;
        }
      }
    }
    return results;
  }

  batch(subsystem: number, messages: readonly Message[], generation?: number): (NetlinkError | undefined)[] {
    const last = messages.length;
    const whole: Message[] = [
      { type: NFNL_MSG_BATCH_BEGIN, body: batchBody(subsystem, generation), call: 'batch begin' },
      // Acknowledged once, at the end of the batch: the acknowledgement of the last message tells that it is over.
      ...messages.map((message, index) => (index === last - 1 ? { ...message, flags: (message.flags ?? 0) | NLM_F_ACK } : message)),
      { type: NFNL_MSG_BATCH_END, body: batchBody(subsystem, undefined), call: 'batch end' },
    ];
    if (last === 0) return [];
    const first = this.#send(whole, NLM_F_REQUEST);
    const results: (NetlinkError | undefined)[] = Array.from({ length: last }, () => undefined);
    let refused: NetlinkError | undefined;
    for (let over = false; !over;) {
      const datagram = this.#awaitDatagram('batch', refused !== undefined || results.some((result) => result !== undefined));
      if (datagram.length === 0) break;
      for (const { header, body } of datagram) {
        const index = header.sequence - first - 1;
        if (header.type !== NLMSG_ERROR || index < -1 || index > last) continue;
        const error = readError(header.flags, body, whole[index + 1]?.call ?? `message ${whole[index + 1]?.type}`);
        if (index === -1 || index === last) refused ??= error;
        else results[index] ??= error;
        if (index === last - 1) over = true;
      }
    }
    if (refused !== undefined && results.every((result) => result === undefined)) throw refused;
    return results;
  }

  receive(): Reply[] {
    const replies: Reply[] = [];
    for (;;) {
      const datagram = this.#datagram();
      if (datagram === undefined) return replies;
      for (const { header, body } of datagram) replies.push({ type: header.type, flags: header.flags, port: header.port, body });
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.fd);
  }

  /** Sends messages as one datagram; returns the sequence number of the first. */
  #send(messages: readonly Message[], flags: number): number {
    const { packet, first } = this.#pack(messages, flags);
    checked(libc.send(this.fd, packet, packet.length, 0), 'send');
    return first;
  }

  #pack(messages: readonly Message[], flags: number): { packet: Buffer; first: number } {
    const first = this.#sequence + 1;
    let length = 0;
    for (const { body } of messages) length += 16 + align(body.length);
    const packet = Buffer.allocUnsafe(length);
    let at = 0;
    for (const message of messages) {
      const size = 16 + message.body.length;
      packet.writeUInt32LE(size, at);
      packet.writeUInt16LE(message.type, at + 4);
      packet.writeUInt16LE(flags | (message.flags ?? 0), at + 6);
      packet.writeUInt32LE(++this.#sequence, at + 8);
      packet.writeUInt32LE(0, at + 12);
      message.body.copy(packet, at + 16);
      packet.fill(0, at + size, at + align(size));
      at += align(size);
    }
    if (this.#sequence > 0x7000_0000) this.#sequence = 0;
    if (length > this.#sendBuffer) {
      this.#sendBuffer = length * 2;
      setSocketBuffer(this.fd, 'send', this.#sendBuffer);
    }
    return { packet, first };
  }

  /** Everything up to the acknowledgement or the end of the dump. */
  #collect(sequence: number, message: Message): { replies: Reply[]; interrupted: boolean } {
    const call = message.call ?? `message ${message.type}`;
    const replies: Reply[] = [];
    let interrupted = false;
    for (;;) {
      for (const { header, body } of this.#awaitDatagram(call)) {
        if (header.sequence !== sequence) continue;
        if ((header.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
        if (header.type === NLMSG_ERROR || header.type === NLMSG_DONE) {
          const error = readError(header.flags, body, call);
          if (error !== undefined) throw error;
          return { replies, interrupted };
        }
        replies.push({ type: header.type, flags: header.flags, port: header.port, body });
      }
    }
  }

  /** Waits for the next datagram; with `mayEnd`, an empty queue gives an empty one instead. */
  #awaitDatagram(call: string, mayEnd = false): Datagram {
    for (;;) {
      const datagram = this.#datagram();
      if (datagram !== undefined) return datagram;
      if (mayEnd) return [];
      const waited = Buffer.alloc(8);
      waited.writeInt32LE(this.fd, 0);
      waited.writeInt16LE(POLLIN, 4);
      if (checked(libc.poll(waited, 1, answerTimeoutMs), 'poll') === 0) throw new NetlinkError(110, call);
    }
  }

  /** The next datagram, or undefined when the queue is empty. */
  #datagram(): Datagram | undefined {
    const length = libc.recv(this.fd, this.#inbox, this.#inbox.length, MSG_DONTWAIT | MSG_TRUNC);
    if (length < 0) {
      const errno = lastErrno();
      if (errno === 11) return undefined;
      if (errno === 4) return [];
      throw new NetlinkError(errno, 'recv');
    }
    if (length > this.#inbox.length) throw new NetlinkError(90, 'recv');
    return splitDatagram(Buffer.from(this.#inbox.subarray(0, length)));
  }
}

interface Header {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly port: number;
}

type Datagram = readonly { readonly header: Header; readonly body: Buffer }[];

function splitDatagram(data: Buffer): Datagram {
  const messages: { header: Header; body: Buffer }[] = [];
  for (let at = 0; at + 16 <= data.length;) {
    const size = data.readUInt32LE(at);
    if (size < 16 || at + size > data.length) break;
    messages.push({
      header: {
        type: data.readUInt16LE(at + 4),
        flags: data.readUInt16LE(at + 6),
        sequence: data.readUInt32LE(at + 8),
        port: data.readUInt32LE(at + 12),
      },
      body: data.subarray(at + 16, at + size),
    });
    at += align(size);
  }
  return messages;
}

/** Reads the answer that ends a request: undefined for success. NLMSG_DONE and NLMSG_ERROR both start with a negative errno. */
function readError(flags: number, body: Buffer, call: string): NetlinkError | undefined {
  const errno = body.length >= 4 ? -body.readInt32LE(0) : 0;
  if (errno === 0) return undefined;
  if ((flags & NLM_F_ACK_TLVS) === 0) return new NetlinkError(errno, call);
  // After an error stands the header of our message (its body is cut off by NETLINK_CAP_ACK); after "done" nothing.
  const details = new Attributes(body, body.length >= 20 && body.readUInt32LE(4) >= 16 ? 20 : 4);
  return new NetlinkError(errno, call, { extack: details.text(1), offset: details.u32(2) });
}

/** struct nfgenmsg of a batch border: family, version, subsystem big-endian; NFNL_BATCH_GENID guards the generation. */
function batchBody(subsystem: number, generation: number | undefined): Buffer {
  const body = Buffer.alloc(generation === undefined ? 4 : 12);
  body.writeUInt16BE(subsystem, 2);
  if (generation !== undefined) {
    body.writeUInt16LE(8, 4);
    body.writeUInt16LE(1, 6);
    body.writeUInt32BE(generation, 8);
  }
  return body;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
