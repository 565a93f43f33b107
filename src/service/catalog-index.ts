import type { Catalog } from '../model/catalog.ts';
import type { Uuid } from '../model/units.ts';

interface Index {
  readonly byName: ReadonlyMap<string, Uuid>;
  /** By name. */
  readonly sorted: readonly Uuid[];
}

const indexes = new WeakMap<Catalog['networks'], Index>();

/** Finds and sorts networks by name; made once for each state of the networks, when it is first asked for. */
export function indexOf({ networks }: Catalog): Index {
  const known = indexes.get(networks);
  if (known !== undefined) return known;
  const named = [...networks].map(([uuid, { live, config }]) => [(live ?? config)?.name ?? '', uuid] as const);
  const byName = new Map(named.toReversed());
  const sorted = named.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, uuid]) => uuid);
  const index = { byName, sorted };
  indexes.set(networks, index);
  return index;
}
