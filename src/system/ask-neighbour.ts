import { createSocket } from 'node:dgram';

/** discard(9): whoever gets it throws it away. */
const discard = 9;

/** Has the kernel ask who has an address, by one datagram to it: what it learns is in `System.neighbours`. */
export function askNeighbour(address: string, link: string): void {
  const isIpv6 = address.includes(':');
  const socket = createSocket(isIpv6 ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  socket.send('', discard, isIpv6 && address.startsWith('fe80:') ? `${address}%${link}` : address, () => socket.close());
}
