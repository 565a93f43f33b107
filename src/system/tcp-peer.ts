import { readFileSync } from 'node:fs';
import { isIPv4, type Socket } from 'node:net';

/**
 * The user at the other end of a TCP connection over loopback, as the kernel lists sockets; undefined for a
 * connection from elsewhere, and for one that is already closed.
 *
 * proc_net_tcp(5): each line names its local and its remote end in hex, the bytes of an address in host order for each
 * 32-bit word, and the uid that made the socket. The line whose local end is the peer's is the peer's own socket.
 * A user of another user namespace is seen as 65534.
 */
export function loopbackPeer(socket: Socket): { readonly uid: number } | undefined {
  const { remoteAddress, remotePort, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined || localPort === undefined || !isLoopback(remoteAddress)) return undefined;
  const ports = [hexPort(remotePort), hexPort(localPort)] as const;
  for (const table of ['/proc/self/net/tcp', '/proc/self/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const [, local = '', remote = '', , , , , uid] = line.trim().split(/\s+/);
      if (local.endsWith(ports[0]) && remote.endsWith(ports[1]) && isLoopbackHex(local) && uid !== undefined) return { uid: Number(uid) };
    }
  }
  return undefined;
}

/** 127.0.0.0/8, ::1, and the former written as the latter. */
export function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

const hexPort = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;

/** x86 and arm64 are little-endian: 127.0.0.1 is written 0100007F. */
function isLoopbackHex(end: string): boolean {
  const [address = ''] = end.split(':');
  return address.length === 8
    ? address.endsWith('7F')
    : address === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(address);
}
