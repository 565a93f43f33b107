import type { Guard, GuardName } from '../model/guard.ts';
import type { IfName, Mac } from '../model/units.ts';

/** Operations on the ways to guests, and on what guests may do. */
export interface ReachOperations {
  'forward.list': { input: { network?: string }; output: readonly ForwardSummary[] };
  /** `listen` is `[ADDRESS:]PORT[-PORT]`, `to` is `GUEST[:PORT]`. Both definitions of the network are changed. */
  'forward.add': { input: { network: string; protocol: string; listen: string; to: string }; output: ForwardSummary };
  'forward.remove': { input: { network: string; protocol: string; listen: string }; output: Record<never, never> };
  /** Every guest that has a name and an address. */
  'host.names': { input: Record<never, never>; output: readonly HostName[] };
  /** Makes a guest ask for its address again. Answers when it has one, or has not asked for some seconds; at once where it cannot be made to. */
  'port.renew': { input: { network?: string; port: string }; output: Renewal };
  /** Replaces what a network's ports may not do; with `port`, where that one port differs. */
  'guard.set': { input: { network: string; port?: string; guard: Guard; addresses?: readonly string[] }; output: Record<never, never> };
  /** What the guards of running networks have dropped. */
  'guard.list': { input: { network?: string }; output: readonly GuardedPort[] };
}

export interface ForwardSummary {
  readonly network: string;
  readonly protocol: 'tcp' | 'udp';
  readonly listen: string;
  readonly to: string;
  /** Where it leads now, one for each family; empty while nobody knows the guest or the network is stopped. */
  readonly targets: readonly string[];
  /** A program of the host that no longer gets what comes to this port. */
  readonly hides?: string;
}

export interface HostName {
  readonly network: string;
  readonly address: string;
  /** With the network's domain first, where it has one. */
  readonly names: readonly string[];
}

export interface Renewal {
  readonly mac: Mac;
  /** The host's half that lost its carrier for a moment; absent where nobody knows it. */
  readonly link?: IfName;
  /**
   * How it is made to ask: `carrier`, the host's half goes down; `qmp`, QEMU pulls the cable of its card, since a guest
   * behind a tap does not see the tap go down. `none`: nobody can tell it, so it keeps its lease and asks in its own
   * time, when half of that is over.
   */
  readonly asked: 'carrier' | 'qmp' | 'none';
  /** Addresses before and after; absent without one. */
  readonly from?: string;
  readonly to?: string;
}

export interface GuardedPort {
  readonly network: string;
  readonly link: IfName;
  /** Packets dropped, by guard; `tag` are frames with a VLAN tag. */
  readonly drops: Readonly<Partial<Record<GuardName | 'tag', number>>>;
}
