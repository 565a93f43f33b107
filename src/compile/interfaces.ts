import type { Catalog, InterfaceEntry, Interfaces } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostFacts } from '../model/facts.ts';
import type { HostInterface } from '../model/host-interface.ts';
import { keyOf, type HostObject, type HostState } from '../model/host-state.ts';
import type { Scope } from './catalog.ts';
import { heldLinks, interfaceObjects } from './linux/interface.ts';

/**
 * What an edit of the interfaces touches of the host. A card that an interface takes is ours from then on, with
 * what it had; when the interface goes, the card gets that back, unless another interface holds it by then.
 */
export function interfaceScope(before: Catalog, after: Catalog, facts: HostFacts): Scope {
  const scope = { before: new Map<string, HostObject>(), after: new Map<string, HostObject>() };
  if (before.interfaces === after.interfaces) return scope;
  const changed = changedEntries(before.interfaces, after.interfaces);
  const held = new Set(changed.flatMap(([, is]) => (is === undefined ? [] : heldLinks(is))));
  const built = changed.flatMap(([, is]) => (is?.live === undefined ? [] : interfaceObjects(is.live, facts)));
  const elsewhere = new Set(built.map(withoutLink));
  for (const [was, is] of changed) {
    put(scope.before, is?.live?.borrowed ?? []);
    put(
      scope.after,
      (was?.live?.borrowed ?? []).filter((object) => !held.has(linkOf(object)) && !elsewhere.has(withoutLink(object))),
    );
  }
  for (const [was] of changed) if (was?.live !== undefined) put(scope.before, interfaceObjects(was.live, facts));
  put(scope.after, built);
  return scope;
}

/** An address or route without its link: what another link has now is not given back to a card. */
function withoutLink(object: HostObject): string {
  if (object.kind === 'address') return `${object.address}/${object.prefix}`;
  return object.kind === 'route' ? `${object.destination} ${object.gateway}` : keyOf(object);
}

/** What these interfaces need on the host while they are up. */
export function compileInterfaces({ interfaces }: Catalog, names: Iterable<string>, facts: HostFacts): HostState {
  const state = new Map<string, HostObject>();
  for (const name of names) {
    const { live } = interfaces.get(name) ?? {};
    if (live !== undefined) put(state, interfaceObjects(live, facts));
  }
  return state;
}

/** What a definition asks for and cannot have here; undefined when it can be brought up. */
export function interfaceRefusal({ name, protocols }: HostInterface): ViaductError | undefined {
  if (!protocols.some(({ dhcp }) => dhcp !== undefined)) return undefined;
  return new ViaductError('config-unsupported', `Interface '${name}' asks for an address by <dhcp/>, and Viaduct runs no DHCP client.`, {
    hint: `Give it its address with <ip address='…' prefix='…'/>, or leave the interface to the host's own tools.`,
    params: { interface: name },
  });
}

function changedEntries(before: Interfaces, after: Interfaces): (readonly [InterfaceEntry | undefined, InterfaceEntry | undefined])[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => [before.get(name), after.get(name)] as const)
    .filter(([was, is]) => was?.live !== is?.live);
}

function put(state: Map<string, HostObject>, objects: Iterable<HostObject>): void {
  for (const object of objects) state.set(keyOf(object), object);
}

/** The link that an object is or hangs on; empty for what hangs on none. */
export function linkOf(object: HostObject): string {
  if (object.kind === 'sysctl') return object.key.split('.')[3]?.replaceAll('/', '.') ?? '';
  if ('link' in object) return object.link;
  return 'name' in object ? object.name : '';
}
