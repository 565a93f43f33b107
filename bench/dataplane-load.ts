import { closeSync, readFileSync } from 'node:fs';

import koffi from 'koffi';

import { addressOf, checked, libc } from '../src/system/kernel/libc.ts';
import { insideNetns } from '../src/system/kernel/netns.ts';

const library = koffi.load(null);
const connect = library.func('int connect(int fd, const void *address, int length)') as (
  fd: number,
  address: Buffer,
  length: number,
) => number;
const listen = library.func('int listen(int fd, int backlog)') as (fd: number, backlog: number) => number;
const accept = library.func('int accept(int fd, void *address, void *length)') as (fd: number, address: null, length: null) => number;
const sendmmsg = library.func('int sendmmsg(int fd, void *messages, unsigned int count, int flags)') as (
  fd: number,
  messages: Buffer,
  count: number,
  flags: number,
) => number;

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_LINGER = 13;
const discardPort = 9;
/** Messages of one system call. */
const batch = 64;
const payload = 18;

/** What one stretch of sending took. */
export interface Stretch {
  /** Packets a second. */
  readonly rate: number;
  /** Nanoseconds of CPU for each packet. */
  readonly cpu: number;
}

/** Sends small UDP packets from one socket. */
export class PacketSender {
  readonly #fd: number;
  /** What the messages point to has to stay where it is. */
  readonly #data = Buffer.alloc(payload);
  readonly #vector = Buffer.alloc(16);
  readonly #messages: Buffer;
  sent = 0;

  constructor(netns: string, to: string) {
    this.#fd = insideNetns(netns, () => checked(libc.socket(AF_INET, SOCK_DGRAM, 0), 'socket'));
    checked(connect(this.#fd, socketAddress(to, discardPort), 16), 'connect');
    this.#vector.writeBigUInt64LE(addressOf(this.#data), 0);
    this.#vector.writeBigUInt64LE(BigInt(payload), 8);
    this.#messages = messageHeaders(this.#vector);
  }

  /**
   * Sends for 20 ms. The kernel carries each packet all the way to the other namespace before the call
   * comes back, so this thread's CPU time is what the whole way costs.
   */
  stretch(): Stretch {
    let sent = 0;
    const cpu = threadCpuNs();
    const began = performance.now();
    while (performance.now() - began < 20) sent += checked(sendmmsg(this.#fd, this.#messages, batch, 0), 'sendmmsg');
    this.sent += sent;
    return { rate: (sent / (performance.now() - began)) * 1000, cpu: (threadCpuNs() - cpu) / sent };
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Opens TCP connections one after the other, takes each at the other end and resets it. Returns connections per second. */
export function connectAndReset(netns: string, otherNetns: string, to: string, count = 300): number {
  const listener = insideNetns(otherNetns, () => checked(libc.socket(AF_INET, SOCK_STREAM, 0), 'socket'));
  try {
    const address = socketAddress(to, 5000);
    const one = Buffer.from([1, 0, 0, 0]);
    const SO_REUSEADDR = 2;
    checked(libc.setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, one, 4), 'setsockopt');
    checked(libc.bind(listener, address, 16), 'bind');
    checked(listen(listener, 16), 'listen');
    return insideNetns(netns, () => {
      const began = performance.now();
      for (let index = 0; index < count; index++) {
        const fd = checked(libc.socket(AF_INET, SOCK_STREAM, 0), 'socket');
        // Closing resets the connection: no port is left waiting.
        checked(libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), 8), 'setsockopt');
        checked(connect(fd, address, 16), 'connect');
        const taken = checked(accept(listener, null, null), 'accept');
        closeSync(fd);
        closeSync(taken);
      }
      return (count / (performance.now() - began)) * 1000;
    });
  } finally {
    closeSync(listener);
  }
}

/** struct mmsghdr, 64 times, each naming the same data. */
function messageHeaders(vector: Buffer): Buffer {
  const messages = Buffer.alloc(64 * batch);
  for (let index = 0; index < batch; index++) {
    messages.writeBigUInt64LE(addressOf(vector), 64 * index + 16);
    messages.writeBigUInt64LE(1n, 64 * index + 24);
  }
  return messages;
}

function socketAddress(address: string, port: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(address.split('.').map(Number), 4);
  return bytes;
}

/** Nanoseconds this thread has been on a CPU, its soft interrupts included (proc(5), schedstat). */
function threadCpuNs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
}
