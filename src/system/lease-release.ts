import { closeSync } from 'node:fs';
import type { Lease } from '../model/lease.ts';
import { checked, libc } from './kernel/libc.ts';
import { addressBytes } from './kernel/rtnetlink.ts';

/**
 * Gives an address back in the client's name: a DHCPRELEASE (RFC 2131) or a Release (RFC 8415) that comes, as far
 * as dnsmasq can see, from the bridge. dnsmasq answers neither in a way that matters; it drops the lease.
 *
 * @param server The bridge's own address that the lease belongs to.
 */
export function sendRelease(bridge: string, lease: Lease & { readonly mac: NonNullable<Lease['mac']> }, server: string): void {
  const packet = dhcpRelease(lease, server);
  sendFrom(bridge, AF_INET, packet, internetAddress(server, 67));
}

/** @param serverDuid Of dnsmasq, as its lease file says; Release must name it. */
export function sendRelease6(bridge: string, bridgeIndex: number, lease: Lease, serverDuid: string): void {
  const packet = dhcp6Release(lease, serverDuid);
  sendFrom(bridge, AF_INET6, packet, internetAddress('ff02::1:2', 547, bridgeIndex));
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

function sendFrom(bridge: string, family: number, packet: Buffer, to: Buffer): void {
  const fd = checked(libc.socket(family, SOCK_DGRAM_CLOEXEC, 0), 'socket');
  try {
    const device = Buffer.from(`${bridge}\0`);
    checked(libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, device.length), 'setsockopt SO_BINDTODEVICE');
    checked(libc.sendto(fd, packet, packet.length, 0, to, to.length), 'sendto');
  } finally {
    closeSync(fd);
  }
}

/** struct sockaddr_in or sockaddr_in6. */
function internetAddress(address: string, port: number, scope = 0): Buffer {
  const bytes = addressBytes(address);
  const socketAddress = Buffer.alloc(bytes.length === 4 ? 16 : 28);
  socketAddress.writeUInt16LE(bytes.length === 4 ? AF_INET : AF_INET6, 0);
  socketAddress.writeUInt16BE(port, 2);
  bytes.copy(socketAddress, bytes.length === 4 ? 4 : 8);
  if (bytes.length === 16) socketAddress.writeUInt32LE(scope, 24);
  return socketAddress;
}

/** BOOTP's 236 bytes, the magic cookie, and options: message type 7, server identifier, client identifier. */
function dhcpRelease({ address, mac, clientId }: Lease & { readonly mac: NonNullable<Lease['mac']> }, server: string): Buffer {
  const packet = Buffer.alloc(300);
  packet.set([1, 1, 6], 0);
  packet.writeUInt32BE(Date.now() >>> 0, 4);
  addressBytes(address).copy(packet, 12);
  hexGroups(mac).copy(packet, 28);
  packet.writeUInt32BE(0x6382_5363, 236);
  const id = clientId === undefined ? Buffer.alloc(0) : hexGroups(clientId);
  const options = Buffer.concat([
    Buffer.from([53, 1, 7, 54, 4]),
    addressBytes(server),
    ...(id.length > 0 ? [Buffer.from([61, id.length]), id] : []),
    Buffer.from([255]),
  ]);
  const whole = Buffer.concat([packet.subarray(0, 240), options]);
  return whole.length >= 300 ? whole : Buffer.concat([whole, Buffer.alloc(300 - whole.length)]);
}

/** Release (8): client and server DUID, elapsed time, and the association with the one address in it. */
function dhcp6Release({ address, clientId, iaid }: Lease, serverDuid: string): Buffer {
  const association = Buffer.alloc(12);
  association.writeUInt32BE(Number(iaid ?? 0) >>> 0, 0);
  const transaction = Date.now() & 0xff_ffff;
  return Buffer.concat([
    Buffer.from([8, transaction >>> 16, (transaction >>> 8) & 0xff, transaction & 0xff]),
    option(1, hexGroups(clientId ?? '')),
    option(2, hexGroups(serverDuid)),
    option(8, Buffer.alloc(2)),
    option(3, Buffer.concat([association, option(5, Buffer.concat([addressBytes(address), Buffer.alloc(8)]))])),
  ]);
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** `01:52:54:…` → bytes. */
function hexGroups(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}
