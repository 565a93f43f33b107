import type { BridgePortObject, Change, DnsmasqObject, HostObject, HostState } from '../model/host-state.ts';

/**
 * What it takes to get from observed to desired, field by field; what desired does not state is left as it is.
 *
 * Deleted is only what `owned` names, desired does not, and the host still has. A delete carries the owned
 * object rather than the observed one, so that taking it back restores all of it.
 */
export function diffState(desired: HostState, observed: HostState, owned?: HostState): Change[] {
  const changes: Change[] = [];
  for (const [key, object] of desired) {
    const found = observed.get(key);
    if (isGuest(object)) {
      if (found === undefined) continue;
      if (isLoose(found)) changes.push({ action: 'create', object });
      else if (!states(reflectionOf(object), found) && states({ bridge: object.bridge }, found))
        changes.push({ action: 'update', from: found, object });
    } else if (found === undefined) changes.push({ action: 'create', object });
    else if (isDeaf(found, desired, observed)) changes.push({ action: 'update', from: { ...found, restartOn: '' }, object });
    else if (!states(object, found)) changes.push({ action: 'update', from: found, object });
  }
  for (const [key, object] of owned ?? []) {
    const found = observed.get(key);
    if (!desired.has(key) && found !== undefined && mayDelete(object, found)) changes.push({ action: 'delete', object });
  }
  return changes;
}

/**
 * A hypervisor's link, see `BridgePortObject`: it is put on our bridge when it is on none; a missing one is
 * no drift, and where its hypervisor has put it, and how, is not our business. Only whether our bridge sends its
 * own frames back to it is: that goes with rules of ours.
 */
function isGuest(object: HostObject): object is BridgePortObject {
  return object.kind === 'bridge-port' && object.claim === 'guest';
}

function reflectionOf({ hairpin }: BridgePortObject): Pick<BridgePortObject, 'hairpin'> {
  return hairpin === undefined ? {} : { hairpin };
}

function isLoose(observed: HostObject): boolean {
  return observed.kind === 'bridge-port' && observed.bridge === '';
}

/** A dnsmasq outlives its bridge, but listens on the link that is gone: under a new bridge it has to start anew. */
function isDeaf(object: HostObject, desired: HostState, observed: HostState): object is DnsmasqObject {
  if (object.kind !== 'dnsmasq') return false;
  const bridge = `bridge/${object.bridge}`;
  return desired.has(bridge) && !observed.has(bridge);
}

/**
 * Switches of the whole host are never put back, since nobody knows who else needs them by now; except where it is
 * remembered what they were: then they go by being that again.
 */
function mayDelete(object: HostObject, observed: HostObject): boolean {
  if (object.kind === 'sysctl') return !object.shared && (object.before === undefined || !states({ value: object.before }, observed));
  if (object.kind === 'bridge-filter') return !states({ calls: object.before }, observed);
  return !isGuest(object) || states({ bridge: object.bridge }, observed);
}

/** True when everything `desired` states is so in `observed`. Lists agree as a whole. */
function states(desired: unknown, observed: unknown): boolean {
  if (desired === observed || desired === undefined) return true;
  if (Array.isArray(desired))
    return Array.isArray(observed) && desired.length === observed.length && desired.every((value, index) => states(value, observed[index]));
  if (!isRecord(desired) || !isRecord(observed)) return false;
  return Object.entries(desired).every(([field, value]) => states(value, observed[field]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
