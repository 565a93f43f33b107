import type { BackendName, HostFinding } from '../model/host-config.ts';
import type { Renewal } from './reach-types.ts';
import type { ForwardMode, BandwidthRate, Vlan } from '../model/network.ts';
import type { LinkFacts } from '../model/link.ts';
import type { SightedBy } from '../model/sighting.ts';
import type { Lease } from '../model/lease.ts';
import type { NicModel } from '../model/nic-model.ts';
import type { Plug, PortClient, PortLink } from '../model/port.ts';
import type { Mac, Uuid } from '../model/units.ts';
import type { PortVlan } from '../model/vlan.ts';

// What operations are asked with and answer, where it is more than a line. `operation-types.ts` says which takes which.

export type NetworkKey = 'name' | 'uuid';

/** Within a pair the flags are OR-ed, between pairs AND-ed; an absent pair does not filter. */
export interface NetworkFilter {
  active?: boolean;
  inactive?: boolean;
  persistent?: boolean;
  transient?: boolean;
  autostart?: boolean;
  noAutostart?: boolean;
}

export interface NetworkSummary {
  readonly name: string;
  readonly uuid: Uuid;
  readonly title?: string;
  readonly description?: string;
  readonly active: boolean;
  readonly persistent: boolean;
  readonly autostart: boolean;
  readonly mode: ForwardMode;
  /** No host address at all: guests talk to each other only. */
  readonly veryIsolated: boolean;
  readonly bridge?: string;
  /** `192.168.122.1/24`, every family. */
  readonly addresses: readonly string[];
  readonly ports: number;
  /** Why it needs attention; absent when it is well. */
  readonly trouble?: string;
}

export interface NetworkLease extends Lease {
  readonly network: string;
  readonly bridge: string;
  readonly prefix: number;
}

export interface MetadataTarget {
  network: string;
  what: 'description' | 'title' | 'element';
  /** Namespace, for `element`. */
  uri?: string;
  live?: boolean;
  config?: boolean;
}

export interface PortSummary {
  readonly uuid: Uuid;
  readonly network: { readonly uuid: Uuid; readonly name: string };
  readonly owner: { readonly name: string; readonly uuid: Uuid };
  readonly mac: Mac;
  readonly group?: string;
  /** What it carries, whoever says so. */
  readonly vlan?: Vlan;
  readonly plug: Plug;
  readonly link?: PortLink;
  /** Held for it in the DHCP of its network. */
  readonly address?: string;
  readonly name?: string;
  readonly client?: PortClient;
  /** Of the card inside the guest, where one was asked for. */
  readonly model?: string;
  /** Taken down by hand. */
  readonly down?: boolean;
  /** The process it ends with. */
  readonly holder?: number;
  /** The user with a grant who made it. */
  readonly creator?: number;
  /** The host's half, a hypervisor's own too as soon as it was seen. */
  readonly device?: string;
  /** With `details` only, as what follows. */
  readonly state?: PortState;
  /** Somebody holds the other end of the wire, whether its network runs or not. */
  readonly attached?: boolean;
  readonly addresses?: readonly PortAddress[];
}

/** `planned`: not on its network now. `plugged`: there, and nobody at the other end. `gone`: the other end is lost for good. */
export type PortState = 'planned' | 'plugged' | 'up' | 'gone';

export interface PortAddress {
  readonly address: string;
  /** `held`: chosen when the port was made, not asked for yet. `seen`: the guest uses it. */
  readonly source: 'lease' | 'reservation' | 'held' | 'seen';
  /** Where it was seen: in what the guest said on the wire; in the host's own table of neighbours when absent. */
  readonly by?: SightedBy;
}

export interface PortArguments {
  readonly for: PortClient;
  /** Words of a command line. */
  readonly argv?: readonly string[];
  /** A part of a program's configuration. */
  readonly json?: string;
  readonly xml?: string;
  /** The same, as it is pasted. */
  readonly text: string;
}

