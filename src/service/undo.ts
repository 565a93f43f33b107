import { parseNetwork } from '../formats/libvirt/network.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import { parseUuid, type Uuid } from '../model/units.ts';
import { change } from './change.ts';
import { completeNetwork } from './complete.ts';
import type { Context } from './context.ts';
import { liveOf, stateOf, type NetworkState, type Recorded } from './history.ts';
import type { NetworkChange, UndoPlan } from './history-types.ts';
import { currentOf, findByName } from './lookup.ts';
import { create, deactivate, define, entryOf, setAutostart, undefine, withEntry } from './network-edits.ts';
import type { Input, PlanReport } from './operation-types.ts';
import { renewMoved } from './renew.ts';
import { reportPlan, staleUnless } from './report.ts';
import { refuseMove } from './spec-edits.ts';

export function networkHistory({ store, history }: Context, { network }: Input<'network.history'>): readonly NetworkChange[] {
  const catalog = store.catalog();
  const uuid = network === undefined ? undefined : (parseUuid(network) ?? findByName(catalog, network)?.uuid);
  const wanted = ({ network: { uuid: id, name } }: Recorded) =>
    network === undefined || (uuid === undefined ? name === network : id === uuid);
  return history
    .changes()
    .filter(wanted)
    .map((recorded) => tell(catalog, recorded, network !== undefined));
}

export async function planUndo(context: Context, input: Input<'network.undoPlan'>): Promise<UndoPlan> {
  const recorded = found(context, input.change);
  const planned = await change(context, (catalog) => takenBack(catalog, recorded), { dryRun: true });
  return { change: tell(planned.before, recorded, true), plan: reportPlan(planned) };
}

export async function undoChange(context: Context, input: Input<'network.undo'>): Promise<PlanReport> {
  const recorded = found(context, input.change);
  const { report, accept } = staleUnless(input.digest);
  const changed = await change(context, (catalog) => takenBack(catalog, recorded), {
    accept,
    undoes: recorded.id,
    replaced: 'network-updated',
  });
  const renewed = await renewMoved(context, changed.before, changed.after);
  return { ...report(), ...(renewed.length > 0 && { renewed }) };
}

function found({ history }: Context, id: number): Recorded {
  const recorded = history.changes().find((one) => one.id === id);
  if (recorded !== undefined) return recorded;
  throw new ViaductError('invalid-argument', `There is no change ${id} of a network.`, {
    hint: 'List what can be taken back: viaduct net history',
    params: { change: id },
  });
}

function takenBack(catalog: Catalog, recorded: Recorded): Catalog {
  const after = putBack(catalog, recorded);
  if (after !== catalog) return after;
  const { id, network } = recorded;
  throw new ViaductError('operation-invalid', `Network '${network.name}' is as it was before change ${id} already.`, {
    hint: 'List what can be taken back: viaduct net history',
    params: { network: network.name, change: id },
  });
}

/** Each part that the change touched becomes what it was before; the catalog itself when all of them are. */
function putBack(catalog: Catalog, { network: { uuid }, before, after }: Recorded): Catalog {
  const now = stateOf(catalog.networks.get(uuid));
  if (before.config === undefined && before.live === undefined) return without(catalog, uuid);
  let result = catalog;
  if (before.config !== after.config && before.config !== now.config)
    result = before.config === undefined ? undefine(result, uuid) : define(result, read(result, before.config));
  result = running(result, uuid, now, { before: liveOf(before), after: liveOf(after) });
  const isPersistent = result.networks.get(uuid)?.config !== undefined;
  return before.autostart !== after.autostart && isPersistent ? setAutostart(result, uuid, before.autostart) : result;
}

/** What it runs with. A change of what ran is nothing to a network that has been stopped since. */
function running(
  catalog: Catalog,
  uuid: Uuid,
  now: NetworkState,
  { before, after }: { readonly before: string | undefined; readonly after: string | undefined },
): Catalog {
  const runs = liveOf(now);
  if (before === after || before === runs) return catalog;
  if (before === undefined) return deactivate(catalog, uuid);
  if (runs !== undefined) {
    const entry = entryOf(catalog, uuid);
    const wanted = asConfigOr(catalog, uuid, before);
    refuseMove(catalog, currentOf(entry), wanted);
    return withEntry(catalog, uuid, { ...entry, live: wanted });
  }
  return after === undefined ? create(catalog, asConfigOr(catalog, uuid, before)) : catalog;
}

/** The persistent definition itself where that is what it ran with: the two stay one. */
function asConfigOr(catalog: Catalog, uuid: Uuid, text: string): Network {
  const entry = catalog.networks.get(uuid);
  const isConfig = entry?.config !== undefined && stateOf(entry).config === text;
  return isConfig ? entry.config : read(catalog, text);
}

function without(catalog: Catalog, uuid: Uuid): Catalog {
  const entry = catalog.networks.get(uuid);
  const stopped = entry?.live === undefined ? catalog : deactivate(catalog, uuid);
  return stopped.networks.has(uuid) ? undefine(stopped, uuid) : stopped;
}

/** Our own text, which is complete: nothing is chosen. */
function read(catalog: Catalog, text: string): Network {
  return completeNetwork(catalog, parseNetwork(text), new Set());
}

function tell(catalog: Catalog, recorded: Recorded, withDefinitions: boolean): NetworkChange {
  const { before, after, ...about } = recorded;
  const [was, is] = about.did.includes('changed-live') ? [liveOf(before), liveOf(after)] : [before.config, after.config];
  return {
    ...about,
    undoable: wouldChange(catalog, recorded),
    ...(withDefinitions && was !== undefined && { before: was }),
    ...(withDefinitions && is !== undefined && { after: is }),
  };
}

/** Cheap: compares texts and makes no plan. */
function wouldChange({ networks }: Catalog, { network: { uuid }, before, after }: Recorded): boolean {
  const entry = networks.get(uuid);
  const now = stateOf(entry);
  if (before.config === undefined && before.live === undefined) return entry !== undefined;
  const [ran, left, runs] = [liveOf(before), liveOf(after), liveOf(now)];
  return (
    (before.config !== after.config && before.config !== now.config) ||
    (ran !== left && ran !== runs && (runs !== undefined || left === undefined)) ||
    (before.autostart !== after.autostart && entry?.config !== undefined && before.autostart !== now.autostart)
  );
}
