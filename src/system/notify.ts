import { closeSync } from 'node:fs';
import { libc } from './kernel/libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;

/** Tells the service manager, where there is one (sd_notify(3)): `READY=1`, `RELOADING=1`, `STOPPING=1`. */
export function notifyManager(state: string, address = process.env['NOTIFY_SOCKET']): void {
  if (address === undefined || address === '') return;
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  // struct sockaddr_un: the family in the machine's order, then the path; an abstract one begins with a zero byte.
  const family = Buffer.from(Uint16Array.of(AF_UNIX).buffer);
  const path = Buffer.from(address.replace(/^@/, '\0'));
  const name = Buffer.concat([family, path, ...(address.startsWith('@') ? [] : [Buffer.alloc(1)])]);
  const message = Buffer.from(state);
  libc.sendto(fd, message, message.length, 0, name, name.length);
  closeSync(fd);
}
