import { closeSync } from 'node:fs';
import { addressOf, checked, lastErrno, libc } from './libc.ts';
import { constants } from 'node:os';

const AF_PACKET = 17;
const SOCK_RAW_NONBLOCK_CLOEXEC = 3 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const ETH_P_ALL = 3;

/** Listens to the frames of one link. What the filter drops costs the link's traffic a few instructions, and is not copied. */
export interface PacketSocket extends Disposable {
  readonly fd: number;
  filter(program: Buffer): void;
  /** The next frame, in a buffer that is used again; undefined when there is none. */
  receive(): Buffer | undefined;
}

/**
 * @param options.outgoing Also what this host sends by the link; that costs a copy of each such packet's header.
 * @param options.receiveBuffer Bytes that may wait: the kernel drops what comes while it is full.
 */
export function openPacketSocket(
  index: number,
  program: Buffer,
  options: { readonly outgoing: boolean; readonly receiveBuffer: number; readonly frameBytes: number },
): PacketSocket {
  // Without a protocol it hears nothing until it is bound: no frame of another link, and none that the filter has not seen.
  const fd = checked(libc.socket(AF_PACKET, SOCK_RAW_NONBLOCK_CLOEXEC, 0), 'socket AF_PACKET');
  const frame = Buffer.alloc(options.frameBytes);
  const setNumber = (level: number, name: number, value: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(value);
    checked(libc.setsockopt(fd, level, name, bytes, bytes.length), `setsockopt ${name}`);
  };
  const filter = (code: Buffer): void => {
    // struct sock_fprog: how many instructions, and where.
    const description = Buffer.alloc(16);
    description.writeUInt16LE(code.length / 8, 0);
    description.writeBigUInt64LE(addressOf(code), 8);
    checked(libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, description, description.length), 'SO_ATTACH_FILTER');
  };
  try {
    filter(program);
    setNumber(SOL_SOCKET, SO_RCVBUF, options.receiveBuffer);
    if (!options.outgoing) setNumber(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    // struct sockaddr_ll: family, protocol in network order, index.
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(ETH_P_ALL, 2);
    address.writeInt32LE(index, 4);
    checked(libc.bind(fd, address, address.length), 'bind AF_PACKET');
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return {
    fd,
    filter,
    receive: () => {
      const length = libc.recv(fd, frame, frame.length, 0);
      // ENETDOWN is told once, when the link goes down.
      if (length < 0 && lastErrno() === constants.errno.ENETDOWN) return undefined;
      return length <= 0 ? undefined : frame.subarray(0, length);
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}
