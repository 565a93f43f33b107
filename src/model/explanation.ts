import type { FrameWalk } from './frame.ts';

/** How one end of this host's networks reaches another, layer by layer. */
export interface Explanation {
  readonly from: ExplainedEnd;
  readonly to: ExplainedEnd;
  /** What a frame does: to the other's own address where both hear each other, else as the ARP request that looks for it. */
  readonly layer2: {
    /** `heard`: it comes to the other end. `apart`: it does not; they are in different broadcast domains, or something stops it. */
    readonly verdict: 'heard' | 'apart';
    /** The destination of the frame that was followed. */
    readonly mac: string;
    readonly walk: FrameWalk;
  };
  /** What the host's router does; absent where there is nobody to route to, or no need. */
  readonly layer3?: LayerThree;
}

export interface ExplainedEnd {
  readonly kind: 'guest' | 'host' | 'wire' | 'everybody' | 'outside';
  readonly label: string;
  /** The device on this host. */
  readonly link?: string;
  readonly network?: string;
  readonly mac?: string;
  readonly address?: string;
}

export interface LayerThree {
  /** `elsewhere`: somebody else decides. */
  readonly verdict: 'passes' | 'stopped' | 'elsewhere';
  readonly why: RouteReason;
  /** Whose rule it is. */
  readonly network?: string;
  readonly uplink?: string;
}

export type RouteReason =
  /** The host's own addresses on the network answer. */
  | 'host-answers'
  /** The host has no address on the network: nobody there routes. */
  | 'no-gateway'
  /** The network lets nothing in or out. */
  | 'isolated'
  /** Packets leave under the host's address. */
  | 'hidden'
  /** Packets keep their address: the outside has to know the way back. */
  | 'way-back'
  /** A connection into a NAT network: only answers come in, and what is forwarded. */
  | 'answers-only'
  /** The network may be left, or entered, through one device only. */
  | 'uplink-only'
  | 'routed'
  /** Viaduct adds no rules to an open network. */
  | 'own-firewall'
  /** The guest is on somebody else's network, whose router decides. */
  | 'lan-router';
