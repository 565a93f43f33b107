import type { HistoryOperations } from './history-types.ts';
import type { Explanation } from '../model/explanation.ts';
import type { ReachOperations, Renewal } from './reach-types.ts';
import type { UpdateCommand, UpdateSection } from '../model/update.ts';
import type { Vlan } from '../model/network.ts';
import type { Topology } from '../model/topology.ts';
import type { Finding } from '../model/doctor.ts';
import type { PortClient } from '../model/port.ts';
import type { AddressSource, GuestNicAddresses } from './hypervisor.ts';
import type { IfName, Mac } from '../model/units.ts';
import type {
  NetworkKey,
  NetworkFilter,
  NetworkSummary,
  NetworkLease,
  MetadataTarget,
  PortSummary,
  PortArguments,
  GuestSummary,
  GuestInterface,
  PortRequest,
  NicModels,
  PortBandwidth,
  BandwidthChange,
  PlanReport,
  LinkCounters,
  NetworkProposal,
  NetworkPreview,
  AuditEntry,
  BridgeSummary,
  BridgeDetails,
  VlanSummary,
  HostChangeWay,
  HostStatus,
  HostChange,
  InterfaceSummary,
  Status,
} from './operation-answers.ts';

export type * from './operation-answers.ts';

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
