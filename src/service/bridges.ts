import type { Catalog } from '../model/catalog.ts';
import type { Context } from './context.ts';
import type { BridgeSummary } from './operation-types.ts';

/** Every bridge of the host with what is plugged in, ours and others', by name. */
export async function listBridges({ system, store }: Context): Promise<readonly BridgeSummary[]> {
  const links = await system.links();
  const networks = networkOfBridge(store.catalog());
  return links
    .flatMap((link) => (link.bridge === undefined ? [] : [{ name: link.name, ...link.bridge }]))
    .map(({ name, id, stp, vlanFiltering }) => ({
      name,
      id,
      stp,
      vlanFiltering,
      ...(networks.has(name) && { network: networks.get(name) }),
      ports: links
        .filter(({ master }) => master === name)
        .map((port) => ({ name: port.name, state: port.bridgePort?.state ?? 'disabled' }))
        .toSorted(byName),
    }))
    .toSorted(byName);
}

function networkOfBridge(catalog: Catalog): ReadonlyMap<string, string> {
  const networks = new Map<string, string>();
  for (const { live } of catalog.networks.values()) if (live?.bridge?.name !== undefined) networks.set(live.bridge.name, live.name);
  return networks;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
