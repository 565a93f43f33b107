import { isDeepStrictEqual } from 'node:util';
import { isNamed, sameName, type TargetAddress } from '../compile/linux/forwards.ts';
import { parseAddress } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Lease } from '../model/lease.ts';
import type { Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import { parseIfName, type Uuid } from '../model/units.ts';
import type { Context } from './context.ts';
import { portsOf } from './lookup.ts';
import { entryOf, withEntry } from './network-edits.ts';

/**
 * Asks the leases where the guests are that forwards name: of networks that start, whose forwards or ports have
 * changed, or that have not been asked for since the daemon started.
 */
export async function learnTargets({ system }: Pick<Context, 'system'>, before: Catalog, after: Catalog): Promise<Catalog> {
  let learnt = after;
  for (const [uuid, { live, targets }] of after.networks) {
    if (live === undefined || guestsNamed(live).length === 0) continue;
    const known = targets !== undefined && before.networks.get(uuid)?.live === live && before.ports === after.ports;
    const bridge = parseIfName(live.bridge?.name ?? '');
    if (!known && bridge !== undefined) learnt = withTargets(learnt, uuid, await system.leases(bridge));
  }
  return learnt;
}

/** Notes where the guests are that a network's forwards name. The catalog itself when nothing is new. */
export function withTargets(catalog: Catalog, uuid: Uuid, leases: readonly Lease[]): Catalog {
  const entry = entryOf(catalog, uuid);
  const { live } = entry;
  if (live === undefined) return catalog;
  const now = Date.now() / 1000;
  const current = leases.filter(({ expiry }) => expiry === 0 || expiry > now);
  const targets = guestsNamed(live).flatMap((name) => leasedTo(name, live, portsOf(catalog, uuid), current));
  return isDeepStrictEqual(entry.targets, targets) ? catalog : withEntry(catalog, uuid, { ...entry, targets });
}

/** Each guest that a forward names, once. */
export function guestsNamed({ forwards = [] }: Network): string[] {
  return [...new Set(forwards.flatMap(({ to }) => (parseAddress(to) === undefined ? [to] : [])))];
}

/** The newest lease comes first: a guest that was made anew under its old name has another MAC. */
function leasedTo(name: string, { ips }: Network, ports: readonly Port[], leases: readonly Lease[]): TargetAddress[] {
  const hosts = ips.flatMap(({ dhcp }) => dhcp?.hosts ?? []);
  const macs = new Set(
    [...ports.filter((port) => isNamed(port, name)), ...hosts.filter((host) => sameName(host.name, name))].map(({ mac }) => mac),
  );
  return leases
    .filter(({ hostname, mac }) => sameName(hostname, name) || (mac !== undefined && macs.has(mac)))
    .toSorted((a, b) => (b.expiry || Number.POSITIVE_INFINITY) - (a.expiry || Number.POSITIVE_INFINITY))
    .map(({ address }) => ({ name, address }));
}
