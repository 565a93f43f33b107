import { drawTopology } from '../explain/topology.ts';
import type { LinkFacts } from '../model/link.ts';
import { parseIfName, type IfName } from '../model/units.ts';
import type { Context } from './context.ts';
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
    addressesByMac: await addressesByMac(context, bridges),
    guestsByLink: await wireGuests(context, links),
    defaultUplinks: routes.filter(({ destination }) => destination.endsWith('/0')).map(({ link }) => link),
  });
  return { topology, counters: countersOf(links), at: Date.now() };
}

async function macsByLink({ system }: Context, bridges: readonly IfName[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const macs = new Map<string, string[]>();
  for (const entries of await Promise.all(bridges.map((bridge) => system.fdb(bridge)))) {
    for (const { mac, link, local } of entries) if (!local) macs.set(link, [...(macs.get(link) ?? []), mac]);
  }
  return macs;
}

async function addressesByMac({ system, store }: Context, bridges: readonly IfName[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const addresses = new Map<string, Set<string>>();
  const add = (mac: string | undefined, address: string) => {
    if (mac !== undefined) addresses.set(mac, (addresses.get(mac) ?? new Set()).add(address));
  };
  const served = [...store.catalog().networks.values()].flatMap(({ live }) =>
    live?.ips.length === 0 ? [] : (parseIfName(live?.bridge?.name ?? '') ?? []),
  );
  for (const leases of await Promise.all(served.map((bridge) => system.leases(bridge))))
    for (const { mac, address } of leases) add(mac, address);
  for (const known of await Promise.all(bridges.map((bridge) => system.neighbours(bridge))))
    for (const { mac, address } of known) add(mac, address);
  return new Map([...addresses].map(([mac, set]) => [mac, [...set]]));
}

function countersOf(links: readonly LinkFacts[]): Readonly<Record<string, LinkCounters>> {
  return Object.fromEntries(links.map(({ name, stats }) => [name, stats]));
}