export interface GuestSummary {
  readonly name: string;
  /** While it runs, where it has a number. */
  readonly id?: number;
  readonly running: boolean;
  /** Who runs it: a port of ours is all we know of it, or the host's hypervisor. */
  readonly source: 'viaduct' | 'hypervisor';
}

/** One row of `domiflist`. */
export interface GuestInterface {
  /** The host's half while the guest runs. */
  readonly link?: string;
  readonly type: string;
  readonly source?: string;
  readonly model?: string;
  readonly mac?: Mac;
}

/** A port asked for without libvirt's XML. */
export interface PortRequest {
  /** What it is called on this host; also its guest, unless `owner` says another. */
  name?: string;
  /** Makes the wire as this program wants it. */
  for?: PortClient;
  /** Of the card inside the guest, as a hint for who runs it: one of `nic.models`. */
  model?: string;
  /** A process: when it ends, so does the port. */
  holder?: number;
  /** Random when absent. */
  uuid?: string;
  mac?: string;
  /** The guest's name; a name that is not known gets a random UUID. */
  owner?: { name: string; uuid?: string };
  group?: string;
  /** What its portgroup or network says, when absent. */
  vlan?: Vlan;
  isolated?: boolean;
  /** `name` of the host's end is chosen when absent: `vnet0`, `vnet1`, …; for macvtap `macvtap0`, … `auto` is what the network takes. */
  link?:
    | { kind: 'auto'; name?: string; uid?: number; gid?: number; multiQueue?: boolean }
    | { kind: 'tap'; name?: string; uid?: number; gid?: number; multiQueue?: boolean; vnetHeader?: boolean }
    | { kind: 'veth'; name?: string; netns: string; inside?: string }
    | { kind: 'macvtap'; name?: string };
}

export interface NicModels {
  /** The QEMU that was asked; absent where there is none. */
  readonly emulator?: string;
  readonly version?: string;
  readonly models: readonly NicModel[];
}

export interface PortBandwidth {
  inbound?: BandwidthRate;
  outbound?: BandwidthRate;
}

/** One direction each: its limit anew, null for none, absent to leave it alone. */
export interface BandwidthChange {
  readonly inbound?: BandwidthRate | null;
  readonly outbound?: BandwidthRate | null;
}

/** What a plan would do or has done, one line per step. */
export interface PlanReport {
  readonly steps: readonly { readonly summary: string; readonly interrupts?: string }[];
  /** Names the plan; `spec.apply` refuses another one as `plan-stale`. */
  readonly digest: string;
  /** Definitions that change without touching the kernel. */
  readonly definitions: readonly string[];
  /** Guests whose reservation moved, and who are made to ask for it. */
  readonly renewed?: readonly Renewal[];
}

export type LinkCounters = LinkFacts['stats'];

export interface NetworkProposal {
  readonly name: string;
  readonly bridge: string;
  /** Of the host on it, such as `192.168.123.1`. */
  readonly address: string;
  readonly prefix: number;
  readonly dhcp: { readonly start: string; readonly end: string };
}

export interface NetworkPreview {
  readonly networks: readonly { readonly name: string; readonly xml: string; readonly yaml: string }[];
  readonly plan: PlanReport;
}

export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly user: string;
  readonly pid: number;
  readonly door: string;
  readonly operation: string;
  /** What it was done to, when it names something. */
  readonly target?: string;
  /** Absent when it succeeded. */
  readonly error?: string;
}

export interface BridgeSummary {
  readonly name: string;
  /** `8000.525400c554e6`, as brctl prints it. */
  readonly id: string;
  readonly stp: boolean;
  readonly vlanFiltering: boolean;
  /** Viaduct's network on it, or absent for a bridge of the host. */
  readonly network?: string;
  readonly ports: readonly { readonly name: string; readonly state: string }[];
}

