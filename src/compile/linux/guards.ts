import { canonicalAddress, formatAddress, parseAddress, subnetOf } from '../../model/address.ts';
import { guardNames, mergeGuards, type Guard } from '../../model/guard.ts';
import type { GuardObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import { guardChainNames } from '../../model/nft-skeleton.ts';
import type { NftHeader, NftMatch, NftNetwork, NftRule } from '../../model/nft.ts';
import type { Port } from '../../model/port.ts';
import { parseMac, type IfName, type Mac } from '../../model/units.ts';
import { reflectionRules } from './reflections.ts';

/** What a guarded port may speak for. */
export interface Identity {
  readonly mac: Mac;
  readonly addresses: readonly string[];
}

/**
 * The guard of a port whose wire is ours; none where nothing is guarded, or where its frames pass no bridge.
 *
 * @param reflecting Its own frames may come back to the port.
 */
export function portGuard(network: Network, port: Port, reflecting: boolean): GuardObject[] {
  const { link, mac } = port;
  if (link === undefined || link.kind === 'macvtap') return [];
  return guardObjects(link.name, rulesOf(network, port), reflecting ? mac : undefined);
}

/** A link that a hypervisor has put on a bridge of ours, with what is known of who is behind it. */
export interface GuestLink {
  readonly name: IfName;
  /** The guest's own address; absent where nobody can say. */
  readonly mac?: Mac;
  readonly port?: Port;
}

/** A hypervisor gives its tap the guest's address with `fe` in front: so its port is found, and what it may speak for. */
export function guestLinks(ports: readonly Port[], guests: readonly IfName[], macs: ReadonlyMap<IfName, Mac> = new Map()): GuestLink[] {
  if (guests.length === 0) return [];
  const byTail = new Map(ports.flatMap((port) => (port.link === undefined ? [[port.mac.slice(2), port] as const] : [])));
  return guests.map((name) => {
    const tap = macs.get(name);
    const port = tap && byTail.get(tap.slice(2));
    const mac = port?.mac ?? (tap?.startsWith('fe:54:00:') === true ? parseMac(`52${tap.slice(2)}`) : undefined);
    return { name, ...(mac !== undefined && { mac }), ...(port !== undefined && { port }) };
  });
}

/** The guards of hypervisors' links. One without a port is guarded against what no guest may offer. */
export function guestGuards(network: Network, links: readonly GuestLink[], reflecting: boolean): GuardObject[] {
  return links.flatMap(({ name, mac, port }) => {
    const rules =
      port === undefined
        ? guardRules({ ...network.guard, mac: false, ipv4: false, ipv6: false, arp: false, nd: false }, undefined)
        : rulesOf(network, port);
    return guardObjects(name, rules, reflecting ? mac : undefined);
  });
}

/** The guards of hypervisors' links on a bridge of the host, as far as they have been seen. */
export function wireGuards(network: Network, ports: readonly Port[]): GuardObject[] {
  return ports.flatMap((port) =>
    port.link !== undefined || port.wire === undefined || port.goneSince !== undefined || port.plug.type !== 'bridge'
      ? []
      : guardObjects(port.wire, rulesOf(network, port), undefined),
  );
}

function rulesOf(network: Network, port: Port): readonly NftRule[] {
  const guard = mergeGuards(network.guard, port.guard);
  return Object.values(guard).includes(true) ? guardRules(guard, { mac: port.mac, addresses: addressesOf(network, port) }) : [];
}

function guardObjects(link: IfName, rules: readonly NftRule[], reflected: Mac | undefined): GuardObject[] {
  const parts = [
    ...(rules.length === 0 ? [] : [guardNetwork(link, rules)]),
    ...(reflected === undefined ? [] : [reflectionRules(link, reflected)]),
  ];
  if (parts.length === 0) return [];
  return [
    { kind: 'guard', link, rules: { chains: parts.flatMap(({ chains }) => chains), elements: parts.flatMap(({ elements }) => elements) } },
  ];
}

function guardNetwork(link: IfName, rules: readonly NftRule[]): NftNetwork {
  const { guard } = guardChainNames(link);
  return { chains: [{ name: guard, rules }], elements: [{ into: 'guards', key: [link], jump: guard }] };
}

/**
 * Drops, each counted and named after its guard, of what comes from a port. Tagged frames are dropped with
 * all guards but the first: what is in them would go unseen.
 */
export function guardRules(guard: Guard, identity: Identity | undefined): NftRule[] {
  const { mac, addresses } = identity ?? { mac: undefined, addresses: [] };
  const ipv4 = addresses.filter((address) => !address.includes(':'));
  const ipv6 = [...addresses.filter((address) => address.includes(':')), ...(mac === undefined ? [] : [eui64(0xfe80n << 112n, mac)])];
  const looksInside = guardNames.some((name) => name !== 'mac' && guard[name] === true);
  const rules: NftRule[] = [];
  const drop = (name: string, ...matches: NftMatch[]) => rules.push({ matches, counted: true, verdict: { kind: 'drop' }, comment: name });

  if (guard.mac === true && mac !== undefined) drop('mac', isNot('ether saddr', mac));
  if (looksInside) for (const tag of ['8021q', '8021ad']) drop('tag', is('ether type', tag));
  if (guard.arp === true && mac !== undefined) {
    drop('arp', is('meta protocol', 'arp'), isNot('arp saddr ether', mac));
    // A guest that looks whether its address is free says it is nobody yet.
    drop('arp', is('meta protocol', 'arp'), ...['0.0.0.0', ...ipv4].map((address) => isNot('arp saddr ip', address)));
  }
  if (guard.ipv4 === true) {
    drop('ipv4', is('meta protocol', 'ip'), ...['0.0.0.0', ...ipv4].map((address) => isNot('ip saddr', address)));
    drop('ipv4', is('meta protocol', 'ip'), is('ip saddr', '0.0.0.0'), { match: 'l4proto', protocol: 'tcp' });
    drop('ipv4', is('meta protocol', 'ip'), is('ip saddr', '0.0.0.0'), { match: 'l4proto', protocol: 'udp' }, isNot('th dport', '67'));
  }
  if (guard.ipv6 === true) drop('ipv6', is('meta protocol', 'ip6'), ...['::', ...ipv6].map((address) => isNot('ip6 saddr', address)));
  const icmpv6 = (type: number): NftMatch[] => [
    is('meta protocol', 'ip6'),
    { match: 'l4proto', protocol: 'icmpv6' },
    is('icmpv6 type', String(type)),
  ];
  if (guard.nd === true) drop('nd', ...icmpv6(136), ...ipv6.map((address) => isNot('nd target', address)));
  if (guard.ra === true) {
    drop('ra', ...icmpv6(134));
    // A redirect names another router.
    drop('ra', ...icmpv6(137));
  }
  if (guard.dhcpServer === true) {
    drop('dhcpServer', is('meta protocol', 'ip'), { match: 'l4proto', protocol: 'udp' }, is('th sport', '67'));
    drop('dhcpServer', is('meta protocol', 'ip6'), { match: 'l4proto', protocol: 'udp' }, is('th sport', '547'));
  }
  return rules;
}

/** What the port was allowed by name; else what was promised to it, and the IPv6 addresses that follow from its MAC in the network's subnets. */
function addressesOf({ ips }: Network, { mac, address, allowed }: Port): readonly string[] {
  if (allowed !== undefined) return allowed;
  const hosts = ips.flatMap(({ dhcp }) => dhcp?.hosts ?? []).filter((host) => host.mac === mac || idHas(host.id, mac));
  const own = ips.flatMap((ip) => {
    const subnet = subnetOf(ip);
    return subnet?.family === 'ipv6' && subnet.prefix === 64 ? [eui64(subnet.base, mac)] : [];
  });
  return [
    ...new Set([...(address === undefined ? [] : [address]), ...hosts.flatMap(({ ip }) => ip ?? []), ...own].map(canonicalAddress)),
  ].filter((text) => parseAddress(text) !== undefined);
}

/** A DUID of the kinds that are made from a MAC (RFC 8415, 11.2 and 11.4) ends with it. */
function idHas(id: string | undefined, mac: Mac): boolean {
  const bytes = id?.split(':').map((byte) => byte.padStart(2, '0').toLowerCase());
  return bytes !== undefined && bytes.length >= 10 && bytes.slice(-6).join(':') === mac;
}

/** RFC 4291, appendix A: the MAC with `fffe` in its middle and its second bit turned. */
function eui64(prefix: bigint, mac: Mac): string {
  const [high, low] = [mac.slice(0, 8), mac.slice(9)].map((half) => BigInt(`0x${half.replaceAll(':', '')}`));
  const identifier = (((high ?? 0n) ^ 0x020000n) << 40n) | (0xfffen << 24n) | (low ?? 0n);
  return formatAddress({ family: 'ipv6', value: prefix | identifier });
}

function is(header: NftHeader, value: string): NftMatch {
  return { match: 'header', header, op: '==', value };
}

function isNot(header: NftHeader, value: string): NftMatch {
  return { match: 'header', header, op: '!=', value };
}
