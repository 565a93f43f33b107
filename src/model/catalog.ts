import type { HostInterface } from './host-interface.ts';
import type { Network } from './network.ts';
import type { Port } from './port.ts';
import type { IfName, Uuid } from './units.ts';

/**
 * Everything that is defined, and what of it should be there now. Immutable: every change of the host
 * is an edit of this value, and every event is a difference between two of them.
 */
export interface Catalog {
  readonly networks: ReadonlyMap<Uuid, NetworkEntry>;
  readonly ports: ReadonlyMap<Uuid, Port>;
  readonly interfaces: ReadonlyMap<string, HostInterface>;
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
  /** Where the guests that forwards name are now, as their leases say. Learnt anew at every start of the daemon. */
  readonly targets?: readonly { readonly name: string; readonly address: string }[];
}

export const emptyCatalog: Catalog = { networks: new Map(), ports: new Map(), interfaces: new Map() };