export interface BridgeDetails extends Omit<BridgeSummary, 'ports'> {
  readonly mac?: string;
  readonly mtu: number;
  readonly up: boolean;
  /** Seconds. */
  readonly forwardDelay: number;
  readonly addresses: readonly string[];
  /** VLAN of a port that nobody has given one; absent where it does not filter, 0 where there is none. */
  readonly defaultVlan?: number;
  /** Of the host's own port. */
  readonly vlans?: readonly PortVlan[];
  readonly ports: readonly {
    readonly name: string;
    readonly state: string;
    readonly pathCost: number;
    readonly isolated: boolean;
    /** Whose it is, where it is a guest's. */
    readonly guest?: string;
    readonly vlans?: readonly PortVlan[];
  }[];
  /** Which address was heard behind which port; `local` are the ports' own. */
  readonly fdb: readonly { readonly mac: string; readonly port: string; readonly vlan?: number; readonly local: boolean }[];
}

export interface VlanSummary {
  readonly id: number;
  /** A device of its own, with its bridge where it has one; or one of many in a bridge that filters. */
  readonly shape: 'device' | 'filter';
  readonly protocol?: '802.1ad';
  /** What carries it with its tag. */
  readonly uplinks: readonly string[];
  readonly device?: string;
  readonly bridge?: string;
  /** What is in it for itself: guests' links, and the host's own ports. */
  readonly ports: readonly string[];
  /** Viaduct made it. */
  readonly ours: boolean;
}

/** How a change of the host's own interfaces is made. */
export interface HostChangeWay {
  /** How long a change that cuts connections waits for `host.confirm`; 0 is not at all, 30 when absent. */
  seconds?: number;
  /** Whose files it is written to; where absent, theirs that describe the interfaces. `none`: nobody's, Viaduct keeps it. */
  backend?: BackendName | 'none';
  /** Answers what would be done, and does nothing. */
  dryRun?: boolean;
  /** The caller's own session over the network, by its two addresses: a change that ends it is taken back at once. */
  session?: { readonly from: string; readonly own: string };
}

export interface HostStatus {
  readonly waiting?: {
    /** Milliseconds until it is taken back. */ readonly left: number;
    /** It is still being made: not to be answered yet. */ readonly working?: true;
    readonly backend?: BackendName;
    readonly files: readonly string[];
  };
  /** `host.undo` takes it back. `at` in milliseconds since the epoch. */
  readonly last?: { readonly at: number; readonly backend?: BackendName; readonly files: readonly string[] };
  readonly written: readonly { readonly interface: string; readonly backend: BackendName; readonly file: string; readonly line: number }[];
  /** What in the files will not do what it seems to say. */
  readonly findings: readonly HostFinding[];
  /** Dialects whose files cannot be understood, and why. */
  readonly unreadable: readonly { readonly backend: BackendName; readonly reason: string }[];
}

/** What was done to the host's own connection. */
export interface HostChange {
  readonly name: string;
  readonly steps: readonly string[];
  /** Addresses that are elsewhere now. */
  readonly moved: readonly string[];
  /** Seconds, unless nobody has to confirm it. */
  readonly confirmWithin?: number;
  /** The host's own files that were changed, or would be. */
  readonly files?: {
    readonly backend: BackendName;
    readonly changes: readonly { readonly path: string; readonly before?: string; readonly after?: string }[];
  };
  /** The folder with copies of these files as they were, under their own paths. */
  readonly backup?: string;
  /** The host's own tools configure one of the interfaces: the change lasts until they run. */
  readonly managed?: { readonly interface: string; readonly backend: string; readonly file: string };
}

export interface InterfaceSummary {
  readonly name: string;
  readonly mac: string;
  readonly active: boolean;
}

export interface Status {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly networks: {
    readonly total: number;
    readonly active: number;
    readonly troubled: readonly { readonly name: string; readonly reason: string }[];
  };
  readonly ports: number;
  readonly leases: number;
}
