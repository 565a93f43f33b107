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
      const change = found === undefined ? undefined : forGuest(object, found);
      if (change !== undefined) changes.push(change);
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

/** A hypervisor's link, see `BridgePortObject`. A missing one is no drift. */
function isGuest(object: HostObject): object is BridgePortObject {
  return object.kind === 'bridge-port' && object.claim !== 'owned';
}

/**
 * It is put on our bridge when it is on none. Where its hypervisor has put it, and how, is not our business; there its
 * VLANs are, and whether the bridge sends its own frames back to it, which goes with rules of ours.
 */
function forGuest(object: BridgePortObject, found: HostObject): Change | undefined {
  if (found.kind !== 'bridge-port') return undefined;
  if (found.bridge === '') return object.claim === 'guest' ? { action: 'create', object } : undefined;
  const { bridge, hairpin, vlans } = object;
  if (!states({ bridge }, found) || states({ hairpin, vlans }, found)) return undefined;
  return { action: 'update', from: found, object };
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
  if (!isGuest(object)) return true;
  return object.claim === 'guest' && states({ bridge: object.bridge }, observed);
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
