import { compileNetworks } from '../compile/catalog.ts';
import type { Guard, GuardName } from '../model/guard.ts';
import type { GuardObject } from '../model/host-state.ts';
import { validateGuard } from '../model/validate.ts';
import type { Uuid } from '../model/units.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { currentOf, findNetwork, findPort } from './lookup.ts';
import { entryOf, updateDefinitions } from './network-edits.ts';
import type { Input } from './operation-types.ts';
import { withPort } from './port-edits.ts';
import type { GuardedPort } from './reach-types.ts';

export async function setGuard(context: Context, input: Input<'guard.set'>): Promise<Record<never, never>> {
  const { uuid } = findNetwork(context.store.catalog(), input.network);
  if (input.port !== undefined) return guardPort(context, uuid, input.port, input.guard);
  const isOff = !Object.values(input.guard).includes(true);
  await change(
    context,
    (catalog) =>
      updateDefinitions(catalog, uuid, { live: true, config: true }, ({ guard: _guard, ...network }) => {
        const guarded = isOff ? network : { ...network, guard: input.guard };
        validateGuard(guarded);
        return guarded;
      }),
    { replaced: 'network-updated' },
  );
  return {};
}

async function guardPort(context: Context, network: Uuid, name: string, guard: Guard): Promise<Record<never, never>> {
  await change(context, (catalog) => {
    const { guard: _guard, ...port } = findPort(catalog, network, name);
    validateGuard({ ...currentOf(entryOf(catalog, network)), guard });
    return withPort(catalog, Object.keys(guard).length === 0 ? port : { ...port, guard });
  });
  return {};
}

export function listGuards({ store, system }: Context, input: Input<'guard.list'>): readonly GuardedPort[] {
  const catalog = store.catalog();
  const uuids = input.network === undefined ? [...catalog.networks.keys()] : [findNetwork(catalog, input.network).uuid];
  return uuids.flatMap((uuid) =>
    [...compileNetworks(catalog, [uuid], system.facts()).values()].flatMap((object) =>
      object.kind === 'guard' && isGuarding(object)
        ? [
            {
              network: currentOf(entryOf(catalog, uuid)).name,
              link: object.link,
              drops: dropsOf(object, system.guardCounters(object.link)),
            },
          ]
        : [],
    ),
  );
}

/** The rules of guards carry a name as their comment; those without keep a port from hearing itself. */
function isGuarding({ rules }: GuardObject): boolean {
  return rules.chains.some((chain) => chain.rules.some(({ comment }) => comment !== undefined));
}

/** A guard's rules carry its name as their comment, and its drops are the sum of theirs. */
function dropsOf({ rules }: GuardObject, counters: ReturnType<Context['system']['guardCounters']>): GuardedPort['drops'] {
  const drops = new Map<GuardName | 'tag', number>();
  for (const { name, rules: list } of rules.chains) {
    for (const [position, { comment }] of list.entries()) {
      if (comment === undefined) continue;
      const counted = counters.find(({ chain, rule }) => chain === name && rule === position)?.packets ?? 0n;
      const guard = comment as GuardName | 'tag';
      drops.set(guard, (drops.get(guard) ?? 0) + Number(counted));
    }
  }
  return Object.fromEntries(drops);
}
