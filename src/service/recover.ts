import { compileNetworks } from '../compile/catalog.ts';
import { compileInterfaces, linkOf } from '../compile/interfaces.ts';
import { compileSettings } from '../compile/settings.ts';
import { heldLinks } from '../compile/linux/interface.ts';
import { hostState, keyOf, type Change, type HostObject } from '../model/host-state.ts';
import type { Uuid } from '../model/units.ts';
import { diffState } from '../plan/diff.ts';
import { planChanges } from '../plan/plan.ts';
import { tryAll } from './apply.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { tidyPorts } from './gone.ts';
import { withGuests } from './guests.ts';
import { recoverInterfaces } from './interface-changes.ts';
import { currentOf } from './lookup.ts';
import { activate } from './network-edits.ts';
import { withWires } from './port-wires.ts';
import type { DiskStore } from './store.ts';

/**
 * Brings memory, disk and host together when the daemon starts: removes what an earlier one began and
 * never finished, puts right what is missing, touches nothing that is right, and starts networks once
 * for each boot of the host.
 */
export async function recover(context: Context, store: DiskStore): Promise<void> {
  await recoverChange(context, store);
  await recoverInterfaces(context, store.isAutostarted());
  const links = await context.system.links();
  await change(context, (catalog) => withWires(withGuests(catalog, links), links, undefined, Date.now()));
  await tidyPorts(context);
  const active = [...store.catalog().networks].flatMap(([uuid, { live }]) => (live === undefined ? [] : [uuid]));
  await forEachTogetherOrAlone(context, active, async (uuids) => {
    const { plan } = await change(context, (catalog) => catalog, { recheck: uuids });
    for (const { summary } of plan.steps) context.log.warn({ step: summary }, `Put right at start: ${summary}.`);
  });
  if (store.isAutostarted()) return;
  const wanted = [...store.catalog().networks].flatMap(([uuid, { autostart, live }]) => (autostart && live === undefined ? [uuid] : []));
  await forEachTogetherOrAlone(
    context,
    wanted,
    async (uuids) => void (await change(context, (catalog) => uuids.reduce(activate, catalog))),
  );
  store.markAutostarted();
}

/** Ends what a daemon that died had begun on the host. */
export async function recoverChange(context: Context, store: DiskStore): Promise<void> {
  await removeUnfinished(context, store.unfinished);
  await giveBack(context, store.taken);
  await store.abandon();
}

/** All in one change, which is fast; when one of them spoils it, each by itself, and the culprits are remembered. */
async function forEachTogetherOrAlone(
  context: Context,
  uuids: readonly Uuid[],
  act: (uuids: readonly Uuid[]) => Promise<void>,
): Promise<void> {
  if (uuids.length === 0) return;
  try {
    return await act(uuids);
  } catch (cause) {
    if (uuids.length > 1) context.log.debug({ err: cause }, 'Not all networks can be put right together; going one by one.');
  }
  for (const uuid of uuids) {
    try {
      await act([uuid]);
    } catch (cause) {
      const entry = context.store.catalog().networks.get(uuid);
      const reason = cause instanceof Error ? cause.message : String(cause);
      context.troubles.set(uuid, reason);
      context.log.error({ err: cause, network: entry && currentOf(entry).name }, `A network is in trouble: ${reason}`);
    }
  }
}

/** Objects of an unfinished change that no active network needs. A link that is not as we would have made it is not ours. */
async function removeUnfinished({ system, store, log }: Context, unfinished: readonly HostObject[]): Promise<void> {
  if (unfinished.length === 0) return;
  const catalog = store.catalog();
  const needed = new Map([
    ...compileNetworks(catalog, catalog.networks.keys(), system.facts()),
    ...compileInterfaces(catalog, catalog.interfaces.keys(), system.facts()),
    ...compileSettings(catalog),
  ]);
  const stray = unfinished.filter((object) => !needed.has(keyOf(object)));
  const observed = await system.observe(stray);
  const removals = stray.flatMap((object): Change[] => {
    const found = observed.get(keyOf(object));
    return found === undefined || !wasOurs(object, found) ? [] : [{ action: 'delete', object }];
  });
  const { steps } = planChanges(removals);
  for (const { summary } of steps) log.warn({ step: summary }, `Left by an unfinished change: ${summary}.`);
  for (const { summary } of await tryAll(system, steps))
    log.error({ step: summary }, `Could not ${summary}, which an unfinished change left.`);
}

/** What an unfinished change took from cards of the host. What is still lent stays lent. */
async function giveBack({ system, store, log }: Context, taken: readonly HostObject[]): Promise<void> {
  const held = new Set([...store.catalog().interfaces.values()].flatMap(heldLinks));
  const desired = hostState(taken.filter((object) => !held.has(linkOf(object))));
  const { steps } = planChanges(diffState(desired, await system.observe(desired.values())));
  for (const { summary } of steps) log.warn({ step: summary }, `Put back what an unfinished change took: ${summary}.`);
  for (const { summary } of await tryAll(system, steps))
    log.debug({ step: summary }, `Could not ${summary}: the link may be gone with the change.`);
}

function wasOurs(planned: HostObject, found: HostObject): boolean {
  if (planned.kind === 'sysctl' && planned.shared) return false;
  return !('mac' in planned) || planned.mac === undefined || !('mac' in found) || found.mac === planned.mac;
}
