import type { Hop, HopPort, HopReason, PortReason } from '../../model/frame.ts';
import type { LinkFacts } from '../../model/link.ts';
import type { PortVlan } from '../../model/vlan.ts';

/** An address that a bridge has heard, or has itself. */
export interface FdbEntry {
  readonly mac: string;
  readonly link: string;
  readonly vlan?: number;
  /** Of the port or bridge itself: frames to it are the host's. */
  readonly local: boolean;
}

export interface Switch {
  readonly name: string;
  readonly mac?: string;
  readonly up: boolean;
  readonly filtersVlans: boolean;
  readonly ports: readonly LinkFacts[];
  readonly fdb: readonly FdbEntry[];
  readonly vlans: ReadonlyMap<string, readonly PortVlan[]>;
}

export interface Arriving {
  /** A port, or `host`. */
  readonly in: string;
  readonly to: string;
  readonly vlan?: number;
}

/** What a Linux bridge does with a frame: what net/bridge/br_input.c and br_forward.c do, told with the reason for each port. */
export function decide(bridge: Switch, frame: Arriving): Hop {
  const port = bridge.ports.find(({ name }) => name === frame.in);
  const at = { at: bridge.name, in: frame.in };
  const dropped = (why: HopReason): Hop => ({
    ...at,
    verdict: 'dropped',
    why,
    ports: [],
    ...(frame.vlan !== undefined && { vlan: frame.vlan }),
  });
  if (!bridge.up) return dropped('link-down');
  if (port !== undefined && !isOpen(port)) return dropped('port-closed');

  const vlan = bridge.filtersVlans ? vlanOf(carried(bridge, frame.in), frame.vlan) : undefined;
  if (bridge.filtersVlans && vlan === undefined) return dropped('vlan-refused');
  const inside = { ...at, ...(vlan !== undefined && { vlan }) };
  // Without filtering a tag is nothing but a part of the frame, and goes along.
  const tagOf = (name: string): number | undefined => (vlan === undefined ? frame.vlan : leavesWith(carried(bridge, name), vlan));

  const others = [...bridge.ports.map(({ name }) => name), 'host'];
  const target = destination(bridge, frame, vlan);
  const { verdict, why, meant } = target;
  const ports = others.map((name): HopPort => {
    const reason = reasonFor(bridge, frame, name, vlan, port, target);
    const sends = reason === 'meant' || reason === 'host-hears';
    const tag = sends ? tagOf(name) : undefined;
    return { port: name, sends, why: reason, ...(tag !== undefined && { tag }) };
  });
  const goes = ports.some(({ sends }) => sends);
  if (!goes && verdict === 'forwarded') return { ...inside, verdict: 'dropped', why: meant === frame.in ? 'same-port' : why, ports };
  return { ...inside, verdict, why, ports };
}

interface Destination {
  readonly verdict: Hop['verdict'];
  readonly why: HopReason;
  /** The one port that is meant; undefined for all: then the host's own side too, unless one address that nobody knows is meant. */
  readonly meant?: string;
}

function destination(bridge: Switch, { to, in: from }: Arriving, vlan: number | undefined): Destination {
  if ((Number.parseInt(to.slice(0, 2), 16) & 1) === 1) return { verdict: 'flooded', why: 'broadcast' };
  const entry = bridge.fdb.find((one) => one.mac === to && (vlan === undefined || one.vlan === undefined || one.vlan === vlan));
  const isOwn = to === bridge.mac || entry?.local === true;
  if (isOwn && from !== 'host') return { verdict: 'delivered', why: 'own-address', meant: 'host' };
  if (entry === undefined || entry.local) return { verdict: 'flooded', why: 'unknown-address' };
  return { verdict: 'forwarded', why: 'learned', meant: entry.link };
}

function reasonFor(
  bridge: Switch,
  frame: Arriving,
  name: string,
  vlan: number | undefined,
  from: LinkFacts | undefined,
  { meant, why }: Destination,
): PortReason {
  const port = bridge.ports.find((one) => one.name === name);
  if (name === frame.in && !(port?.bridgePort?.hairpin === true && (meant === undefined || meant === name))) return 'came-by';
  if (meant !== undefined && meant !== name) return 'not-meant';
  if (name === 'host' && why === 'unknown-address') return 'not-meant';
  if (port !== undefined && !isOpen(port)) return 'closed';
  if (vlan !== undefined && !isIn(carried(bridge, name), vlan)) return 'other-vlan';
  if (port?.bridgePort?.isolated === true && from?.bridgePort?.isolated === true) return 'isolated';
  return name === 'host' && meant === undefined ? 'host-hears' : 'meant';
}

function isOpen({ up, bridgePort }: LinkFacts): boolean {
  return up && (bridgePort === undefined || bridgePort.state === 'forwarding');
}

function carried(bridge: Switch, name: string): readonly PortVlan[] {
  return bridge.vlans.get(name === 'host' ? bridge.name : name) ?? [];
}

/** A frame without a tag is in the port's own VLAN; one with a tag has to be in one that the port carries. */
function vlanOf(vlans: readonly PortVlan[], tag: number | undefined): number | undefined {
  if (tag === undefined) return vlans.find(({ pvid }) => pvid)?.id;
  return isIn(vlans, tag) ? tag : undefined;
}

function isIn(vlans: readonly PortVlan[], id: number): boolean {
  return vlans.some((vlan) => vlan.id <= id && id <= vlan.to);
}

/** The tag a frame of a VLAN leaves with; undefined for none. */
function leavesWith(vlans: readonly PortVlan[], id: number): number | undefined {
  return vlans.find((vlan) => vlan.id <= id && id <= vlan.to)?.untagged === true ? undefined : id;
}
