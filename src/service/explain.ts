import { walkFrame, type FrameHost } from '../explain/frame/walk.ts';
import { routedVerdict, type WayEnd } from '../explain/way.ts';
import { parseAddress } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { ExplainedEnd, Explanation } from '../model/explanation.ts';
import { broadcast, type FrameWalk } from '../model/frame.ts';
import type { LinkFacts } from '../model/link.ts';
import type { Network } from '../model/network.ts';
import type { Topology, TopologyNode } from '../model/topology.ts';
import { parseMac } from '../model/units.ts';
import type { Context } from './context.ts';
import { findByName } from './lookup.ts';
import type { Input } from './operation-types.ts';
import { getTopology } from './topology.ts';

type Guest = Extract<TopologyNode, { kind: 'guest' }>;

/** How `from` reaches `to`: the frame switch by switch, and what the host's router makes of it. Nothing is sent. */
export async function explainWay(context: Context, input: Input<'explain.way'>): Promise<Explanation> {
  const catalog = context.store.catalog();
  const host = await hostAsSeen(context);
  const from = host.end(input.from, 'from');
  const to = host.end(input.to, 'to');
  const start = startOf(host, from, to);
  const tag = input.vlan === undefined ? {} : { vlan: input.vlan };
  const follow = (mac: string): FrameWalk => walkFrame(host.frames, { from: start, to: mac, direct: input.direct === true, ...tag });

  const asked = follow(broadcast);
  const known = to.mac !== undefined && comesTo(asked, to) ? follow(to.mac) : undefined;
  const walk = known ?? asked;
  const verdict = to.kind === 'everybody' || (known !== undefined && comesTo(known, to)) ? 'heard' : 'apart';
  const layer2 = { verdict, mac: known === undefined ? broadcast : to.mac!, walk } as const;
  const isRouted = to.kind !== 'everybody' && (verdict === 'apart' || to.kind === 'outside') && from.kind === 'guest';
  return { from, to, layer2, ...(isRouted && { layer3: routedVerdict(networkOf(catalog, from), wayEnd(catalog, to), familyOf(to)) }) };
}

/** What was observed, and who is meant by a word. */
interface SeenHost {
  readonly frames: FrameHost;
  end(text: string, side: 'from' | 'to'): ExplainedEnd;
}

async function hostAsSeen(context: Context): Promise<SeenHost> {
  const { system } = context;
  const [links, vlans, { topology }] = await Promise.all([system.links(), system.vlans(), getTopology(context)]);
  const bridges = links.filter(({ type }) => type === 'bridge');
  const fdb = new Map(await Promise.all(bridges.map(async ({ name }) => [name as string, await system.fdb(name)] as const)));
  const named = new Map(links.map((link) => [link.name as string, link]));
  // Behind a cable whose other end is on this host sits no guest, but the next switch.
  const isCable = (name: string) => named.get(name)?.type === 'veth' && named.get(name)?.lower !== undefined;
  const guests = topology.nodes.filter((node) => node.kind === 'guest').filter(({ tap }) => !isCable(tap));
  const catalog = context.store.catalog();
  const leased = await leasedNames(context, bridges);
  return {
    frames: { links, fdb, vlans, guests: new Set(guests.map(({ tap }) => tap)) },
    end(text, side) {
      if (text === 'broadcast' && side === 'to') return { kind: 'everybody', label: text, mac: broadcast };
      if (text === 'outside') return { kind: 'outside', label: text };
      const guest = findGuest(catalog, guests, text) ?? guests.find(({ mac }) => mac !== undefined && leased.get(mac) === text);
      if (guest !== undefined) return asEnd(catalog, topology, guest, text, leased);
      const bridge = findByName(catalog, text)?.network.bridge?.name ?? text;
      const link = named.get(bridge) ?? (text === 'host' && side === 'to' ? undefined : linkWith(links, text));
      if (link !== undefined)
        return {
          kind: link.type === 'bridge' ? 'host' : 'wire',
          label: text,
          link: link.name,
          ...(link.mac !== undefined && { mac: link.mac }),
        };
      if (text === 'host' && side === 'to') return { kind: 'host', label: text };
      const mac = parseMac(text);
      if (mac !== undefined && side === 'to') return { kind: 'outside', label: text, mac };
      if (parseAddress(text) !== undefined && side === 'to') return { kind: 'outside', label: text, address: text };
      throw new ViaductError('invalid-argument', `Nobody here is known as '${text}'`, {
        hint: `Name a guest, a port, a device of this host, a network for its host's side, ${side === 'to' ? "'broadcast', 'host', 'outside', " : ''}a MAC or an address. See \`viaduct port list\`.`,
        params: { name: text },
      });
    },
  };
}

