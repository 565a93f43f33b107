import type { Socket } from 'node:net';
import { checked, libc } from './kernel/libc.ts';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** Who is at the other end of a Unix socket, as they were when they connected (SO_PEERCRED, socket(7)). */
export function peerCredentials(socket: Socket): { readonly uid: number; readonly gid: number; readonly pid: number } {
  const { fd } = (socket as unknown as { readonly _handle: { readonly fd: number } })._handle;
  // struct ucred: pid, uid, gid.
  const credentials = Buffer.alloc(12);
  const length = Buffer.from(Uint32Array.of(credentials.length).buffer);
  checked(libc.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length), 'getsockopt SO_PEERCRED');
  const [pid = 0, uid = 0, gid = 0] = new Int32Array(credentials.buffer, credentials.byteOffset, 3);
  return { uid: uid >>> 0, gid: gid >>> 0, pid };
}
