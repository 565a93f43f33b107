import { parseAddress } from '../../model/address.ts';
import type { NftHeader } from '../../model/nft.ts';
import { addressBytes, bytesAddress } from './nft-values.ts';

interface Place {
  readonly base: 'link' | 'network' | 'transport';
  readonly offset: number;
  readonly length: number;
}

/** Where each part of a frame stands; undefined for what the kernel knows without looking at the frame. */
export const headerPlaces: Readonly<Record<NftHeader, Place | undefined>> = {
  'meta protocol': undefined,
  'ether daddr': { base: 'link', offset: 0, length: 6 },
  'ether saddr': { base: 'link', offset: 6, length: 6 },
  'ether type': { base: 'link', offset: 12, length: 2 },
  'arp saddr ether': { base: 'network', offset: 8, length: 6 },
  'arp saddr ip': { base: 'network', offset: 14, length: 4 },
  'ip saddr': { base: 'network', offset: 12, length: 4 },
  'ip6 saddr': { base: 'network', offset: 8, length: 16 },
  'th sport': { base: 'transport', offset: 0, length: 2 },
  'th dport': { base: 'transport', offset: 2, length: 2 },
  'icmpv6 type': { base: 'transport', offset: 0, length: 1 },
  'nd target': { base: 'transport', offset: 8, length: 16 },
};

/** linux/if_ether.h */
const etherTypes: Readonly<Record<string, number>> = { ip: 0x0800, arp: 0x0806, '8021q': 0x8100, ip6: 0x86dd, '8021ad': 0x88a8 };

export function headerValue(header: NftHeader, text: string): Buffer {
  const place = headerPlaces[header];
  if (place === undefined || header === 'ether type') return number(etherTypes[text] ?? 0, 2);
  const address = parseAddress(text);
  if (address !== undefined) return addressBytes(address);
  return text.includes(':') ? Buffer.from(text.replaceAll(':', ''), 'hex') : number(Number(text), place.length);
}

export function headerText(header: NftHeader, value: Buffer): string {
  const plain = value.length <= 2 ? value.readUIntBE(0, value.length) : 0;
  if (header === 'meta protocol' || header === 'ether type')
    return Object.keys(etherTypes).find((name) => etherTypes[name] === plain) ?? String(plain);
  if (value.length === 6) return value.toString('hex').replaceAll(/(..)(?!$)/g, '$1:');
  return bytesAddress(value) ?? String(plain);
}

function number(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}
