import { drawTopology, isGuestLink } from '../explain/topology.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Lease } from '../model/lease.ts';
import type { LinkFacts } from '../model/link.ts';
import { ownsBridge } from '../model/network.ts';
import type { AddressSource } from '../model/topology.ts';
import { parseIfName, type IfName } from '../model/units.ts';
import type { Context } from './context.ts';
import { partNames } from './interface-edits.ts';
import { currentOf } from './lookup.ts';
import type { LinkCounters, Output } from './operation-types.ts';
import { summarizeNetwork } from './summary.ts';
import { wireGuests } from './wire-guests.ts';

/** The host as a picture: devices from the kernel, names and guests from the catalog and the hypervisor, addresses from leases and neighbours. */
export async function getTopology(context: Context): Promise<Output<'topology.get'>> {
  const { system, store } = context;
  const catalog = store.catalog();
  const [links, routes, vlans] = await Promise.all([system.links(), system.routes(), system.vlans()]);
  const bridges = links.filter(({ type }) => type === 'bridge').map(({ name }) => name);
  const leases = await leasesOf(context);
  const known = await addressesByMac(context, leases, bridges, listeningPlaces(catalog, links));
  const topology = drawTopology({
    links,
    vlans,
    networks: [...catalog.networks].map(([uuid, entry]) => {
      const { forward } = currentOf(entry);
      return {
        ...summarizeNetwork(context, catalog, uuid),
        ...('uplink' in forward && forward.uplink !== undefined && { uplink: forward.uplink }),
      };
    }),
    ports: [...catalog.ports.values()].map(({ uuid, link, mac, owner }) => ({
      uuid,
      mac,
      guest: owner.name,
      ...(link !== undefined && { link: link.name }),
    })),
    macsByLink: await macsByLink(context, bridges),
    addressesByMac: new Map([...known].map(([mac, sources]) => [mac, Object.keys(sources)])),
    knownBy: known,
    namesByMac: new Map(leases.flatMap(({ mac, hostname }) => (mac === undefined || hostname === undefined ? [] : [[mac, hostname]]))),
    guestsByLink: await wireGuests(context, links),
    defaultUplinks: routes.filter(({ destination }) => destination.endsWith('/0')).map(({ link }) => link),
  });
  return { topology, counters: countersOf(links), madeAtBoot: madeAtBoot(catalog), at: Date.now() };
}

async function macsByLink({ system }: Context, bridges: readonly IfName[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const macs = new Map<string, string[]>();
  for (const entries of await Promise.all(bridges.map((bridge) => system.fdb(bridge)))) {
    for (const { mac, link, local } of entries) if (!local) macs.set(link, [...(macs.get(link) ?? []), mac]);
  }
  return macs;
}

/** Of every running network that has addresses. */
async function leasesOf({ system, store }: Context): Promise<readonly Lease[]> {
  const served = [...store.catalog().networks.values()].flatMap(({ live }) =>
    live?.ips.length === 0 ? [] : (parseIfName(live?.bridge?.name ?? '') ?? []),
  );
  return (await Promise.all(served.map((bridge) => system.leases(bridge)))).flat();
}

type Known = ReadonlyMap<string, Readonly<Record<string, AddressSource>>>;

/** What is known best comes first, and counts. */
async function addressesByMac(
  { system, sightings }: Context,
  leases: readonly Lease[],
  bridges: readonly IfName[],
  places: readonly IfName[],
): Promise<Known> {
  const addresses = new Map<string, Record<string, AddressSource>>();
  const add = (mac: string | undefined, address: string, source: AddressSource) => {
    if (mac === undefined) return;
    const known = addresses.get(mac) ?? {};
    known[address] ??= source;
    addresses.set(mac, known);
  };
  for (const { mac, address } of leases) add(mac, address, 'lease');
  for (const place of places) for (const [mac, seen] of sightings.ask(place)) for (const { address, by } of seen) add(mac, address, by);
  for (const known of await Promise.all(bridges.map((bridge) => system.neighbours(bridge))))
    for (const { mac, address } of known) add(mac, address, 'neighbour');
  return addresses;
}

/** Bridges that have guests and no DHCP of ours, and macvtaps: whoever is there has its address from elsewhere. */
function listeningPlaces({ networks, ports }: Catalog, links: readonly LinkFacts[]): readonly IfName[] {
  const served = new Set(
    [...networks.values()].flatMap(({ live }) =>
      live !== undefined && ownsBridge(live) && live.ips.length > 0 ? [live.bridge?.name] : [],
    ),
  );
  const bridges = new Set(links.flatMap(({ name, type }) => (type === 'bridge' ? [name as string] : [])));
  const wires = new Set([...ports.values()].map(({ link }) => link?.name));
  const places = new Set<IfName>();
  for (const link of links) {
    if (link.type === 'macvtap') places.add(link.name);
    const { master } = link;
    if (master !== undefined && !served.has(master) && isGuestLink(link, bridges, wires.has(link.name))) places.add(master);
  }
  return [...places];
}

/** Bridges of networks that start by themselves, and interfaces that do, with what lies below them. */
function madeAtBoot({ networks, interfaces }: Catalog): readonly string[] {
  return [
    ...[...networks.values()].flatMap(({ config, autostart }) =>
      config?.bridge?.name !== undefined && autostart && ownsBridge(config) ? [config.bridge.name] : [],
    ),
    ...[...interfaces.values()].flatMap(({ config }) => (config?.start === 'onboot' ? [config.name, ...partNames(config)] : [])),
  ];
}

function countersOf(links: readonly LinkFacts[]): Readonly<Record<string, LinkCounters>> {
  return Object.fromEntries(links.map(({ name, stats }) => [name, stats]));
}
