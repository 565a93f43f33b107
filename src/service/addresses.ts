import { canonicalAddress, formatAddress, parseAddress } from '../model/address.ts';
import type { Lease } from '../model/lease.ts';
import { ownsBridge, type DhcpRange, type Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import type { Mac } from '../model/units.ts';

/**
 * The IPv4 address to hold for a new port, so that DHCP answers at once and two guests never race for
 * one address. Undefined where the network's DHCP has no range, the definition already names an
 * address for this MAC, or the range is full.
 *
 * Sticky without a memory of its own: the MAC's other port, then its lease, then an address that
 * follows from the MAC, so that a guest that comes back finds its old one unless somebody took it.
 */
export function chooseAddress(network: Network, mac: Mac, ports: readonly Port[], leases: readonly Lease[]): string | undefined {
  const block = network.ips.find(({ family, dhcp }) => family === 'ipv4' && dhcp !== undefined);
  const ranges = block?.dhcp?.ranges.map(bounds).filter((range) => range !== undefined) ?? [];
  const hosts = block?.dhcp?.hosts ?? [];
  if (!ownsBridge(network) || ranges.length === 0 || hosts.some((host) => host.mac === mac)) return undefined;

  const taken = new Set<string>(network.ips.map(({ address }) => canonicalAddress(address)));
  for (const { ip } of hosts) if (ip !== undefined) taken.add(canonicalAddress(ip));
  for (const port of ports) if (port.mac !== mac && port.address !== undefined) taken.add(port.address);
  for (const lease of leases) if (lease.mac !== mac) taken.add(lease.address);

  const inRange = (address: string | undefined) => {
    const value = address === undefined ? undefined : parseAddress(address)?.value;
    return value !== undefined && ranges.some(({ start, end }) => value >= start && value <= end);
  };
  const held = ports.find((port) => port.mac === mac)?.address;
  const leased = leases.find((lease) => lease.mac === mac && lease.family === 'ipv4')?.address;
  const kept = [held, leased].find((address) => address !== undefined && inRange(address) && !taken.has(address));
  return kept ?? firstFree(ranges, mac, taken);
}

interface Bounds {
  readonly start: bigint;
  readonly end: bigint;
}

function bounds({ start, end }: DhcpRange): Bounds | undefined {
  const [first, last] = [parseAddress(start), parseAddress(end)];
  return first === undefined || last === undefined ? undefined : { start: first.value, end: last.value };
}

/** Starts at a place that the MAC decides and goes round once: at most one step more than addresses are taken. */
function firstFree(ranges: readonly Bounds[], mac: Mac, taken: ReadonlySet<string>): string | undefined {
  const size = ranges.reduce((sum, { start, end }) => sum + (end - start + 1n), 0n);
  const first = hash(mac) % size;
  for (let step = 0n; step < size && step <= BigInt(taken.size); step += 1n) {
    const address = formatAddress({ family: 'ipv4', value: nth(ranges, (first + step) % size) });
    if (!taken.has(address)) return address;
  }
  return undefined;
}

function nth(ranges: readonly Bounds[], index: bigint): bigint {
  let rest = index;
  for (const { start, end } of ranges) {
    if (rest <= end - start) return start + rest;
    rest -= end - start + 1n;
  }
  throw new RangeError(`No address number ${index} in these ranges.`);
}

/** FNV-1a over the text, 32 bits. */
function hash(text: string): bigint {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return BigInt(value);
}
