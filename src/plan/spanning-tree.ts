import type { BridgeObject, Change, HostObject } from '../model/host-state.ts';

/**
 * Bridges that come with guests on them get their spanning tree when these are in. A port that joins a bridge with a tree
 * passes nothing for twice its forward delay, four seconds at least; one that passes frames goes on when the tree begins
 * (seen on Linux 6.18). So guests are back at once after net-destroy and net-start, or when somebody deleted the bridge.
 *
 * Bridges over cards of the host keep the tree from the first moment on: two cards into one switch are a loop.
 */
export function treesLast(changes: readonly Change[]): Change[] {
  const withGuests = new Set<string>();
  const withOthers = new Set<string>();
  for (const { action, object } of changes) {
    if (action === 'delete' || object.kind !== 'bridge-port') continue;
    (isGuests(object) ? withGuests : withOthers).add(object.bridge);
  }
  return changes.flatMap((change): Change[] => {
    const { action, object } = change;
    if (action !== 'create' || object.kind !== 'bridge' || !object.stp) return [change];
    if (!withGuests.has(object.name) || withOthers.has(object.name)) return [change];
    const bare: BridgeObject = { ...object, stp: false };
    return [
      { action: 'create', object: bare },
      { action: 'update', from: bare, object },
    ];
  });
}

/** Whether a change begins a spanning tree, which comes after the ports. */
export function beginsTree(change: Change): boolean {
  if (change.action !== 'update' || change.object.kind !== 'bridge' || change.from.kind !== 'bridge') return false;
  return change.object.stp && !change.from.stp;
}

/** Networks say of the wires of their guests where frames may go back out; interfaces of the host leave that alone. */
function isGuests(object: HostObject): boolean {
  return object.kind === 'bridge-port' && object.hairpin !== undefined;
}
