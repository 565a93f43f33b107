import { canonicalAddress, parseAddress, prefixOfNetmask } from '../../model/address.ts';
import type { LeaseTime, PciAddress } from '../../model/network.ts';

/** The short texts of a specification, both ways. Readers answer undefined for what they cannot read. */

export interface Addressed {
  readonly address: string;
  readonly netmask?: string;
  readonly prefix?: number;
}

/** `192.168.122.1/24`, `192.168.122.1/255.255.255.0`, or an address alone. */
export function readAddressed(text: string): Addressed | undefined {
  const [address = '', mask, ...rest] = text.split('/');
  if (parseAddress(address) === undefined || rest.length > 0) return undefined;
  if (mask === undefined) return { address: canonicalAddress(address) };
  if (/^\d{1,3}$/.test(mask)) return { address: canonicalAddress(address), prefix: Number(mask) };
  return prefixOfNetmask(mask) === undefined ? undefined : { address: canonicalAddress(address), netmask: mask };
}

export function writeAddressed({ address, netmask, prefix }: Addressed): string {
  const mask = netmask ?? prefix;
  return mask === undefined ? address : `${address}/${mask}`;
}

export function readAddress(text: string): string | undefined {
  return parseAddress(text) === undefined ? undefined : canonicalAddress(text);
}

export interface Span<Value> {
  readonly start: Value;
  readonly end: Value;
}

/** `FROM-TO`, or one address that is both. */
export function readAddresses(text: string): Span<string> | undefined {
  const [from = '', to = from, ...rest] = text.split('-').map((part) => part.trim());
  const [start, end] = [readAddress(from), readAddress(to)];
  return start === undefined || end === undefined || rest.length > 0 ? undefined : { start, end };
}

export function readPorts(text: string): Span<number> | undefined {
  const [, start, end = start] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text) ?? [];
  return start === undefined ? undefined : { start: Number(start), end: Number(end) };
}

export function writeSpan<Value>({ start, end }: Span<Value>): string {
  return start === end ? String(start) : `${String(start)}-${String(end)}`;
}

const units = { s: 'seconds', m: 'minutes', h: 'hours' } as const;

/** `2h`, `30m`, `120s` or `infinite`. */
export function readLease(text: string): LeaseTime | undefined {
  if (text === 'infinite') return { expiry: 0 };
  const [, digits, unit] = /^(\d{1,10})([smh])$/.exec(text) ?? [];
  if (digits === undefined || (unit !== 's' && unit !== 'm' && unit !== 'h')) return undefined;
  return Number(digits) === 0 ? { expiry: 0 } : { expiry: Number(digits), unit: units[unit] };
}

export function writeLease({ expiry, unit = 'minutes' }: LeaseTime): string {
  return expiry === 0 ? 'infinite' : `${expiry}${unit.charAt(0)}`;
}

/** `0000:03:00.1`, as lspci -D prints it. */
export function readPci(text: string): PciAddress | undefined {
  const [, domain, bus, slot, fn] = /^([\da-f]{1,4}):([\da-f]{1,2}):([\da-f]{1,2})\.([0-7])$/i.exec(text) ?? [];
  if (domain === undefined || bus === undefined || slot === undefined || fn === undefined) return undefined;
  const [domainNumber = 0, busNumber = 0, slotNumber = 0, fnNumber = 0] = [domain, bus, slot, fn].map((digits) =>
    Number.parseInt(digits, 16),
  );
  return { domain: domainNumber, bus: busNumber, slot: slotNumber, function: fnNumber };
}

export function writePci({ domain, bus, slot, function: fn }: PciAddress): string {
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
