import type { Guard } from './guard.ts';
import type { PortForward } from './port-forward.ts';
import type { Mac, Seconds, Uuid } from './units.ts';

/**
 * A virtual network as its definition says it, in libvirt's terms. Immutable; an edit makes a new one.
 *
 * A `Network` has passed `validateNetwork` and has its defaults filled in where libvirt stores them
 * (uuid always; bridge name and mac for the modes whose bridge is ours). Absent is `undefined`: an
 * attribute that was written as "no" is `false`, so that what was written can be written again.
 */
export interface Network {
  readonly name: string;
  readonly uuid: Uuid;
  readonly title?: string;
  readonly description?: string;
  /** Foreign-namespace children of `<metadata>`, at most one per namespace, in document order. */
  readonly metadata: readonly MetadataElement[];
  /** `network@ipv6`: guest-to-guest IPv6 on a network that has no IPv6 address. */
  readonly ipv6?: boolean;
  readonly trustGuestRxFilters?: boolean;
  readonly forward: Forward;
  readonly bridge?: Bridge;
  /** Bytes. */
  readonly mtu?: number;
  /** Of the bridge itself. */
  readonly mac?: Mac;
  readonly domain?: Domain;
  readonly dns?: Dns;
  readonly vlan?: Vlan;
  readonly bandwidth?: Bandwidth;
  readonly portIsolated?: boolean;
  readonly ips: readonly IpBlock[];
  readonly routes: readonly StaticRoute[];
  readonly virtualPort?: VirtualPort;
  readonly portGroups: readonly PortGroup[];
  /** Raw lines from the dnsmasq namespace, appended to its configuration. */
  readonly dnsmasqOptions: readonly string[];
  /** Viaduct's own, like `guard`: both are kept in `<metadata>`. Never empty. */
  readonly forwards?: readonly PortForward[];
  /** Of every port that does not say otherwise. */
  readonly guard?: Guard;
}

export interface MetadataElement {
  readonly uri: string;
  /** The element with its namespace declared on it, as XML text. */
  readonly xml: string;
}

export type ForwardMode = Forward['mode'];

/** How guests reach the world. `isolated` is libvirt's absent `<forward>`; with no `<ip>` it is *very isolated*. */
export type Forward =
  | { readonly mode: 'isolated' }
  | { readonly mode: 'nat'; readonly uplink?: string; readonly nat?: Nat }
  | { readonly mode: 'route'; readonly uplink?: string }
  | { readonly mode: 'open' }
  | ({ readonly mode: 'bridge' } & DevicePool)
  | ({ readonly mode: 'private' | 'vepa' | 'passthrough' } & DevicePool)
  | ({ readonly mode: 'hostdev' } & DevicePool);

/** Host devices that macvtap and direct assignment draw from: named ones, or all functions of one PF. */
export interface DevicePool {
  /** `forward@managed`, hostdev only. */
  readonly managed?: boolean;
  readonly interfaces: readonly string[];
  readonly pf?: string;
  readonly addresses: readonly PciAddress[];
  readonly driver?: { readonly name?: string; readonly model?: string };
}

export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
}

export interface Nat {
  readonly ipv6?: boolean;
  readonly address?: { readonly start: string; readonly end: string };
  readonly port?: { readonly start: number; readonly end: number };
}

/** The switch. For mode `bridge` it is a bridge of the host and only `name` may be set. */
export interface Bridge {
  /** Absent only before defaults are filled in; may carry `%d` before then. */
  readonly name?: string;
  readonly zone?: string;
  readonly stp?: boolean;
  readonly delay?: Seconds;
  readonly macTableManager?: 'kernel' | 'libvirt';
}

export interface Domain {
  readonly name: string;
  readonly localOnly?: boolean;
  readonly register?: boolean;
}

export interface Dns {
  readonly enable?: boolean;
  readonly forwardPlainNames?: boolean;
  readonly forwarders: readonly { readonly domain?: string; readonly addr?: string }[];
  readonly txts: readonly DnsTxt[];
  readonly srvs: readonly DnsSrv[];
  readonly hosts: readonly DnsHost[];
}

