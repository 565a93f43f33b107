import type { Change, HostObject, HostState } from '../model/host-state.ts';

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
    if (found === undefined) changes.push({ action: 'create', object });
    else if (!agrees(object, found)) changes.push({ action: 'update', from: found, object });
  }
  for (const [key, object] of owned ?? []) {
    if (!desired.has(key) && observed.has(key) && !isShared(object)) changes.push({ action: 'delete', object });
  }
  return changes;
}

/** Switches of the whole host are never put back: nobody knows who else needs them by now. */
function isShared(object: HostObject): boolean {
  return object.kind === 'sysctl' && object.shared;
}

/**
 * A guest's link is put on our bridge when it is on none; where its hypervisor has put it, and how, is not
 * our business. A bridge that somebody took down does not agree, whatever else it says.
 */
function agrees(desired: HostObject, observed: HostObject): boolean {
  if (desired.kind === 'bridge-port' && desired.claim === 'guest') return true;
  if (observed.kind === 'bridge' && observed.down === true) return false;
  return states(desired, observed);
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
