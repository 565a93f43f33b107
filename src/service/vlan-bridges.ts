import { portsByNetwork } from '../compile/catalog.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Port } from '../model/port.ts';
import { parseIfName, type IfName, type Uuid } from '../model/units.ts';
import { doesNotFilter, filteringBridge, hasVlans } from '../model/vlan.ts';
import type { System } from '../system/system.ts';
import { reshape } from './interface-edits.ts';

/** A bridge of ours filters VLANs from the moment on that a network tells its ports apart by them. */
export function withFiltering(before: Catalog, after: Catalog): Catalog {
  return bridgesInNeed(before, after, new Set()).reduce(filterOn, after);
}

function filterOn(catalog: Catalog, name: string): Catalog {
  const { live } = catalog.interfaces.get(name) ?? {};
  if (live?.definition.type !== 'bridge' || live.definition.vlanFiltering === true) return catalog;
  return reshape(catalog, name, { ...live, definition: { ...live.definition, vlanFiltering: true } });
}

/** One that somebody else made is left as it is: where it does not filter, the network cannot run on it. */
export async function refuseUnfiltered(system: System, before: Catalog, after: Catalog, recheck: ReadonlySet<Uuid>): Promise<void> {
  const foreign = bridgesInNeed(before, after, recheck).filter((name) => after.interfaces.get(name)?.live === undefined);
  if (foreign.length === 0) return;
  const wanted = foreign.map((name) => ({ kind: 'bridge', name, stp: false, forwardDelay: 0, vlanFiltering: true }) as const);
  for (const found of (await system.observe(wanted)).values())
    if (found.kind === 'bridge' && !found.vlanFiltering) throw doesNotFilter(found.name);
}

/** Bridges of ours that these networks stand on: one whose filter was switched off lets their guests hear each other. */
export function bridgesBelow({ networks, interfaces }: Catalog, uuids: Iterable<Uuid>): readonly string[] {
  return [...uuids].flatMap((uuid) => {
    const { live } = networks.get(uuid) ?? {};
    const bridge = live && filteringBridge(live);
    return bridge !== undefined && interfaces.get(bridge)?.live !== undefined ? [bridge] : [];
  });
}

/** Of the networks that an edit touches, or that are looked at anyway. */
function bridgesInNeed(before: Catalog, after: Catalog, recheck: ReadonlySet<Uuid>): readonly IfName[] {
  const [had, has] = [portsByNetwork(before.ports), portsByNetwork(after.ports)];
  const bridges = new Set<IfName>();
  for (const [uuid, { live }] of after.networks) {
    const name = live && filteringBridge(live);
    const bridge = name === undefined ? undefined : parseIfName(name);
    if (live === undefined || bridge === undefined) continue;
    const isAsBefore =
      before.networks.get(uuid)?.live === live &&
      sameElements(had.get(uuid) ?? [], has.get(uuid) ?? []) &&
      before.interfaces.get(bridge)?.live === after.interfaces.get(bridge)?.live;
    if ((!isAsBefore || recheck.has(uuid)) && hasVlans(live, has.get(uuid) ?? [])) bridges.add(bridge);
  }
  return [...bridges];
}

function sameElements(a: readonly Port[], b: readonly Port[]): boolean {
  return a === b || (a.length === b.length && a.every((port, index) => port === b[index]));
}
