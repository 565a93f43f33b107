import type { BackendName, HostFinding } from '../model/host-config.ts';
import type { HistoryOperations } from './history-types.ts';
import type { Explanation } from '../model/explanation.ts';
import type { ReachOperations, Renewal } from './reach-types.ts';
import type { UpdateCommand, UpdateSection } from '../model/update.ts';
import type { ForwardMode, BandwidthRate, Vlan } from '../model/network.ts';
import type { LinkFacts } from '../model/link.ts';
import type { SightedBy } from '../model/sighting.ts';
import type { Topology } from '../model/topology.ts';
import type { Finding } from '../model/doctor.ts';
import type { Lease } from '../model/lease.ts';
import type { NicModel } from '../model/nic-model.ts';
import type { Plug, PortClient, PortLink } from '../model/port.ts';
import type { AddressSource, GuestNicAddresses } from './hypervisor.ts';
import type { IfName, Mac, Uuid } from '../model/units.ts';
import type { PortVlan } from '../model/vlan.ts';

/**
 * Inputs and outputs of every operation, by name. `operations.ts` holds the functions; doors
 * (REST, libvirt RPC, and through REST the CLI and the console) translate to and from these and
 * decide nothing. `network` is a name or a UUID.
 */
export interface OperationTypes extends ReachOperations, HistoryOperations {
  'status.get': { input: Record<never, never>; output: Status };

  'network.list': { input: NetworkFilter; output: readonly NetworkSummary[] };
  /** `by` says what `network` is; a network may be called by the UUID of another one. */
  'network.get': { input: { network: string; by?: NetworkKey }; output: NetworkSummary };
  'network.xml': { input: { network: string; inactive?: boolean }; output: { xml: string } };
  'network.define': { input: { xml: string; validate?: boolean }; output: NetworkSummary };
  'network.create': { input: { xml: string; validate?: boolean }; output: NetworkSummary };
  /** A second network like this one, with a bridge, a MAC, a UUID and IPv4 subnets of its own. */
  'network.copy': { input: { network: string; name: string; start?: boolean }; output: NetworkSummary };
  'network.undefine': { input: { network: string }; output: NetworkSummary };
  'network.start': { input: { network: string; dryRun?: boolean }; output: PlanReport };
  'network.destroy': { input: { network: string; dryRun?: boolean }; output: PlanReport };
  'network.autostart': { input: { network: string; autostart: boolean }; output: NetworkSummary };
  'network.update': {
    /** Neither `live` nor `config`: the live definition of an active network, else the persistent one. */
    input: {
      network: string;
      command: UpdateCommand;
      section: UpdateSection;
      parentIndex?: number;
      xml: string;
      live?: boolean;
      config?: boolean;
    };
    /** `renewed`: guests whose reservation moved, and who are made to ask for it. */
    output: NetworkSummary & { readonly renewed?: readonly Renewal[] };
  };
  'network.leases': { input: { network: string; mac?: string }; output: readonly NetworkLease[] };
  'network.metadata': { input: MetadataTarget; output: { value: string } };
  'network.setMetadata': {
    /** Absent `value` removes. `key` is the prefix for an element. */
    input: MetadataTarget & { value?: string; key?: string };
    output: Record<never, never>;
  };
  'network.bridgeName': { input: { network: string }; output: { bridge: string } };

