import { copyOf } from '../compile/copy.ts';
import { routedSubnets, subnetsOf } from '../compile/subnets.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import { change } from './change.ts';
import { completeNetwork, takenNames } from './complete.ts';
import type { Context } from './context.ts';
import { currentOf, findNetwork } from './lookup.ts';
import { activate, define } from './network-edits.ts';
import type { Input, NetworkSummary } from './operation-types.ts';
import { summarizeNetwork } from './summary.ts';

/** Defines a second network like one that is there; see {@link copyOf} for what differs. */
export async function copyNetwork(
  context: Context,
  { network: source, name, start = false }: Input<'network.copy'>,
): Promise<NetworkSummary> {
  const routed = routedSubnets(await context.system.routes());
  const names = await takenNames(context, [draftOf(context.store.catalog(), source, name, routed)]);
  let made: Network | undefined;
  await change(context, (catalog) => {
    made = completeNetwork(catalog, draftOf(catalog, source, name, routed), names);
    const defined = define(catalog, made);
    return start ? activate(defined, made.uuid) : defined;
  });
  return summarizeNetwork(context, context.store.catalog(), made!.uuid);
}

function draftOf(
  catalog: Catalog,
  source: string,
  name: string,
  routed: ReturnType<typeof routedSubnets>,
): ReturnType<typeof copyOf> & object {
  const { entry } = findNetwork(catalog, source);
  const original = entry.config ?? currentOf(entry);
  const known = [...catalog.networks.values()].flatMap(({ config, live }) =>
    [config, live].flatMap((one) => (one === undefined ? [] : subnetsOf(one))),
  );
  const draft = copyOf(original, name, [...routed, ...known]);
  if (draft !== undefined) return draft;
  throw new ViaductError('subnet-in-use', `No private subnet is free for a copy of network '${original.name}'`, {
    hint: 'Define it yourself: viaduct net-dumpxml, change the addresses, viaduct net-define.',
    params: { network: original.name },
  });
}