/** What guests called themselves when they asked for an address, by MAC. */
async function leasedNames({ system }: Context, bridges: readonly LinkFacts[]): Promise<ReadonlyMap<string, string>> {
  const leases = await Promise.all(bridges.map(({ name }) => system.leases(name)));
  return new Map(
    leases.flat().flatMap(({ mac, hostname }) => (mac === undefined || hostname === undefined ? [] : [[mac, hostname] as const])),
  );
}

/** By its wire, its port, its own name, its MAC or an address it has. */
function findGuest({ ports }: Catalog, guests: readonly Guest[], text: string): Guest | undefined {
  const mac = parseMac(text);
  const portName = (guest: Guest) => [...ports.values()].find(({ uuid }) => uuid === guest.portUuid)?.name;
  return (
    guests.find(({ tap }) => tap === text) ??
    guests.find((guest) => guest.portUuid === text || portName(guest) === text) ??
    guests.find(({ guest, label }) => guest === text || label === text) ??
    guests.find((guest) => (mac !== undefined && guest.mac === mac) || guest.addresses.includes(text))
  );
}

function asEnd(
  catalog: Catalog,
  { nodes, edges }: Topology,
  guest: Guest,
  text: string,
  leased: ReadonlyMap<string, string>,
): ExplainedEnd {
  const place = edges.find(({ to }) => to === guest.id)?.from;
  const node = nodes.find(({ id }) => id === place);
  const port = guest.portUuid === undefined ? undefined : catalog.ports.get(guest.portUuid as never);
  const network =
    (port === undefined ? undefined : catalog.networks.get(port.network)?.live?.name) ??
    (node?.kind === 'switch' ? node.network?.name : undefined);
  return {
    kind: 'guest',
    label: guest.guest ?? leased.get(guest.mac ?? '') ?? guest.label,
    link: guest.tap,
    ...(network !== undefined && { network }),
    ...(guest.mac !== undefined && { mac: guest.mac }),
    ...(parseAddress(text) !== undefined && { address: text }),
  };
}

/** A device that has this MAC or this address. */
function linkWith(links: readonly LinkFacts[], text: string): LinkFacts | undefined {
  const mac = parseMac(text);
  return links.find(
    (link) => link.name !== 'lo' && ((mac !== undefined && link.mac === mac) || link.addresses.some(({ address }) => address === text)),
  );
}

/** Where the frame comes in. The host's own side is on the bridge that the other end hangs on. */
function startOf(host: SeenHost, from: ExplainedEnd, to: ExplainedEnd): string {
  if (from.link !== undefined) return from.link;
  const other = host.frames.links.find(({ name }) => name === to.link);
  const bridge = other?.type === 'bridge' ? other.name : other?.master;
  if (bridge !== undefined) return bridge;
  throw new ViaductError('invalid-argument', `Which device of this host shall '${from.label}' send by?`, {
    hint: 'Name a bridge, a network or a card instead.',
  });
}

function comesTo({ reached }: FrameWalk, { kind, link }: ExplainedEnd): boolean {
  if (kind === 'outside') return reached.some((place) => place.kind === 'wire');
  if (kind === 'host') return reached.some((place) => place.kind === 'host' && (link === undefined || place.link === link));
  return reached.some((place) => place.link === link);
}

function networkOf(catalog: Catalog, { network }: ExplainedEnd): Network | undefined {
  return network === undefined ? undefined : findByName(catalog, network)?.network;
}

function wayEnd(catalog: Catalog, to: ExplainedEnd): WayEnd {
  if (to.kind === 'host') return { kind: 'host' };
  const network = networkOf(catalog, to);
  return to.kind === 'guest' ? { kind: 'guest', ...(network !== undefined && { network }) } : { kind: 'outside' };
}

function familyOf({ address }: ExplainedEnd): 'ipv4' | 'ipv6' {
  return (address === undefined ? undefined : parseAddress(address)?.family) ?? 'ipv4';
}
