import type { BridgeFilterOff } from './bridge-filter.ts';
import type { FilesChange } from './host-config.ts';
import type { HostInterface } from './host-interface.ts';
import type { HostObject, RouteObject, SysctlObject } from './host-state.ts';
import type { Network } from './network.ts';
import type { Port } from './port.ts';
import type { IfName, Mac, Uuid } from './units.ts';

/**
 * Everything that is defined, and what of it should be there now. Immutable: every change of the host
 * is an edit of this value, and every event is a difference between two of them.
 */
export interface Catalog {
  readonly networks: ReadonlyMap<Uuid, NetworkEntry>;
  readonly ports: ReadonlyMap<Uuid, Port>;
  readonly interfaces: Interfaces;
  /** The interfaces as they were when a transaction began; there until it is committed or rolled back, or the host reboots. */
  readonly restorePoint?: Interfaces;
  /** A change of the host's own connection that nobody has confirmed yet. */
  readonly checkpoint?: Checkpoint;
  /** The last change of that kind that somebody confirmed. */
  readonly lastChange?: ConfirmedChange;
  /** Bridged frames are kept out of the host's packet filter, on an administrator's word. */
  readonly bridgeFilterOff?: BridgeFilterOff;
}

export interface Checkpoint {
  /** Milliseconds since the epoch; then the interfaces become what they were. */
  readonly deadline: number;
  readonly interfaces: Interfaces;
  /** The host's own files that it changed. */
  readonly files?: FilesChange;
  /** The change is still being made: nobody is asked yet, and if its daemon dies it is taken back at once. */
  readonly working?: true;
}

export interface ConfirmedChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The interfaces that Viaduct keeps, before and after. */
  readonly before: Interfaces;
  readonly after: Interfaces;
  readonly files?: FilesChange;
}

export type Interfaces = ReadonlyMap<string, InterfaceEntry>;

/** A host interface that Viaduct keeps. At least one of the two is there. */
export interface InterfaceEntry {
  /** What it is brought up with next time; absent when it was undefined while it ran. */
  readonly config?: HostInterface;
  /** Present while Viaduct has it up. */
  readonly live?: RunningInterface;
}

export interface RunningInterface {
  readonly definition: HostInterface;
  /** Routes and IPv6 habits that came with a card it took: no definition has words for them. */
  readonly carried: readonly (RouteObject | SysctlObject)[];
  /** What cards of the host had that it took or changed. They get it back when it goes down. */
  readonly borrowed: readonly HostObject[];
}

/** libvirt's two copies of a network. At least one of them is there. */
export interface NetworkEntry {
  /** The persistent definition; absent for a transient network. */
  readonly config?: Network;
  /** The definition it runs with; present exactly while it is active. */
  readonly live?: Network;
  readonly autostart: boolean;
  /**
   * Links that other programs put on our bridge (a hypervisor's taps), remembered so that they are
   * put back when the network is stopped and started or its bridge is lost. In the order they came.
   */
  readonly guests: readonly IfName[];
  /** The addresses of these links, by which a hypervisor's tap is matched with its port. */
  readonly guestMacs?: ReadonlyMap<IfName, Mac>;
  /** Where the guests that forwards name are now, as their leases say. Learnt anew at every start of the daemon. */
  readonly targets?: readonly { readonly name: string; readonly address: string }[];
}

export const emptyCatalog: Catalog = { networks: new Map(), ports: new Map(), interfaces: new Map() };
