import type { LinkFacts } from '../../model/link.ts';
import type { FrameWalk, Hop, HopPort, Reached } from '../../model/frame.ts';
import type { PortVlan } from '../../model/vlan.ts';
import { decide, type FdbEntry, type Switch } from './switch.ts';

/** What is known of the host that a frame passes; everything observed. */
export interface FrameHost {
  readonly links: readonly LinkFacts[];
  /** By bridge. */
  readonly fdb: ReadonlyMap<string, readonly FdbEntry[]>;
  /** By port, of bridges that filter VLANs; by the bridge's own name what its host side hears. */
  readonly vlans: ReadonlyMap<string, readonly PortVlan[]>;
  /** Links behind which a guest sits. */
  readonly guests: ReadonlySet<string>;
}

export interface Frame {
  /** The link by which it comes into the host's switches: a guest's wire, or a card for one from outside; a bridge for the host itself. */
  readonly from: string;
  /** Destination, lower case. */
  readonly to: string;
  /** The tag it carries when it comes. */
  readonly vlan?: number;
  /** From the host: out by this very card, although it is a port. */
  readonly direct?: boolean;
}

/** More hops than that are a loop that spanning tree would have cut. */
const mostHops = 64;

/** Follows a frame through bridges, VLAN devices and patch cables, to every place where somebody hears it. */
export function walkFrame(host: FrameHost, frame: Frame): FrameWalk {
  const walk = new Walk(host, frame.to);
  walk.start(frame);
  return { hops: walk.hops, reached: walk.reached, loops: [...walk.loops] };
}

class Walk {
  readonly hops: Hop[] = [];
  readonly reached: Reached[] = [];
  readonly loops = new Set<string>();
  readonly #host: FrameHost;
  readonly #to: string;
  readonly #links: ReadonlyMap<string, LinkFacts>;
  readonly #seen = new Set<string>();

  constructor(host: FrameHost, to: string) {
    this.#host = host;
    this.#to = to;
    this.#links = new Map(host.links.map((link) => [link.name, link]));
  }

  start({ from, vlan, direct = false }: Frame): void {
    const link = this.#links.get(from);
    if (link === undefined) return;
    if (link.type === 'bridge') this.#enter(from, 'host', vlan);
    else if (direct) this.#out(from, vlan, 'past-bridge');
    else this.#receive(from, vlan);
  }

  /** A frame arrives at a link from its far side. The kernel asks for a VLAN's own device before the bridge sees it. */
  #receive(name: string, vlan: number | undefined): void {
    const link = this.#links.get(name);
    if (link === undefined) return;
    const child =
      vlan === undefined
        ? undefined
        : this.#host.links.find(({ type, lower, vlanTag }) => type === 'vlan' && lower === name && vlanTag === vlan);
    if (child !== undefined) {
      this.#note({
        at: name,
        in: name,
        vlan: vlan!,
        verdict: 'forwarded',
        why: 'vlan-device',
        ports: [{ port: child.name, sends: true, why: 'meant' }],
      });
      return this.#receive(child.name, undefined);
    }
    if (link.master !== undefined && this.#links.get(link.master)?.type === 'bridge') return this.#enter(link.master, name, vlan);
    if (vlan !== undefined) return void this.#note({ at: name, in: name, vlan, verdict: 'dropped', why: 'no-vlan-device', ports: [] });
    this.#reach({ kind: 'host', link: name });
  }

  #enter(bridge: string, port: string, vlan: number | undefined): void {
    const hop = decide(this.#switch(bridge), { in: port, to: this.#to, ...(vlan !== undefined && { vlan }) });
    if (hop.verdict !== 'dropped' && this.hops.some((known) => known.at === bridge && known.in !== port && known.vlan === hop.vlan))
      this.loops.add(bridge);
    if (!this.#note(hop)) return;
    for (const out of hop.ports) if (out.sends) this.#leave(bridge, out);
  }

  /** By a port of a bridge, or to the host's own side of it. */
  #leave(bridge: string, { port, tag }: HopPort): void {
    if (port === 'host') this.#receive(bridge, tag);
    else this.#out(port, tag, 'meant');
  }

  /** Out of a link, to whatever is on its far side. */
  #out(name: string, vlan: number | undefined, why: 'meant' | 'past-bridge'): void {
    const link = this.#links.get(name);
    if (link === undefined) return;
    if (why === 'past-bridge') this.#note({ at: name, in: 'host', verdict: 'sent', why, ports: [], ...(vlan !== undefined && { vlan }) });
    const tag = vlan === undefined ? {} : { vlan };
    if (this.#host.guests.has(name)) return this.#reach({ kind: 'guest', link: name, ...tag });
    if (link.type === 'vlan' && link.lower !== undefined) {
      const own = link.vlanTag === undefined ? {} : { vlan: link.vlanTag };
      this.#note({
        at: name,
        in: name,
        verdict: 'forwarded',
        why: 'vlan-device',
        ports: [{ port: link.lower, sends: true, why: 'meant', ...(link.vlanTag !== undefined && { tag: link.vlanTag }) }],
        ...own,
      });
      // A VLAN of a bridge goes into that bridge from the host's side, one of a card onto its wire.
      if (this.#links.get(link.lower)?.type === 'bridge') return this.#enter(link.lower, 'host', link.vlanTag);
      return this.#out(link.lower, link.vlanTag, 'meant');
    }
    // The other end of a patch cable, where it is on this host.
    const peer = link.type === 'veth' && link.lower !== undefined ? this.#links.get(link.lower) : undefined;
    if (peer !== undefined) return this.#receive(peer.name, vlan);
    this.#reach({ kind: 'wire', link: name, ...tag });
  }

  #switch(name: string): Switch {
    const bridge = this.#links.get(name);
    return {
      name,
      ports: this.#host.links.filter(({ master }) => master === name),
      ...(bridge?.mac !== undefined && { mac: bridge.mac }),
      up: bridge?.up ?? false,
      filtersVlans: bridge?.bridge?.vlanFiltering ?? false,
      fdb: this.#host.fdb.get(name) ?? [],
      vlans: this.#host.vlans,
    };
  }

  /** False for a place where the frame has been already. */
  #note(hop: Hop): boolean {
    const key = `${hop.at} ${hop.in} ${hop.vlan ?? ''}`;
    if (this.#seen.has(key) || this.hops.length >= mostHops) return false;
    this.#seen.add(key);
    this.hops.push(hop);
    return true;
  }

  #reach(place: Reached): void {
    if (!this.reached.some((known) => JSON.stringify(known) === JSON.stringify(place))) this.reached.push(place);
  }
}
