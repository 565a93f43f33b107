import { renderNftables } from '../compile/linux/nftables.ts';
import { ViaductError } from '../model/errors.ts';
import { ownsBridge } from '../model/network.ts';
import type { Context } from './context.ts';
import { findNetwork, portsOf } from './lookup.ts';
import type { Input } from './operation-types.ts';

/** The rules that an active network has in our table, as nft would load them. */
export function networkRules(context: Context, input: Input<'network.rules'>): { text: string } {
  const catalog = context.store.catalog();
  const { uuid, entry, network } = findNetwork(catalog, input.network);
  if (entry.live === undefined) throw new ViaductError('operation-invalid', `network '${network.name}' is not active`);
  const hasRules = ownsBridge(entry.live) && (entry.live.forward.mode !== 'open' || entry.live.forwards !== undefined);
  return { text: hasRules ? renderNftables(entry.live, portsOf(catalog, uuid), entry.targets) : '' };
}