  /** `port` is a UUID, a name, the name of a wire or of a guest with one port; `network` then only narrows the search. */
  /** `running` refuses a network that is not, as libvirt does. */
  'port.list': {
    input: { network?: string; running?: boolean; /** State and addresses too. */ details?: boolean };
    output: readonly PortSummary[];
  };
  'port.get': { input: { network?: string; port: string; details?: boolean }; output: PortSummary };
  'port.xml': { input: { network?: string; port: string }; output: { xml: string } };
  /** libvirt's way: the client makes the link itself, `reclaim` accepts its plug. */
  'port.createXml': { input: { network: string; xml: string; reclaim?: boolean; validate?: boolean }; output: PortSummary };
  /** Viaduct's way: it makes the wire, and chooses what is left out. Without `link` the hypervisor makes its own. */
  'port.create': { input: { network: string } & PortRequest; output: PortSummary };
  'port.delete': { input: { network?: string; port: string }; output: Record<never, never> };
  /** Pulls the cable of a port whose wire Viaduct made, or plugs it in again. */
  'port.setLink': { input: { network?: string; port: string; up: boolean }; output: PortSummary };
  /** Takes a port with its wire to the network `to`; the guest is made to ask for an address there, unless its cable is pulled. Answers before it has. */
  'port.move': { input: { network?: string; port: string; to: string }; output: PortSummary & { readonly renewal?: Renewal } };
  /** What to tell the program that runs the guest; the one the port was made for when `for` is absent. */
  'port.arguments': { input: { network?: string; port: string; for?: PortClient }; output: PortArguments };
  /** For handing over an open tap: allowed, and what is to be opened. The door opens it. */
  'port.open': { input: { network?: string; port: string }; output: { link: IfName; multiQueue: boolean } };
  /** Who besides administrators may plug into a network: `user:ann`, `group:kvm`. */
  'grant.list': { input: { network: string }; output: readonly string[] };
  'grant.add': { input: { network: string; grant: string }; output: readonly string[] };
  'grant.remove': { input: { network: string; grant: string }; output: readonly string[] };
  /** An address that nobody on this host has. */
  'mac.new': { input: Record<never, never>; output: { mac: Mac } };
  /** Models of network card that the QEMU of this host has. */
  'nic.models': { input: Record<never, never>; output: NicModels };
  /** Guests that are plugged in here, and those of the host's hypervisor. */
  'guest.list': { input: Record<never, never>; output: readonly GuestSummary[] };
  'guest.interfaces': { input: { guest: string; inactive?: boolean }; output: readonly GuestInterface[] };
  'guest.addresses': { input: { guest: string; source?: AddressSource }; output: readonly GuestNicAddresses[] };
  /** What a port carries from now on; without `vlan`, what its portgroup or network says. */
  'port.setVlan': { input: { network?: string; port: string; vlan?: Vlan }; output: PortSummary };
  'port.bandwidth': { input: { network?: string; port: string }; output: PortBandwidth };
  /** A direction that is left out stays as it is; null takes its limit away. The answer is what holds from now on. */
  'port.setBandwidth': { input: { network?: string; port: string } & BandwidthChange; output: PortBandwidth };

  /** One or many documents (YAML `apiVersion: viaduct/v1`, or libvirt XML) merged in one transaction. */
  'spec.plan': { input: { text: string; prune?: boolean }; output: PlanReport };
  'spec.apply': { input: { text: string; prune?: boolean; digest?: string }; output: PlanReport };

  /**
   * How one end reaches another, layer by layer; nothing is sent. An end is a guest, a port, its wire, a MAC or an address; a device of
   * the host for what comes in by it; a network or bridge for the host's own side of it; `to` also `broadcast`, `host`, `outside`.
   */
  'explain.way': {
    /** `vlan`: the tag the frame carries. `direct`: out by that very card, past the bridge it is in. */
    input: { from: string; to: string; vlan?: number; direct?: boolean };
    output: Explanation;
  };
  /** The host as a picture, with the counters of every device in it; `at` is milliseconds since the epoch. */
  'topology.get': {
    input: Record<never, never>;
    output: {
      topology: Topology;
      counters: Readonly<Record<string, LinkCounters>>;
      /** Devices that Viaduct makes again when the host boots. */
      madeAtBoot: readonly string[];
      at: number;
    };
  };
  /** A free subnet, bridge and name for a new network. */
  'network.propose': { input: Record<never, never>; output: NetworkProposal };
  /** What a definition would become and do; nothing is changed. Refusals come as errors of the call. */
  'network.preview': { input: { text: string }; output: NetworkPreview };
  /** The rules of an active network in nft's own text, with hit counters; empty where none are ours. */
  'network.rules': { input: { network: string }; output: { text: string } };
  'lease.release': { input: { network: string; address: string }; output: Record<never, never> };
  /** The newest writes first, at most 500 of this daemon's life. */
  'audit.list': { input: Record<never, never>; output: readonly AuditEntry[] };

