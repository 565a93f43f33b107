import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { LinkFacts } from '../model/link.ts';
import type { Context } from './context.ts';
import { guestsByLink } from './guest-links.ts';
import type { BridgeDetails, BridgeSummary, Input } from './operation-types.ts';

/** Every bridge of the host with what is plugged in, ours and others', by name. */
export async function listBridges({ system, store }: Context): Promise<readonly BridgeSummary[]> {
  const links = await system.links();
  const networks = networkOfBridge(store.catalog());
  return links.flatMap((link) => (link.bridge === undefined ? [] : [summarize(link, link.bridge, links, networks)])).toSorted(byName);
}

export async function getBridge({ system, store }: Context, input: Input<'bridge.get'>): Promise<BridgeDetails> {
  const [links, vlans] = await Promise.all([system.links(), system.vlans()]);
  const catalog = store.catalog();
  const link = links.find(({ name }) => name === input.bridge);
  if (link?.bridge === undefined) throw noSuchBridge(input.bridge, link);
  const { name, mac, mtu, up, addresses, bridge } = link;
  const vlansOf = (port: LinkFacts) => (bridge.vlanFiltering ? { vlans: vlans.get(port.name) ?? [] } : {});
  const ports = links.filter(({ master }) => master === name).toSorted(byName);
  const guests = guestsByLink(catalog);
  return {
    ...summarize(link, bridge, links, networkOfBridge(catalog)),
    ...(mac !== undefined && { mac }),
    mtu,
    up,
    forwardDelay: bridge.forwardDelay / 100,
    addresses: addresses.map(({ address, prefix }) => `${address}/${prefix}`),
    ...(bridge.vlanFiltering && { defaultVlan: bridge.defaultPvid ?? 0 }),
    ...vlansOf(link),
    ports: ports.map((port) => {
      const guest = guests.get(port.name);
      const { state = 'disabled', pathCost = 0, isolated = false } = port.bridgePort ?? {};
      return { name: port.name, state, pathCost, isolated, ...(guest !== undefined && { guest }), ...vlansOf(port) };
    }),
    fdb: (await system.fdb(name)).map(({ link: port, ...entry }) => ({ ...entry, port })),
  };
}

function summarize(
  { name }: LinkFacts,
  { id, stp, vlanFiltering }: NonNullable<LinkFacts['bridge']>,
  links: readonly LinkFacts[],
  networks: ReadonlyMap<string, string>,
): BridgeSummary {
  return {
    name,
    id,
    stp,
    vlanFiltering,
    ...(networks.has(name) && { network: networks.get(name)! }),
    ports: links
      .filter(({ master }) => master === name)
      .map((port) => ({ name: port.name, state: port.bridgePort?.state ?? 'disabled' }))
      .toSorted(byName),
  };
}

function networkOfBridge(catalog: Catalog): ReadonlyMap<string, string> {
  const networks = new Map<string, string>();
  for (const { live } of catalog.networks.values()) if (live?.bridge?.name !== undefined) networks.set(live.bridge.name, live.name);
  return networks;
}

function noSuchBridge(name: string, link: LinkFacts | undefined): ViaductError {
  return new ViaductError('interface-not-found', link === undefined ? `there is no bridge ${name}` : `${name} is no bridge`, {
    hint: 'List them with `viaduct bridge show`.',
    params: { interface: name },
  });
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
