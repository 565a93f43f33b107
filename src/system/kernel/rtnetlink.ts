import { formatAddress, parseAddress } from '../../model/address.ts';
import type { IfName, Mac } from '../../model/units.ts';

/** Message types and fixed headers of rtnetlink (linux/rtnetlink.h, linux/if_link.h, linux/neighbour.h). */
export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;
export const RTM_NEWQDISC = 36;
export const RTM_DELQDISC = 37;
export const RTM_GETQDISC = 38;
export const RTM_NEWTCLASS = 40;
export const RTM_DELTCLASS = 41;
export const RTM_GETTCLASS = 42;
export const RTM_NEWTFILTER = 44;
export const RTM_DELTFILTER = 45;
export const RTM_GETTFILTER = 46;

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;

export const IFF_UP = 0x1;

/** struct ifinfomsg. `change` says which of `flags` count. */
export function linkHeader(options: { family?: number; index?: number; flags?: number; change?: number } = {}): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt8(options.family ?? AF_UNSPEC, 0);
  header.writeInt32LE(options.index ?? 0, 4);
  header.writeUInt32LE(options.flags ?? 0, 8);
  header.writeUInt32LE(options.change ?? options.flags ?? 0, 12);
  return header;
}

/** `52:54:00:ab:cd:ef` → six bytes. */
export function macBytes(mac: Mac): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

/** Six bytes → text; undefined for links that have none or another kind of address (tunnels). */
export function macText(bytes: Buffer | undefined): Mac | undefined {
  if (bytes?.length !== 6) return undefined;
  const hex = bytes.toString('hex');
  // oxlint-disable-next-line no-unsafe-type-assertion -- parsing it again would be half the cost of reading a link
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10)}` as Mac;
}

/** An address in network byte order, four or sixteen bytes. Addresses reach this room parsed. */
export function addressBytes(text: string): Buffer {
  const address = parseAddress(text);
  if (address === undefined) throw new TypeError(`'${text}' is no IP address`);
  const bytes = Buffer.alloc(address.family === 'ipv4' ? 4 : 16);
  for (let at = bytes.length - 1, rest = address.value; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

/** The canonical text of four or sixteen bytes. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  return formatAddress({ family: 'ipv6', value: BigInt(`0x${bytes.toString('hex')}`) });
}

/** A name that came from the kernel has passed its check. */
export function ifName(text: string | undefined): IfName {
  // oxlint-disable-next-line no-unsafe-type-assertion -- the kernel has checked it, by wider rules than parseIfName
  return (text ?? '') as IfName;
}
