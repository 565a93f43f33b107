import type { BridgeFilterSwitch } from './bridge-filter.ts';
import type { BondPart } from './host-interface.ts';
import type { BandwidthRate } from './network.ts';
import type { NftNetwork } from './nft.ts';
import type { Centiseconds, IfName, Mac } from './units.ts';
import type { PortVlan } from './vlan.ts';

/**
 * One thing on this host that Viaduct can own: a flat record, compared field by field.
 * `keyOf` gives its identity; two objects of one key differ by an update.
 */
export type HostObject =
  | BridgeObject
  | TapObject
  | VethObject
  | MacvtapObject
  | NicObject
  | VlanObject
  | BondObject
  | BridgePortObject
  | OvsPortObject
  | AddressObject
  | RouteObject
  | SysctlObject
  | BridgeFilterObject
  | NftNetworkObject
  | GuardObject
  | BandwidthObject
  | FileObject
  | SettingFileObject
  | DnsmasqObject
  | NamesObject;

export type HostObjectKind = HostObject['kind'];

export interface BridgeObject {
  readonly kind: 'bridge';
  readonly name: IfName;
  readonly mac?: Mac;
  readonly mtu?: number;
  readonly stp: boolean;
  readonly forwardDelay: Centiseconds;
  readonly vlanFiltering: boolean;
  /** Wanted as true, so that a bridge somebody has taken down is drift. Creating one brings it up in any case. */
  readonly up?: boolean;
}

/** A persistent tap: it outlives the program that opens it. */
export interface TapObject {
  readonly kind: 'tap';
  readonly name: IfName;
  readonly mac?: Mac;
  readonly mtu?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly multiQueue: boolean;
  /** A program that opens the tap says anew whether it wants the header: while one has it, this is no drift. */
  readonly vnetHeader: boolean;
  /** As for bridges; false for a port that was taken down. */
  readonly up?: boolean;
}

/** Both ends of a veth: `name` here, `inside` in namespace `netns` (a name under /run/netns, or a process id). */
export interface VethObject {
  readonly kind: 'veth';
  readonly name: IfName;
  readonly netns: string;
  readonly inside: IfName;
  /** Of the inner end: the guest's. */
  readonly mac: Mac;
  readonly mtu?: number;
  /** Of the outer end. */
  readonly up?: boolean;
}

export interface MacvtapObject {
  readonly kind: 'macvtap';
  readonly name: IfName;
  readonly lower: IfName;
  readonly mode: 'bridge' | 'private' | 'vepa' | 'passthru';
  readonly mac: Mac;
  readonly up?: boolean;
}

/** A card of the host that a definition names: it is shaped, never made or removed. */
export interface NicObject {
  readonly kind: 'nic';
  readonly name: IfName;
  readonly mtu?: number;
  readonly up?: boolean;
}

export interface VlanObject {
  readonly kind: 'vlan';
  readonly name: IfName;
  readonly lower: IfName;
  readonly tag: number;
  /** Of its tag. */
  readonly protocol?: '802.1Q' | '802.1ad';
  /** Wanted as true: of a bridge that filters VLANs, the host's own port has to carry this one, or nothing arrives here. */
  readonly heard?: boolean;
  readonly mtu?: number;
  readonly up?: boolean;
}

/** A bond with its ports, which have to be down while they join. */
export interface BondObject {
  readonly kind: 'bond';
  readonly name: IfName;
  readonly ports: readonly IfName[];
  readonly mode: NonNullable<BondPart['mode']>;
  readonly miimon?: BondPart['miimon'];
  readonly arpmon?: BondPart['arpmon'];
  readonly mtu?: number;
  readonly up?: boolean;
}

/** A link's membership in a bridge. */
export interface BridgePortObject {
  readonly kind: 'bridge-port';
  readonly link: IfName;
  readonly bridge: IfName;
  readonly isolated: boolean;
  /**
   * Frames may go out where they came in; which of them is said by the link's guard. Absent: as somebody else
   * has set it. Networks say it of the wires of their guests, interfaces of the host of none: plan/spanning-tree.ts tells them apart by it.
   */
  readonly hairpin?: boolean;
  /**
   * `owned` links are ours and must be there; `guest` links belong to a hypervisor: they are put back
   * when they exist without a master, never taken from another bridge, and missing ones are no drift.
   * So a `guest` link is observed as absent when it is missing, and with an empty `bridge` when it has no master.
   * A `tagged` one is a hypervisor's on a bridge of the host: nothing of it is ours but its VLANs while it is there.
   */
  readonly claim: 'owned' | 'guest' | 'tagged';
  /**
   * What it carries where the bridge filters VLANs, in runs as `vlanRuns` makes them. Empty: the bridge's default one
   * alone. Absent: nobody says.
   */
  readonly vlans?: readonly PortVlan[];
}

/** A link's membership in a bridge of Open vSwitch, as its database says it. */
export interface OvsPortObject {
  readonly kind: 'ovs-port';
  readonly link: IfName;
  readonly bridge: IfName;
  /** Of frames without a tag; 0 for none. */
  readonly tag: number;
  /** Sorted; with none and no `tag` a port carries every VLAN. */
  readonly trunks: readonly number[];
  readonly vlanMode: '' | 'native-tagged' | 'native-untagged';
  readonly isolated: boolean;
  /** What tells controllers whose card it is, by the names that libvirt uses. */
  readonly externalIds: Readonly<Record<string, string>>;
}

export interface AddressObject {
  readonly kind: 'address';
  readonly link: IfName;
  readonly address: string;
  readonly prefix: number;
}

export interface RouteObject {
  readonly kind: 'route';
  /** Network address and prefix, canonical text. */
  readonly destination: string;
  /** Empty where the destination is on the link itself. */
  readonly gateway: string;
  readonly link: IfName;
  readonly metric: number;
}

