import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import type { Lease } from '../model/lease.ts';
import type { LinkFacts } from '../model/link.ts';
import type { Port } from '../model/port.ts';
import { parseIfName, type IfName } from '../model/units.ts';
import type { Context } from './context.ts';
import { entryOf } from './network-edits.ts';
import type { PortAddress, PortState, PortSummary } from './operation-types.ts';
import { findWire } from './port-wires.ts';
import type { SeenAddress } from './seen-on-link.ts';
import { summarizePort } from './summary.ts';

/** Ports with what has to be asked for: the state of their wires and the addresses of their guests. */
export async function detailPorts(context: Context, catalog: Catalog, ports: readonly Port[]): Promise<readonly PortSummary[]> {
  const all = await context.system.links();
  const links = new Map(all.map((link) => [link.name as string, link]));
  const bridges = new Map<string, Promise<Heard>>();
  const heardOn = (bridge: string): Promise<Heard> => {
    const known = bridges.get(bridge) ?? listen(context, bridge, links);
    bridges.set(bridge, known);
    return known;
  };
  return Promise.all(
    ports.map(async (port) => {
      const entry = entryOf(catalog, port.network);
      const bridge = bridgeOf(port);
      const device = port.link?.name ?? findWire(port, all) ?? port.wire;
      const place = placeOf(port, device);
      const wire = device === undefined ? undefined : links.get(device);
      const heard = bridge === undefined ? silence : await heardOn(bridge);
      const attached = wire?.carrier === true && wire.up;
      return {
        ...summarizePort(catalog, port),
        ...(device !== undefined && { device }),
        state: stateOf(port, entry, wire, attached),
        attached,
        addresses: addressesOf(port, entry, heard, place === undefined ? [] : (context.sightings.ask(place).get(port.mac) ?? [])),
      };
    }),
  );
}

/** What is known on a bridge of who has which address. */
interface Heard {
  readonly leases: readonly Lease[];
  readonly neighbours: readonly { readonly address: string; readonly mac: string }[];
}

const silence: Heard = { leases: [], neighbours: [] };

async function listen({ system }: Context, bridge: string, links: ReadonlyMap<string, LinkFacts>): Promise<Heard> {
  const name = parseIfName(bridge);
  if (name === undefined) return silence;
  return { leases: await system.leases(name), neighbours: links.has(bridge) ? await system.neighbours(name) : [] };
}

function bridgeOf({ plug }: Port): string | undefined {
  return plug.type === 'network' || plug.type === 'bridge' ? plug.bridge : undefined;
}

function stateOf({ goneSince, link, plug }: Port, { live }: NetworkEntry, wire: LinkFacts | undefined, attached: boolean): PortState {
  if (goneSince !== undefined) return 'gone';
  const onBridge = plug.type === 'direct' || link?.kind === 'macvtap' || wire?.master !== undefined;
  if (wire === undefined || live === undefined || !onBridge) return 'planned';
  return attached ? 'up' : 'plugged';
}

/** Where the guest is listened to, as nobody here gives it addresses: its bridge, or its own macvtap. */
function placeOf({ plug }: Port, device: string | undefined): IfName | undefined {
  if (plug.type === 'bridge') return parseIfName(plug.bridge);
  return plug.type === 'direct' && device !== undefined ? parseIfName(device) : undefined;
}

/** The best knowledge of each family first; none twice. */
function addressesOf(
  { mac, address }: Port,
  { live, config }: NetworkEntry,
  { leases, neighbours }: Heard,
  sighted: readonly SeenAddress[],
): readonly PortAddress[] {
  const reserved = ((live ?? config)?.ips ?? []).flatMap(({ dhcp }) =>
    (dhcp?.hosts ?? []).filter((host) => host.mac === mac && host.ip !== undefined),
  );
  const all: PortAddress[] = [
    ...leases.filter((lease) => lease.mac === mac).map((lease) => ({ address: lease.address, source: 'lease' }) as const),
    ...reserved.map(({ ip }) => ({ address: ip ?? '', source: 'reservation' }) as const),
    ...sighted.map((one) => ({ address: one.address, source: 'seen', by: one.by }) as const),
    ...neighbours
      .filter((neighbour) => neighbour.mac === mac && !neighbour.address.startsWith('fe80:'))
      .map((neighbour) => ({ address: neighbour.address, source: 'seen' }) as const),
    ...(address === undefined ? [] : [{ address, source: 'held' } as const]),
  ];
  return all.filter((one, index) => all.findIndex((other) => other.address === one.address) === index);
}
