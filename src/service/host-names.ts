import { canonicalAddress } from '../model/address.ts';
import { parseIfName } from '../model/units.ts';
import type { Context } from './context.ts';
import { portsOf } from './lookup.ts';
import type { HostName } from './reach-types.ts';

/** Names that a hosts file can hold. */
const shape = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

/** Guests of running networks by name, as their leases, reservations, ports and DNS records say; by network and address. */
export async function hostNames({ store, system }: Context): Promise<readonly HostName[]> {
  const catalog = store.catalog();
  const rows: HostName[] = [];
  for (const [uuid, { live }] of catalog.networks) {
    const bridge = parseIfName(live?.bridge?.name ?? '');
    if (live === undefined || bridge === undefined || live.ips.length === 0) continue;
    const names = new Map<string, Set<string>>();
    const add = (address: string | undefined, name: string | undefined) => {
      if (address === undefined || name === undefined || !shape.test(name)) return;
      const key = canonicalAddress(address);
      names.set(key, (names.get(key) ?? new Set()).add(name));
    };
    const now = Date.now() / 1000;
    for (const { address, hostname, expiry } of await system.leases(bridge)) if (expiry === 0 || expiry > now) add(address, hostname);
    for (const { dhcp } of live.ips) for (const { ip, name } of dhcp?.hosts ?? []) add(ip, name);
    for (const { address, name, owner, link } of portsOf(catalog, uuid))
      add(address, name ?? (link === undefined ? owner.name : undefined));
    for (const { ip, hostnames } of live.dns?.hosts ?? []) for (const name of hostnames) add(ip, name);
    const domain = live.domain?.name;
    for (const [address, short] of names) {
      rows.push({
        network: live.name,
        address,
        names: [...short].flatMap((name) => (domain === undefined || name.includes('.') ? [name] : [`${name}.${domain}`, name])),
      });
    }
  }
  return rows.toSorted((a, b) => (a.network === b.network ? (a.address < b.address ? -1 : 1) : a.network < b.network ? -1 : 1));
}
