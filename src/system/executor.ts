import { ViaductError } from '../model/errors.ts';
import type { Change, HostObject, HostObjectKind, HostState } from '../model/host-state.ts';
import { hostState } from '../model/host-state.ts';
import type { Keeper, Look } from './keeper.ts';

export type Keepers = { readonly [Kind in HostObjectKind]: Keeper<Kind> };

/** Asks each kind's keeper for its share of `wanted`. */
export async function observeAll(keepers: Keepers, wanted: readonly HostObject[], look: Look): Promise<HostState> {
  const byKind = new Map<HostObjectKind, HostObject[]>();
  for (const object of wanted) {
    const same = byKind.get(object.kind);
    if (same === undefined) byKind.set(object.kind, [object]);
    else same.push(object);
  }
  const found = await Promise.all([...byKind].map(async ([kind, objects]) => keeperOf(keepers, kind).observe(objects, look)));
  return hostState(found.flat());
}

/** The links that an observation of these objects will ask for. */
export function linksOf(objects: readonly HostObject[]): ReadonlySet<string> {
  return new Set(objects.flatMap((object) => ('link' in object ? object.link : 'name' in object ? object.name : [])));
}

/** How many changes are made before the event loop gets a turn. */
const breath = 32;

/** Carries out changes in order; see `System.perform`. */
export async function performAll(keepers: Keepers, changes: readonly Change[], carryOn: boolean): Promise<readonly (Error | undefined)[]> {
  const [first] = changes;
  if (first === undefined) return [];
  const keeper = keeperOf(keepers, first.object.kind);
  const areDeletions = changes.every(({ action, object }) => action === 'delete' && object.kind === first.object.kind);
  if (areDeletions && keeper.removeAll !== undefined) return keeper.removeAll(changes.map(({ object }) => object));

  if (changes.length > 1 && keeper.changeAll !== undefined) {
    try {
      keeper.changeAll(changes);
      return changes.map(() => undefined);
    } catch {
      // One by one below.
    }
  }

  const results: (Error | undefined)[] = [];
  let next = 0;
  let end = changes.length;
  const work = async (): Promise<void> => {
    while (next < end) {
      const index = next++;
      results[index] = await tryChange(keepers, changes[index]!);
      if (results[index] !== undefined && !carryOn) end = 0;
      if (index % breath === breath - 1) await new Promise(setImmediate);
    }
  };
  await Promise.all(Array.from({ length: keeper.parallel ?? 1 }, work));
  return results;
}

async function tryChange(keepers: Keepers, change: Change): Promise<Error | undefined> {
  const keeper = keeperOf(keepers, change.object.kind);
  try {
    if (change.action === 'create') await keeper.create(change.object);
    else if (change.action === 'update') await keeper.update(change.from, change.object);
    else await keeper.remove(change.object);
    return undefined;
  } catch (error) {
    if (error instanceof ViaductError) return error;
    return new ViaductError(
      'internal',
      `Could not ${change.action} ${change.object.kind}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** The keeper of a kind, for objects whose kind is known only at run time. */
function keeperOf(keepers: Keepers, kind: HostObjectKind): Keeper<HostObjectKind> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- callers hand it objects of that kind only
  return keepers[kind] as unknown as Keeper<HostObjectKind>;
}
