import type { HostFacts, HostRoute } from '../model/facts.ts';
import type { Change, HostObject, HostState } from '../model/host-state.ts';
import type { Lease } from '../model/lease.ts';
import type { LinkFacts } from '../model/link.ts';
import type { PciAddress } from '../model/network.ts';
import type { VirtualFunction } from './sriov.ts';
import type { NftCounter } from '../model/nft.ts';
import type { Sighting } from '../model/sighting.ts';
import type { IfName, Mac } from '../model/units.ts';
import type { PortVlan } from '../model/vlan.ts';
import type { GuestCard } from './qemu.ts';
import type { QemuCards } from './qemu-cards.ts';
import type { Listener } from './listeners.ts';

/**
 * The machine, as the rest of Viaduct sees it. `RealSystem` is the one that is used; everything
 * else gets it as an argument.
 *
 * Every change may be repeated: creating what is there and equal, or deleting what is gone, succeeds.
 * Creating what is there and is *not ours* fails with `name-in-use` and changes nothing.
 */
export interface System {
  /** Gathered once and kept; `refreshFacts` when the host's resolver or kernel modules changed. */
  facts(): HostFacts;
  refreshFacts(): Promise<HostFacts>;

  /**
   * What the host has now for the keys of `wanted` (and only those): absent keys are not there.
   * Cost grows with `wanted`, not with what the host has.
   */
  observe(wanted: Iterable<HostObject>): Promise<HostState>;

  /**
   * Carries out changes of one kind and one action, in order; dnsmasq processes several at a time.
   * Resolves to one entry per change that was *tried*: undefined when done, the error when not. Stops
   * trying at the first failure unless `carryOn`.
   */
  perform(changes: readonly Change[], options?: { carryOn?: boolean }): Promise<readonly (Error | undefined)[]>;

  /** Rings when links, addresses, routes, our nft table or a dnsmasq changed; says roughly what. */
  monitor(onBell: (bell: Bell) => void): Disposable;

  /** Routes of the host in the tables it uses for forwarding, default routes included. */
  routes(): Promise<readonly HostRoute[]>;
  /** All links, or those of these names that are there: then the cost grows with the names, not with what the host has. */
  links(names?: ReadonlySet<string>): Promise<readonly LinkFacts[]>;
  /** Ways out that the kernel configures from router advertisements, or would when one came; cheap to ask again while nothing changes. */
  advertisedUplinks(): Promise<readonly IfName[]>;
  /** True when a link of that name is there: a microsecond, however many there are. */
  hasLink(name: string): boolean;
  /** All names that are taken: a tenth of what `links()` costs. */
  linkNames(): Promise<ReadonlySet<IfName>>;
  /** The virtual functions of an SR-IOV card's physical one, in their order. */
  virtualFunctions(pf: string): Promise<readonly VirtualFunction[]>;
  /** A PCI device by its address: where it is, and whether it is such a function. */
  pciFunction(address: PciAddress): { readonly path: string; readonly isVirtual: boolean };
  /** What a card has that it must get back when it was lent: settings, lasting addresses, routes that somebody set. */
  belongings(link: IfName): Promise<readonly HostObject[]>;
  /** Forwarding database of a bridge: which MAC sits behind which port. */
  fdb(bridge: IfName): Promise<readonly { readonly mac: Mac; readonly link: IfName; readonly vlan?: number; readonly local: boolean }[]>;
  /** What each port of a bridge that filters VLANs carries, and what such a bridge itself hears. */
  vlans(): Promise<ReadonlyMap<IfName, readonly PortVlan[]>>;
  /** Bridges of Open vSwitch; undefined where it does not run. */
  openVSwitchBridges(): Promise<readonly string[] | undefined>;
  neighbours(link: IfName): Promise<readonly { readonly address: string; readonly mac: Mac; readonly reachable: boolean }[]>;
  /**
   * Listens to who has which address, on a bridge or a macvtap; bounded, see `watchAddresses`. Undefined where there is no
   * such link. It hears nothing more when the link goes, nor of another one of that name.
   */
  watchAddresses(link: IfName, onSighting: (sighting: Sighting) => void): AddressWatch | undefined;
  /** Programs of this host that listen on any of these ports. */
  listeners(ports: ReadonlySet<number>): Promise<readonly Listener[]>;
  /** What the guard of a port has dropped, rule by rule. */
  guardCounters(link: IfName): readonly NftCounter[];
  /** Leases of the dnsmasq on this bridge; empty when it never ran. */
  leases(bridge: IfName): Promise<readonly Lease[]>;
  /** Gives an address back: dnsmasq forgets it. */
  releaseLease(bridge: IfName, lease: Lease): Promise<void>;
  /** Removes what dnsmasq remembers of a bridge, when its network is undefined and stopped. */
  forgetLeases(bridge: IfName): Promise<void>;
  /** Takes a link's carrier away and gives it back, so that a guest's DHCP client asks again. */
  bounceLink(link: IfName): Promise<void>;
  setLinkUp(link: IfName, up: boolean): Promise<void>;
  /** Takes a virtual device away, whoever made it. One that is gone is no error. */
  removeLink(link: IfName): Promise<void>;
  /** Which cards the QEMU of this host has; undefined where there is none. */
  qemuCards(): Promise<QemuCards | undefined>;
  /** The card of the guest behind a tap, where QEMU runs it and listens to us. */
  guestCard(link: IfName): Promise<GuestCard | undefined>;

  close(): Promise<void>;
}

/** Somebody listens to what is said about addresses. */
export interface AddressWatch extends Disposable {
  /** The link is still the one that it was. Cheap. */
  hears(): boolean;
}

export type Bell =
  | { readonly kind: 'link'; readonly name: string; readonly gone: boolean }
  /** Of `link`, where that is known: only what stands on it is then looked at. */
  | { readonly kind: 'address' | 'route'; readonly link?: string }
  /** Somebody else changed nftables: our own transactions do not ring. */
  | { readonly kind: 'nft' }
  | { readonly kind: 'dnsmasq'; readonly bridge: string }
  | { readonly kind: 'leases'; readonly bridge: string }
  | { readonly kind: 'resolver' }
  /** Messages were lost: look at everything. */
  | { readonly kind: 'resync' };

export type { LinkFacts } from '../model/link.ts';
