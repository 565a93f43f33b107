import type { Guard } from './guard.ts';
import type { Bandwidth, PciAddress, VirtualPort, Vlan } from './network.ts';
import type { IfName, Mac, Uuid } from './units.ts';

/** One guest NIC's claim on a network: what libvirt calls a network port. */
export interface Port {
  readonly uuid: Uuid;
  readonly network: Uuid;
  readonly owner: { readonly name: string; readonly uuid: Uuid };
  /** Portgroup asked for by name. */
  readonly group?: string;
  readonly mac: Mac;
  readonly virtualPort?: VirtualPort;
  readonly bandwidth?: Bandwidth;
  readonly vlan?: Vlan;
  readonly isolated?: boolean;
  readonly trustGuestRxFilters?: boolean;
  readonly plug: Plug;
  /** The wire on this host when Viaduct made it; libvirt's clients make their own. */
  readonly link?: PortLink;
  /** IPv4 address held for this MAC in the network's DHCP, chosen when the port was made. */
  readonly address?: string;
  /** What it may not forge or offer, where that differs from its network's. */
  readonly guard?: Guard;
  /** Addresses and subnets, canonical, that it may speak for under guard; absent: those that its network promised to it. */
  readonly allowed?: readonly string[];
  /** What people call it, alone on this host. Ports of libvirt's clients have none: they go by their owner's. */
  readonly name?: string;
  /** The program its wire was made for. */
  readonly client?: PortClient;
  /** Model of the card inside the guest, as a hint for who runs it; `virtio` when absent. */
  readonly model?: string;
  /** Who asked for it, where that was somebody with a grant only. */
  readonly creator?: number;
  /** Taken down by hand: nothing passes until it is brought up again. */
  readonly down?: true;
  /** The process whose wire this is: when it ends, so does the port. */
  readonly holder?: ProcessId;
  /** The link that a hypervisor has plugged it in by, the last one seen. */
  readonly wire?: IfName;
  /** Milliseconds since the epoch: since when the other end of its wire is known to be lost. It has no wire any more. */
  readonly goneSince?: number;
}

/** Programs that run guests, and what they want is known. `none` takes a tap and says nothing. */
export const portClients = ['qemu', 'firecracker', 'cloud-hypervisor', 'libvirt', 'none'] as const;
export type PortClient = (typeof portClients)[number];

/** A process that is not mistaken for the next one with its number. */
export interface ProcessId {
  readonly pid: number;
  /** When it started, in the kernel's own ticks since boot, as text. */
  readonly started: string;
}

/** What only Viaduct keeps of a port: libvirt's document has no place for it. */
const extras = [
  'link',
  'address',
  'name',
  'client',
  'model',
  'creator',
  'down',
  'holder',
  'wire',
  'goneSince',
  'guard',
  'allowed',
] as const;
export type PortExtras = Pick<Port, (typeof extras)[number]>;

export function extrasOf(port: Port): PortExtras {
  return Object.fromEntries(extras.flatMap((name) => (port[name] === undefined ? [] : [[name, port[name]]])));
}

/** Where the wire goes in. Chosen by the daemon, or given back by a client that reclaims its port. */
export type Plug =
  | { readonly type: 'none' }
  | { readonly type: 'network'; readonly bridge: string; readonly macTableManager?: 'kernel' | 'libvirt' }
  | { readonly type: 'bridge'; readonly bridge: string; readonly macTableManager?: 'kernel' | 'libvirt' }
  | { readonly type: 'direct'; readonly dev: string; readonly mode: 'bridge' | 'private' | 'vepa' | 'passthrough' }
  | {
      readonly type: 'hostdev-pci';
      readonly managed?: boolean;
      readonly address: PciAddress;
      readonly driver?: { readonly name?: string; readonly model?: string };
    };

/** The host's half of a guest NIC, made by Viaduct and persistent across its restarts. */
export type PortLink =
  | {
      readonly kind: 'tap';
      readonly name: IfName;
      /** Who may open it without CAP_NET_ADMIN. */
      readonly uid?: number;
      readonly gid?: number;
      readonly multiQueue?: boolean;
      readonly vnetHeader?: boolean;
    }
  | { readonly kind: 'macvtap'; readonly name: IfName; readonly lower: IfName; readonly mode: 'bridge' | 'private' | 'vepa' | 'passthru' }
  | {
      readonly kind: 'veth';
      readonly name: IfName;
      /** A name under /run/netns, or a process id; the peer is put there as `inside`. */
      readonly netns: string;
      readonly inside: IfName;
    };
