import type { Catalog } from '../model/catalog.ts';
import { fillDefaults } from '../model/defaults.ts';
import { ownsBridge, type Network, type NetworkDraft } from '../model/network.ts';
import type { Context } from './context.ts';
import { newMac, newUuid, type RandomBytes } from './ids.ts';

/** Names of the host's devices, asked for only when a draft wants a bridge name chosen. */
export async function takenNames({ system }: Context, drafts: readonly NetworkDraft[]): Promise<ReadonlySet<string>> {
  const choosesName = drafts.some((draft) => ownsBridge(draft) && (draft.bridge?.name ?? '%d').includes('%d'));
  return choosesName ? system.linkNames() : new Set<string>();
}

/** Fills in what a definition leaves open, so that it clashes with nothing of the catalog or the host. */
export function completeNetwork(catalog: Catalog, draft: NetworkDraft, hostNames: ReadonlySet<string>, random?: RandomBytes): Network {
  const bridges = new Set<string | undefined>(hostNames);
  for (const { config, live } of catalog.networks.values()) bridges.add(config?.bridge?.name).add(live?.bridge?.name);
  return fillDefaults(draft, {
    uuid: () => newUuid(catalog, random),
    mac: () => newMac(catalog, random),
    bridgeTaken: (name) => bridges.has(name),
  });
}
