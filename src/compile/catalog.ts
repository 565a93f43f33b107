import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import type { HostFacts } from '../model/facts.ts';
import { keyOf, type HostObject, type HostState } from '../model/host-state.ts';
import type { Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import type { IfName, Uuid } from '../model/units.ts';
import { idleWires } from './linux/ports.ts';
import { networkObjects, wireObjects, type ActiveNetwork } from './network.ts';

/** What an edit touches of the host, as it should be before and after it. */
export interface Scope {
  readonly before: HostState;
  readonly after: HostState;
}

/**
 * Compiles the networks that differ between two catalogs, and no others: an edit that keeps an entry and
 * its ports keeps their identity, so finding what changed costs comparisons of references only. Of a network whose
 * definition stays it is the ports that differ: one more costs the same beside a thousand.
 */
export function compileScope(before: Catalog, after: Catalog, facts: HostFacts): Scope {
  const scope = { before: new Map<string, HostObject>(), after: new Map<string, HostObject>() };
  const ports = changedPorts(before, after);
  for (const uuid of new Set([...changedNetworks(before, after), ...ports.keys()])) {
    const [was, is] = [before.networks.get(uuid), after.networks.get(uuid)];
    const stays = was?.live === is?.live && was?.config === is?.config;
    const { was: old = [], is: now = [] } = ports.get(uuid) ?? {};
    put(scope.before, objectsOf(before, uuid, facts, stays ? old : undefined));
    put(scope.after, objectsOf(after, uuid, facts, stays ? now : undefined));
  }
  return scope;
}

/** What these networks need on the host, taken together: of one that is stopped, its guests' wires. */
export function compileNetworks(catalog: Catalog, uuids: Iterable<Uuid>, facts: HostFacts): HostState {
  const state = new Map<string, HostObject>();
  for (const uuid of uuids) put(state, objectsOf(catalog, uuid, facts));
  return state;
}

/** Of what these networks need, what belongs to these links of their guests. */
export function compileWires(catalog: Catalog, uuids: Iterable<Uuid>, links: ReadonlySet<string>, facts: HostFacts): HostState {
  const state = new Map<string, HostObject>();
  for (const uuid of uuids) {
    const ports = [...links].flatMap((link) => portsByWire(catalog.ports).get(link) ?? []).filter(({ network }) => network === uuid);
    put(
      state,
      objectsOf(catalog, uuid, facts, ports).filter((object) =>
        links.has('link' in object ? object.link : 'name' in object ? object.name : ''),
      ),
    );
  }
  return state;
}

/** @param only Of the ports, these alone. */
function objectsOf(catalog: Catalog, uuid: Uuid, facts: HostFacts, only?: readonly Port[]): readonly HostObject[] {
  const { live, config, guests = [], guestMacs, targets } = catalog.networks.get(uuid) ?? {};
  const ports = portsByNetwork(catalog.ports).get(uuid) ?? [];
  if (live === undefined) return config === undefined ? [] : idleWires(config, only ?? ports);
  const active = {
    network: live,
    ports,
    guests,
    ...(targets !== undefined && { targets }),
    ...(guestMacs !== undefined && { guestMacs }),
  };
  return [...compiled(active, facts), ...wireObjects(live, only ?? ports, facts)];
}

function put(state: Map<string, HostObject>, objects: readonly HostObject[]): void {
  for (const object of objects) state.set(keyOf(object), object);
}

/** Who is who, in the first of the catalogs that knows; looked up when asked. For the few words of a plan. */
export interface Names {
  /** The network that runs on a bridge. */
  readonly network: (bridge: string) => string | undefined;
  /** Its guests, by their ports; those that have none by their links. */
  readonly guests: (bridge: string) => readonly string[];
  readonly guest: (link: string) => string | undefined;
}

export function namesIn(...catalogs: readonly Catalog[]): Names {
  const found = (bridge: string) => {
    for (const { networks, ports } of catalogs)
      for (const [uuid, { live, guests }] of networks)
        if (live?.bridge?.name === bridge) return { live, guests, ports: portsByNetwork(ports).get(uuid) ?? [] };
    return undefined;
  };
  return {
    network: (bridge) => found(bridge)?.live.name,
    guests: (bridge) => {
      const { ports = [], guests = [] } = found(bridge) ?? {};
      const present = ports.filter(({ goneSince }) => goneSince === undefined);
      const wires = new Set(present.map(wireOf));
      return [...new Set([...present.map(guestOf), ...guests.filter((link) => !wires.has(link))])];
    },
    guest: (link) => {
      for (const { ports } of catalogs) {
        const port = portsByWire(ports).get(link);
        if (port !== undefined) return guestOf(port);
      }
      return undefined;
    },
  };
}

function wireOf({ link, wire }: Port): IfName | undefined {
  return link?.name ?? wire;
}

function guestOf({ name, owner }: Port): string {
  return name ?? owner.name;
}

function changedNetworks(before: Catalog, after: Catalog): Set<Uuid> {
  const changed = new Set<Uuid>();
  if (before.networks !== after.networks)
    for (const [uuid, entry, other] of differences(before.networks, after.networks)) if (!runsAlike(entry, other)) changed.add(uuid);
  return changed;
}

/** The ports of each network that came, went or are others now: as they were, and as they are. */
function changedPorts(before: Catalog, after: Catalog): ReadonlyMap<Uuid, { readonly was: Port[]; readonly is: Port[] }> {
  const changed = new Map<Uuid, { readonly was: Port[]; readonly is: Port[] }>();
  if (before.ports === after.ports) return changed;
  const of = (network: Uuid) => {
    const known = changed.get(network) ?? { was: [], is: [] };
    changed.set(network, known);
    return known;
  };
  for (const [, was, is] of differences(before.ports, after.ports)) {
    if (was !== undefined) of(was.network).was.push(was);
    if (is !== undefined) of(is.network).is.push(is);
  }
  return changed;
}

function runsAlike(a: NetworkEntry | undefined, b: NetworkEntry | undefined): boolean {
  return (
    a?.live === b?.live &&
    (a?.live === undefined || (sameElements(a.guests, b?.guests ?? []) && a.targets === b?.targets && a.guestMacs === b?.guestMacs))
  );
}

function* differences<Key, Value>(
  a: ReadonlyMap<Key, Value>,
  b: ReadonlyMap<Key, Value>,
): Generator<[Key, Value | undefined, Value | undefined]> {
  for (const [key, value] of a) if (b.get(key) !== value) yield [key, value, b.get(key)];
  for (const [key, value] of b) if (!a.has(key)) yield [key, undefined, value];
}

const compiledNetworks = new WeakMap<Network, { active: ActiveNetwork; facts: HostFacts; objects: readonly HostObject[] }>();

/** {@link networkObjects}, remembered for as long as somebody holds the definition. */
function compiled(active: ActiveNetwork, facts: HostFacts): readonly HostObject[] {
  const { network, ports, guests, targets, guestMacs } = active;
  const known = compiledNetworks.get(network);
  if (
    known?.facts === facts &&
    sameElements(known.active.ports, ports) &&
    sameElements(known.active.guests, guests) &&
    known.active.targets === targets &&
    known.active.guestMacs === guestMacs
  )
    return known.objects;
  const objects = networkObjects(active, facts);
  compiledNetworks.set(network, { active, facts, objects });
  return objects;
}

const portGroups = new WeakMap<Catalog['ports'], ReadonlyMap<Uuid, readonly Port[]>>();

/** Sorted once for each state of the ports. */
export function portsByNetwork(ports: Catalog['ports']): ReadonlyMap<Uuid, readonly Port[]> {
  const known = portGroups.get(ports);
  if (known !== undefined) return known;
  const groups = new Map<Uuid, Port[]>();
  for (const port of ports.values()) {
    const group = groups.get(port.network);
    if (group === undefined) groups.set(port.network, [port]);
    else group.push(port);
  }
  portGroups.set(ports, groups);
  return groups;
}

const wireIndexes = new WeakMap<Catalog['ports'], ReadonlyMap<string, Port>>();

/** By the name of the wire, ours or a hypervisor's; made once for each state of the ports. */
export function portsByWire(ports: Catalog['ports']): ReadonlyMap<string, Port> {
  const known = wireIndexes.get(ports);
  if (known !== undefined) return known;
  const index = new Map<string, Port>();
  for (const port of ports.values()) {
    const wire = wireOf(port);
    // Where a hypervisor's lost wire had the name, who has it now is meant.
    if (wire !== undefined && (port.link !== undefined || !index.has(wire))) index.set(wire, port);
  }
  wireIndexes.set(ports, index);
  return index;
}

function sameElements<Value>(a: readonly Value[], b: readonly Value[]): boolean {
  return a === b || (a.length === b.length && a.every((value, index) => value === b[index]));
}