  /** What is wrong with this host, the worst first, and what is right. */
  'doctor.examine': { input: Record<never, never>; output: { readonly findings: readonly Finding[]; readonly at: number } };
  /** Keeps bridged frames out of the host's packet filter, now and at its next start. */
  'doctor.fix': { input: { dryRun?: boolean }; output: PlanReport };
  'doctor.undo': { input: { dryRun?: boolean }; output: PlanReport };

  'bridge.list': { input: Record<never, never>; output: readonly BridgeSummary[] };
  /** One bridge with the VLANs and the state of its ports, and what it has learnt. */
  'bridge.get': { input: { bridge: string }; output: BridgeDetails };
  /** `down` leaves out inactive devices of which nobody can say that they are down: the loopback. */
  'bridge.create': {
    input: HostChangeWay & {
      bridge: string;
      ports?: readonly string[];
      stp?: boolean;
      forwardDelay?: number;
      mac?: string;
      /** Its ports are told apart by VLANs, and the cards among them carry all of those. */
      vlanFiltering?: boolean;
    };
    output: HostChange;
  };
  'bridge.add': { input: HostChangeWay & { bridge: string; port: string }; output: HostChange };
  'bridge.remove': { input: HostChangeWay & { bridge: string; port: string }; output: HostChange };
  'bridge.delete': { input: HostChangeWay & { bridge: string }; output: HostChange };
  /** VLAN devices of the host with their bridges, and the VLANs of bridges that filter; others' too. */
  'vlan.list': { input: Record<never, never>; output: readonly VlanSummary[] };
  /** A VLAN device `eth0.10` with a bridge `brvlan10` over it, as one interface; `bridge: false` leaves the bridge out. */
  'vlan.create': {
    input: HostChangeWay & {
      id: number;
      uplink: string;
      bridge?: string | false;
      protocol?: '802.1Q' | '802.1ad';
      mtu?: number;
      stp?: boolean;
      forwardDelay?: number;
      /** Of the host in this VLAN: `192.168.10.1/24`. */
      address?: string;
    };
    output: HostChange;
  };
  'vlan.delete': { input: HostChangeWay & { id: number; uplink?: string }; output: HostChange };
  'host.apply': { input: HostChangeWay & { xml: string }; output: HostChange };
  'host.confirm': { input: Record<never, never>; output: Record<never, never> };
  'host.rollback': { input: Record<never, never>; output: Record<never, never> };
  /** What was confirmed last becomes again what it was; waits to be confirmed like any other change. */
  'host.undo': { input: Pick<HostChangeWay, 'seconds' | 'session'>; output: HostChange };
  /** Which change waits to be confirmed, which was the last, and whose files describe which interface. */
  'host.status': { input: Record<never, never>; output: HostStatus };
  'interface.list': { input: { active?: boolean; inactive?: boolean; down?: boolean }; output: readonly InterfaceSummary[] };
  'interface.get': { input: { interface: string }; output: InterfaceSummary };
  'interface.xml': { input: { interface: string; inactive?: boolean }; output: { xml: string } };
  'interface.define': { input: { xml: string; validate?: boolean }; output: InterfaceSummary };
  'interface.undefine': { input: { interface: string }; output: Record<never, never> };
  'interface.start': { input: { interface: string }; output: Record<never, never> };
  'interface.stop': { input: { interface: string }; output: Record<never, never> };
  'interface.bridge': {
    input: { interface: string; bridge: string; stp?: boolean; /** Seconds, with `stp`. */ delay?: number; start?: boolean };
    output: InterfaceSummary;
  };
  /** Answers the port that is free again. */
  'interface.unbridge': { input: { bridge: string; start?: boolean }; output: InterfaceSummary };
  'interface.begin': { input: Record<never, never>; output: Record<never, never> };
  'interface.commit': { input: Record<never, never>; output: Record<never, never> };
  'interface.rollback': { input: Record<never, never>; output: Record<never, never> };
}

export type OperationName = keyof OperationTypes;
export type Input<Name extends OperationName> = OperationTypes[Name]['input'];
export type Output<Name extends OperationName> = OperationTypes[Name]['output'];

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
