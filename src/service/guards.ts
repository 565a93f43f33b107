import { compileNetworks } from '../compile/catalog.ts';
import { formatSubnet, parseAddress, parseSubnet, formatAddress } from '../model/address.ts';
import { ViaductError } from '../model/errors.ts';
import type { GuardName } from '../model/guard.ts';
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
  if (input.port !== undefined) return guardPort(context, uuid, input.port, input);
  if (input.addresses !== undefined)
    throw new ViaductError('operation-invalid', 'A whole network has no addresses to be held to', {
      hint: 'Name the port that they are for: viaduct guard set NETWORK … --port PORT --address ADDRESS',
    });
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

/** Without addresses the port keeps those it was allowed; without guards it has neither, and is as its network. */
async function guardPort(
  context: Context,
  network: Uuid,
  name: string,
  { guard, addresses }: Pick<Input<'guard.set'>, 'guard' | 'addresses'>,
): Promise<Record<never, never>> {
  const named = addresses?.map(canonicalPlace);
  await change(context, (catalog) => {
    const { guard: _guard, allowed: before, ...port } = findPort(catalog, network, name);
    const allowed = Object.keys(guard).length === 0 || named?.length === 0 ? undefined : (named ?? before);
    validateGuard({ ...currentOf(entryOf(catalog, network)), guard }, allowed);
    if (Object.keys(guard).length === 0) return withPort(catalog, port);
    return withPort(catalog, { ...port, guard, ...(allowed !== undefined && { allowed }) });
  });
  return {};
}

/** An address, or a subnet with nothing behind its prefix. */
function canonicalPlace(text: string): string {
  const address = parseAddress(text);
  if (address !== undefined) return formatAddress(address);
  const subnet = text.includes('/') ? parseSubnet(text) : undefined;
  if (subnet !== undefined && subnet.prefix > 0) return formatSubnet(subnet);
  throw new ViaductError('operation-invalid', `"${text}" is no address and no subnet`, {
    hint: 'Write them like 203.0.113.7, 203.0.113.160/29 or 2001:db8::/64.',
  });
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
