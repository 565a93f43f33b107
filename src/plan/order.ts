import type { Change, HostObject } from '../model/host-state.ts';
import { beginsTree } from './spanning-tree.ts';

/**
 * The order in which a host is built, bottom up; taking down is the same backwards. Rules come before there
 * is anything to rule and go when there is nothing left, so that no packet ever meets a bridge without them;
 * forwarding is switched on after all that lets packets through.
 */
const ranks = [
  'nft-network',
  'guard',
  'tap',
  'veth',
  'macvtap',
  'nic',
  'bond',
  'vlan',
  'bridge',
  'setting-file',
  'bridge-filter',
  'sysctl',
  'address',
  'bridge-port',
  'ovs-port',
  'spanning-tree',
  'route',
  'forwarding',
  'file',
  'dnsmasq',
  'names',
  'bandwidth',
] as const;

const rankOf: ReadonlyMap<string, number> = new Map(ranks.map((name, rank) => [name, rank]));

/**
 * Builds before it tears down: an interface that loses its last address loses its routes with it. Only when
 * an address moves from one link to another is the old place cleared first, because DNS cannot be served
 * twice under one address.
 *
 * Changes of one kind and action end up next to each other, for the executor to carry out in one go. Among
 * themselves they keep their order: the first address is the one the host speaks from.
 */
export function inOrder(changes: readonly Change[]): Change[] {
  const building = changes.filter(({ action }) => action !== 'delete').toSorted((a, b) => phaseOf(a) - phaseOf(b));
  const clearing = changes.filter(({ action }) => action === 'delete').toSorted((a, b) => phaseOf(b) - phaseOf(a));
  return anAddressMoves(changes) ? [...clearing, ...building] : [...building, ...clearing];
}

function phaseOf(change: Change): number {
  const { action, object } = change;
  const rank = rankOf.get(isForwarding(object) ? 'forwarding' : beginsTree(change) ? 'spanning-tree' : object.kind)!;
  return rank * 2 + (action === 'update' ? 1 : 0);
}

/** Settings that must stand before packets are forwarded (accept_ra of an uplink) are ordinary sysctls. */
function isForwarding(object: HostObject): boolean {
  return object.kind === 'sysctl' && /\.(?:ip_forward|forwarding)$/.test(object.key);
}

function anAddressMoves(changes: readonly Change[]): boolean {
  const added = new Set<string>();
  for (const { action, object } of changes) if (action === 'create' && object.kind === 'address') added.add(object.address);
  return changes.some(({ action, object }) => action === 'delete' && object.kind === 'address' && added.has(object.address));
}
