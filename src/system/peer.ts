import type { Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { hasCode } from './errno.ts';
import { addressOf, checked, libc } from './kernel/libc.ts';

export interface PeerCredentials {
  readonly uid: number;
  readonly gid: number;
  readonly pid: number;
  /** Supplementary ones. */
  readonly groups: readonly number[];
}

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_PEERGROUPS = 59;
/** NGROUPS_MAX times four is the most; those who are in more than this are not asked for the rest. */
const groupBytes = 4096;
const SCM_RIGHTS = 1;
const MSG_NOSIGNAL = 0x4000;
const MSG_DONTWAIT = 0x40;
const MSG_CMSG_CLOEXEC = 0x4000_0000;

/** Who connected a Unix socket, as the kernel noted it then; ids that this user namespace does not know are 65534. */
export function peerCredentials(socket: Socket): PeerCredentials {
  const credentials = Buffer.alloc(12);
  const length = Buffer.alloc(4);
  length.writeInt32LE(credentials.length);
  checked(libc.getsockopt(descriptorOf(socket), SOL_SOCKET, SO_PEERCRED, credentials, length), 'getsockopt SO_PEERCRED');
  return {
    pid: credentials.readInt32LE(0),
    uid: credentials.readUInt32LE(4),
    gid: credentials.readUInt32LE(8),
    groups: peerGroups(socket),
  };
}

function peerGroups(socket: Socket): readonly number[] {
  const groups = Buffer.alloc(groupBytes);
  const length = Buffer.alloc(4);
  length.writeInt32LE(groups.length);
  try {
    checked(libc.getsockopt(descriptorOf(socket), SOL_SOCKET, SO_PEERGROUPS, groups, length), 'getsockopt SO_PEERGROUPS');
  } catch (error) {
    if (hasCode(error, 'ERANGE', 'ENOPROTOOPT')) return [];
    throw error;
  }
  return Array.from({ length: length.readInt32LE(0) / 4 }, (_, index) => groups.readUInt32LE(index * 4));
}

/** Sends bytes over a Unix socket with an open file attached to the first of them (SCM_RIGHTS), after what was written before. */
export async function sendDescriptor(socket: Socket, fd: number, bytes: Buffer): Promise<void> {
  while (socket.writableLength > 0) await setTimeout(1);
  for (;;) {
    try {
      const sent = passDescriptor(descriptorOf(socket), fd, bytes);
      if (sent < bytes.length) socket.write(bytes.subarray(sent));
      return;
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error;
      await setTimeout(1);
    }
  }
}

/** {@link sendDescriptor} over a socket that is only a number here, such as one that a parent process left open. */
export function passDescriptor(over: number, fd: number, bytes: Buffer): number {
  const { message, control } = messageFor(bytes);
  // struct cmsghdr: length without padding, level, type, the descriptor.
  control.writeBigUInt64LE(20n, 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  control.writeInt32LE(fd, 16);
  return checked(libc.sendmsg(over, message, MSG_NOSIGNAL), 'sendmsg');
}

/**
 * Reads a paused socket until it ends or `enough` holds, and keeps the open file that came along: Node itself
 * would drop it. The descriptor is the caller's to close.
 */
export async function receiveDescriptor(
  socket: Socket,
  enough: (text: string) => boolean,
): Promise<{ readonly text: string; readonly fd?: number }> {
  let text = '';
  let fd: number | undefined;
  while (!enough(text) || fd === undefined) {
    const bytes = Buffer.alloc(4096);
    const { message, control } = messageFor(bytes);
    try {
      const length = checked(libc.recvmsg(descriptorOf(socket), message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC), 'recvmsg');
      if (length === 0) break;
      text += bytes.toString('latin1', 0, length);
      if (message.readBigUInt64LE(40) >= 20n && control.readInt32LE(12) === SCM_RIGHTS) fd = control.readInt32LE(16);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error;
      await setTimeout(1);
    }
  }
  return { text, ...(fd !== undefined && { fd }) };
}

/** What a message points to lives as long as the message. */
const pointedTo = new WeakMap<Buffer, readonly Buffer[]>();

/** struct msghdr: no name, one vector, room for one control message. */
function messageFor(bytes: Buffer): { readonly message: Buffer; readonly control: Buffer } {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(addressOf(bytes), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  const control = Buffer.alloc(24);
  const message = Buffer.alloc(56);
  message.writeBigUInt64LE(addressOf(vector), 16);
  message.writeBigUInt64LE(1n, 24);
  message.writeBigUInt64LE(addressOf(control), 32);
  message.writeBigUInt64LE(BigInt(control.length), 40);
  pointedTo.set(message, [vector, control, bytes]);
  return { message, control };
}

/** Node shows the descriptor of a socket only on its inner handle. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  if (typeof fd !== 'number' || fd < 0) throw new Error('The connection is closed.');
  return fd;
}