export interface DnsTxt {
  readonly name: string;
  readonly value?: string;
}

export interface DnsSrv {
  readonly service?: string;
  readonly protocol?: string;
  readonly domain?: string;
  readonly target?: string;
  readonly port?: number;
  readonly priority?: number;
  readonly weight?: number;
}

export interface DnsHost {
  readonly ip: string;
  readonly hostnames: readonly string[];
}

export interface IpBlock {
  readonly family: 'ipv4' | 'ipv6';
  /** True when the document wrote `family`: libvirt prints `family='ipv4'` only then. */
  readonly familyWritten?: boolean;
  readonly address: string;
  /** Written as a netmask; printed the same way. Excludes `prefix`. */
  readonly netmask?: string;
  readonly prefix?: number;
  readonly localPtr?: boolean;
  readonly tftpRoot?: string;
  readonly dhcp?: Dhcp;
}

export interface Dhcp {
  readonly ranges: readonly DhcpRange[];
  readonly hosts: readonly DhcpHost[];
  readonly bootp?: { readonly file: string; readonly server?: string };
}

export interface DhcpRange {
  readonly start: string;
  readonly end: string;
  readonly lease?: LeaseTime;
}

/** `<lease expiry unit>`: expiry 0 never ends. */
export interface LeaseTime {
  readonly expiry: number;
  readonly unit?: 'seconds' | 'minutes' | 'hours';
}

/** A reservation: promised to one client, by MAC, name or (IPv6) client id. */
export interface DhcpHost {
  readonly mac?: Mac;
  /** As the document writes it, where that is not the canonical way: libvirt prints it back so. */
  readonly macWritten?: string;
  readonly id?: string;
  readonly name?: string;
  readonly ip?: string;
  readonly lease?: LeaseTime;
}

export interface StaticRoute {
  readonly family?: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly netmask?: string;
  readonly prefix?: number;
  readonly gateway: string;
  readonly metric?: number;
}

export interface Vlan {
  readonly trunk?: boolean;
  readonly tags: readonly { readonly id: number; readonly nativeMode?: 'tagged' | 'untagged' }[];
}

/** Rates in KiB/s, burst in KiB, as libvirt documents them (`floor` only on ports). */
export interface BandwidthRate {
  readonly average?: number;
  readonly peak?: number;
  readonly burst?: number;
  readonly floor?: number;
}

/** Seen from the guests: inbound is towards them. */
export interface Bandwidth {
  readonly inbound?: BandwidthRate;
  readonly outbound?: BandwidthRate;
  /** Set by the daemon on a port whose floor is reserved. */
  readonly classId?: number;
}

export interface VirtualPort {
  readonly type?: '802.1Qbg' | '802.1Qbh' | 'openvswitch' | 'midonet';
  readonly managerId?: number;
  readonly typeId?: number;
  readonly typeIdVersion?: number;
  readonly instanceId?: Uuid;
  readonly profileId?: string;
  readonly interfaceId?: Uuid;
}

export interface PortGroup {
  readonly name: string;
  readonly default?: boolean;
  readonly trustGuestRxFilters?: boolean;
  readonly virtualPort?: VirtualPort;
  readonly vlan?: Vlan;
  readonly bandwidth?: Bandwidth;
}

/** True for the modes whose bridge, addresses and DHCP are ours to make. */
export function ownsBridge(network: Pick<Network, 'forward'>): boolean {
  const { mode } = network.forward;
  return mode === 'isolated' || mode === 'nat' || mode === 'route' || mode === 'open';
}

/** The portgroup of that name, else the default one. A name nobody knows is no error, as in libvirt. */
export function portGroupOf(network: Network, name: string | undefined): PortGroup | undefined {
  return network.portGroups.find((group) => (name === undefined ? group.default === true : group.name === name));
}

/** A definition whose identity has not been chosen yet; `fillDefaults` makes it a {@link Network}. */
export type NetworkDraft = Omit<Network, 'uuid'> & { readonly uuid?: Uuid };
