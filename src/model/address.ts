import { Address6 } from 'ip-address';

/** An address as a number, so that ranges, masks and overlaps are arithmetic. */
export interface Address {
  readonly family: 'ipv4' | 'ipv6';
  readonly value: bigint;
}

/** A block of addresses. `base` has no bit below the prefix. */
export interface Subnet {
  readonly family: 'ipv4' | 'ipv6';
  readonly base: bigint;
  readonly prefix: number;
}

/** What an `<ip>` and a `<route>` have in common. */
export interface AddressSpec {
  readonly address: string;
  readonly netmask?: string;
  readonly prefix?: number;
}

/**
 * Strict: no zone, no `/prefix`, no octal-looking octets; undefined when it is no address.
 *
 * IPv4 is read here: four numbers, asked for so often that a library's 20 µs are a tenth of a daemon's start. IPv6 is
 * the library's, which takes `fe80::1%eth0` for an address too, hence the shape before it.
 */
export function parseAddress(text: string): Address | undefined {
  const octets = dottedQuad.exec(text);
  if (octets !== null) return { family: 'ipv4', value: BigInt(octets.slice(1).reduce((value, octet) => value * 256 + Number(octet), 0)) };
  if (/^[\da-f:.]+$/i.test(text) && Address6.isValid(text)) return { family: 'ipv6', value: new Address6(text).bigInt() };
  return undefined;
}

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const dottedQuad = new RegExp(`^${[octet, octet, octet, octet].join('\\.')}$`);

/** As inet_ntop(3) writes it: `2001:db8::1`, and the last half of an embedded IPv4 address with dots. */
export function formatAddress({ family, value }: Address): string {
  if (family === 'ipv4') return dotted(value);
  if (value >> 32n === 0xffffn) return `::ffff:${dotted(value)}`;
  return value >> 32n === 0n && value >> 16n !== 0n ? `::${dotted(value)}` : Address6.fromBigInt(value).correctForm();
}

/** The lowest 32 bits. */
function dotted(value: bigint): string {
  const number = Number(value & 0xffffffffn);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** The same address in one spelling; text that is no address comes back as it is. */
export function canonicalAddress(text: string): string {
  const address = parseAddress(text);
  return address === undefined ? text : formatAddress(address);
}

export function addressBits(family: 'ipv4' | 'ipv6'): number {
  return family === 'ipv4' ? 32 : 128;
}

/** `255.255.255.0` → 24; undefined when the ones are not all in front. */
export function prefixOfNetmask(netmask: string): number | undefined {
  const mask = parseAddress(netmask);
  if (mask?.family !== 'ipv4') return undefined;
  const bits = mask.value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

/** 24 → `255.255.255.0`. */
export function netmaskOfPrefix(prefix: number): string {
  return formatAddress({ family: 'ipv4', value: hostBits('ipv4', 0) ^ hostBits('ipv4', prefix) });
}

/**
 * The prefix an `<ip>` or `<route>` means. Without one and without a netmask, libvirt takes IPv4's old
 * classes (A 8, B 16, C 24) and 64 for IPv6; a whole-world address (a default route) is 0.
 */
export function prefixOf({ address, netmask, prefix }: AddressSpec): number | undefined {
  if (prefix !== undefined) return prefix;
  if (netmask !== undefined) return prefixOfNetmask(netmask);
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.value === 0n) return parsed && 0;
  if (parsed.family === 'ipv6') return 64;
  const first = Number(parsed.value >> 24n);
  if (first < 128) return 8;
  if (first < 192) return 16;
  return first < 224 ? 24 : undefined;
}

/** The block an `<ip>`'s address or a `<route>`'s destination lies in; undefined when the text is no address. */
export function subnetOf(spec: AddressSpec): Subnet | undefined {
  const address = parseAddress(spec.address);
  const prefix = prefixOf(spec);
  if (address === undefined || prefix === undefined || prefix > addressBits(address.family)) return undefined;
  return { family: address.family, base: address.value & ~hostBits(address.family, prefix), prefix };
}

/** `192.168.122.0/24`, `2001:db8::/64`; a bare address is a block of one. Host bits are cleared. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address, digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const parsed = address === undefined ? undefined : parseAddress(address);
  if (parsed === undefined || address === undefined) return undefined;
  return subnetOf({ address, prefix: digits === undefined ? addressBits(parsed.family) : Number(digits) });
}

export function formatSubnet({ family, base, prefix }: Subnet): string {
  return `${formatAddress({ family, value: base })}/${prefix}`;
}

export function lastOf({ family, base, prefix }: Subnet): bigint {
  return base | hostBits(family, prefix);
}

export function contains(subnet: Subnet, address: Address): boolean {
  return subnet.family === address.family && address.value >= subnet.base && address.value <= lastOf(subnet);
}

/** Blocks never overlap by halves: one contains the other. */
export function overlap(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.base <= lastOf(b) && b.base <= lastOf(a);
}

export function sameSubnet(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.base === b.base && a.prefix === b.prefix;
}

/** All the bits below the prefix, set. */
function hostBits(family: 'ipv4' | 'ipv6', prefix: number): bigint {
  return (1n << BigInt(addressBits(family) - prefix)) - 1n;
}
