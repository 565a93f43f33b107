import { editMetadata, joinExtensions } from '../formats/libvirt/extensions.ts';
import { getMetadata, setMetadata } from '../formats/libvirt/metadata.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { findNetwork } from './lookup.ts';
import { updateDefinitions, whichDefinitions } from './network-edits.ts';
import type { Input } from './operation-types.ts';

export function networkMetadata(context: Context, { network, what, uri, ...flags }: Input<'network.metadata'>): { value: string } {
  const { entry } = findNetwork(context.store.catalog(), network);
  const which = whichDefinitions(entry, flags);
  const definition = which.live ? entry.live : entry.config;
  if (definition === undefined) throw new TypeError('whichDefinitions named a definition that is not there.');
  return { value: getMetadata({ ...definition, metadata: joinExtensions(definition) }, what, uri) };
}

export async function setNetworkMetadata(context: Context, input: Input<'network.setMetadata'>): Promise<Record<never, never>> {
  const { what, value, uri, key } = input;
  const { uuid } = findNetwork(context.store.catalog(), input.network);
  const target = { ...(uri !== undefined && { uri }), ...(key !== undefined && { key }) };
  await change(
    context,
    (catalog) => {
      const which = whichDefinitions(findNetwork(catalog, uuid).entry, input);
      return updateDefinitions(catalog, uuid, which, (network) =>
        editMetadata(network, (whole) => setMetadata(whole, what, value, target)),
      );
    },
    { replaced: 'network-updated' },
  );
  return {};
}