/**
 * A file under /proc/sys, dots as in sysctl(8) with the interface name's own dots written as `/`.
 * `shared` switches belong to the whole host: they are set when needed and never unset.
 */
export interface SysctlObject {
  readonly kind: 'sysctl';
  readonly key: string;
  readonly value: string;
  readonly shared: boolean;
  /** What it was, and becomes again when it is no longer wanted otherwise. Absent for one that goes with its interface. */
  readonly before?: string;
}

/** Switches of a bridge that need not be ours: which packet filters its frames pass besides those the host's switches name. */
export interface BridgeFilterObject {
  readonly kind: 'bridge-filter';
  readonly bridge: IfName;
  readonly calls: readonly BridgeFilterSwitch[];
  /** As for sysctls. */
  readonly before: readonly BridgeFilterSwitch[];
}

/** Everything one network has in our nftables table: its chains and its elements in the skeleton's maps. */
export interface NftNetworkObject {
  readonly kind: 'nft-network';
  readonly bridge: IfName;
  readonly rules: NftNetwork;
}

/** What a port may not send, and what of it may come back to the port: its chains and elements in our table of bridges. */
export interface GuardObject {
  readonly kind: 'guard';
  readonly link: IfName;
  readonly rules: NftNetwork;
}

/** Shaping of a link by tc. Directions as seen by the guests behind it: inbound leaves the host through the link. */
export interface BandwidthObject {
  readonly kind: 'bandwidth';
  readonly link: IfName;
  readonly inbound?: BandwidthRate;
  readonly outbound?: BandwidthRate;
  /** Of a network's bridge: what of `inbound` is promised to guests. By class; never empty. */
  readonly floors?: readonly Floor[];
}

/** KiB/s that a guest gets of its network's inbound bandwidth when it wants them. */
export interface Floor {
  readonly mac: Mac;
  /** Minor number of its class, from 3 on. */
  readonly classId: number;
  readonly floor: number;
}

/** A file of ours in the run folder. `path` is relative to it. */
export interface FileObject {
  readonly kind: 'file';
  readonly path: string;
  readonly text: string;
}

/** A file of ours among the host's own settings, such as /etc/sysctl.d/NAME: an absolute path under a name that nobody else has. */
export interface SettingFileObject {
  readonly kind: 'setting-file';
  readonly path: string;
  readonly text: string;
}

/**
 * One dnsmasq, found again by its pid file and command line. A changed `restartOn` restarts it, a changed
 * `reloadOn` sends SIGHUP: both are digests of what it has read. Paths are relative to the run folder.
 */
export interface DnsmasqObject {
  readonly kind: 'dnsmasq';
  /** The network's bridge; also names pid, lease and configuration files. */
  readonly bridge: IfName;
  readonly confFile: string;
  readonly restartOn: string;
  readonly reloadOn: string;
}

/** The names of a domain, for programs of this host: its systemd-resolved asks `server` for them, and for nothing else. */
export interface NamesObject {
  readonly kind: 'names';
  /** The network's bridge: resolved forgets what it knows of a link that goes. */
  readonly link: IfName;
  readonly domain: string;
  /** An address of the bridge, at which its dnsmasq answers. */
  readonly server: string;
}

export type HostState = ReadonlyMap<string, HostObject>;

/** The identity of an object, such as `bridge/virbr0` or `address/virbr0/192.168.122.1/24`. */
export function keyOf(object: HostObject): string {
  switch (object.kind) {
    case 'bridge':
    case 'tap':
    case 'veth':
    case 'macvtap':
    case 'nic':
    case 'vlan':
    case 'bond':
      return `${object.kind}/${object.name}`;
    case 'bridge-port':
      return `bridge-port/${object.link}`;
    case 'ovs-port':
      return `ovs-port/${object.link}`;
    case 'address':
      return `address/${object.link}/${object.address}/${object.prefix}`;
    case 'route':
      return `route/${object.destination}/${object.link}/${object.metric}`;
    case 'sysctl':
      return `sysctl/${object.key}`;
    case 'bridge-filter':
      return `bridge-filter/${object.bridge}`;
    case 'nft-network':
      return `nft-network/${object.bridge}`;
    case 'guard':
      return `guard/${object.link}`;
    case 'bandwidth':
      return `bandwidth/${object.link}`;
    case 'file':
      return `file/${object.path}`;
    case 'setting-file':
      return `setting-file/${object.path}`;
    case 'dnsmasq':
      return `dnsmasq/${object.bridge}`;
    case 'names':
      return `names/${object.link}`;
  }
}

export type Change =
  | { readonly action: 'create'; readonly object: HostObject }
  | { readonly action: 'update'; readonly from: HostObject; readonly object: HostObject }
  | { readonly action: 'delete'; readonly object: HostObject };

/** One line of a plan: what is done, how to take it back, and who notices. */
export interface Step {
  /** `create bridge virbr0`: imperative, names the object. */
  readonly summary: string;
  readonly change: Change;
  readonly undo: Change;
  /** What guests notice while it is done; absent when nothing. */
  readonly interrupts?: string;
}

export interface Plan {
  readonly steps: readonly Step[];
}

export function inverse(change: Change): Change {
  switch (change.action) {
    case 'create':
      return { action: 'delete', object: change.object };
    case 'update':
      return { action: 'update', from: change.object, object: change.from };
    case 'delete':
      return { action: 'create', object: change.object };
  }
}

export function hostState(objects: Iterable<HostObject>): HostState {
  const state = new Map<string, HostObject>();
  for (const object of objects) state.set(keyOf(object), object);
  return state;
}
