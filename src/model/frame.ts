/** Where a frame goes inside a host, switch by switch: what `viaduct explain` tells of layer 2. */
export interface FrameWalk {
  /** In the order in which the frame comes by. */
  readonly hops: readonly Hop[];
  /** Where it ends: guests that hear it, wires by which it leaves the host, the host itself. */
  readonly reached: readonly Reached[];
  /** Bridges to which it comes back by another port: a loop, which floods until spanning tree or a pulled cable cuts it. */
  readonly loops: readonly string[];
}

export type Reached =
  | { readonly kind: 'guest'; readonly link: string; readonly vlan?: number }
  | { readonly kind: 'wire'; readonly link: string; /** The tag it carries outside. */ readonly vlan?: number }
  | { readonly kind: 'host'; readonly link: string };

/** A frame at a bridge, or at a card that belongs to none. */
export interface Hop {
  /** The bridge; the card itself where the frame is in no bridge. */
  readonly at: string;
  /** The port by which it comes; `host` from the host's own side. */
  readonly in: string;
  /** The VLAN it is in, where the bridge tells VLANs apart. */
  readonly vlan?: number;
  readonly verdict: 'flooded' | 'forwarded' | 'delivered' | 'dropped' | 'sent';
  readonly why: HopReason;
  /** Every other port of the bridge, and `host`. */
  readonly ports: readonly HopPort[];
}

export interface HopPort {
  readonly port: string;
  readonly sends: boolean;
  readonly why: PortReason;
  /** The tag with which it leaves by this port. */
  readonly tag?: number;
}

export type HopReason =
  /** Everybody in the broadcast domain is meant. */
  | 'broadcast'
  /** No port has been heard with this address yet. */
  | 'unknown-address'
  /** The address was heard behind one port. */
  | 'learned'
  /** The address is the host's own there. */
  | 'own-address'
  /** The address is behind the port that the frame comes by. */
  | 'same-port'
  /** The port does not pass frames: spanning tree, or its cable is pulled. */
  | 'port-closed'
  /** The tag, or the lack of one, is not for this port. */
  | 'vlan-refused'
  /** The device by which it should come is down. */
  | 'link-down'
  /** It goes out by the card itself, past the bridge. */
  | 'past-bridge'
  /** A tag takes it to the VLAN's own device, or off it. */
  | 'vlan-device'
  /** Tags of that number have no device here. */
  | 'no-vlan-device';

export type PortReason =
  | 'meant'
  | 'came-by'
  | 'not-meant'
  | 'closed'
  | 'isolated'
  | 'other-vlan'
  /** The host's own side hears everything that is flooded. */
  | 'host-hears';

export const broadcast = 'ff:ff:ff:ff:ff:ff';
