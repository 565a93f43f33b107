import type { ForwardMode } from './network.ts';
import type { SightedBy } from './sighting.ts';

/**
 * The host's network as a picture: what hangs on what. Columns run from the world to the guests:
 * `outside`, then NICs, bonds and VLANs, then switches, then guests. Made by `explain/topology.ts`.
 */
export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

/** A lease, the host's table of neighbours, or what the guest said on the wire. */
export type AddressSource = 'lease' | 'neighbour' | SightedBy;

/** Who a device belongs to. Only `viaduct`'s may be edited; the rest is drawn read-only with its owner's name. */
export type LinkOwner = 'viaduct' | 'host' | 'libvirt' | 'docker' | 'podman' | 'openstack' | 'incus' | 'proxmox' | 'kubernetes';

interface NodeBase {
  /** Unique and stable: `outside`, `link/eth0`, `switch/virbr0`, `network/<uuid>` (no bridge there), `guest/vnet0`. */
  readonly id: string;
  readonly label: string;
  readonly owner: LinkOwner;
  /** `idle` is a bridge without ports: up, but the kernel calls it down. */
  readonly state: 'up' | 'down' | 'idle' | 'inactive' | 'trouble';
  /** Name of the kernel device whose counters this node shows. */
  readonly link?: string;
  /** Where VLANs are told apart at all. */
  readonly vlans?: VlanRole;
}

/** The part a device plays among VLANs, in the words of switches. `ids` are like `10,20-29`. */
export type VlanRole =
  | {
      readonly role: 'access';
      readonly ids: string;
      /** Names the broadcast domain: the same for all that hear each other. */
      readonly domain: string;
    }
  | { readonly role: 'trunk'; readonly ids: string; /** Of frames without a tag. */ readonly native?: number };

export type TopologyNode = NodeBase &
  (
    | { readonly kind: 'outside' }
    | {
        readonly kind: 'nic' | 'bond' | 'vlan' | 'macvtap-lower';
        readonly mac?: string;
        readonly addresses: readonly string[];
        readonly carriesDefaultRoute: boolean;
      }
    | {
        readonly kind: 'switch';
        readonly network?: { readonly name: string; readonly uuid: string; readonly mode: ForwardMode; readonly veryIsolated: boolean };
        readonly bridge?: string;
        /** The bridge's hidden port to the host: its own MAC and addresses. */
        readonly hostPort?: { readonly mac?: string; readonly addresses: readonly string[] };
        readonly stp: boolean;
        readonly trouble?: string;
      }
    | {
        readonly kind: 'guest';
        /** Outer half: the device on this host. */
        readonly tap: string;
        /** Inner half: what the guest calls its own. */
        readonly mac?: string;
        readonly addresses: readonly string[];
        /** How each of the addresses is known. */
        readonly knownBy?: Readonly<Record<string, AddressSource>>;
        readonly guest?: string;
        readonly portUuid?: string;
        readonly portState?: string;
      }
  );

export interface TopologyEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** `wire`: frames pass as they are; `nat` and `route`: the host forwards packets; `child`: a device on another. */
  readonly kind: 'wire' | 'nat' | 'route' | 'child';
  /** Device whose counters are this edge's traffic; seen from the device, receiving is towards the host. */
  readonly link?: string;
}
