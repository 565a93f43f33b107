import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import type { LinkFacts } from '../model/link.ts';
import { ownsBridge } from '../model/network.ts';
import type { IfName, Mac, Uuid } from '../model/units.ts';

/**
 * Remembers which links other programs have put on our bridges, and forgets those that are gone or serve
 * another bridge now. A link without a master stays remembered: its network was stopped, or its bridge lost.
 *
 * @param links All links of the host, or, with `looked`, those of the looked for that are there.
 * @param looked Names of the links that were looked for: what is known of others stays as it is.
 */
export function withGuests(catalog: Catalog, links: readonly LinkFacts[], looked?: ReadonlySet<string>): Catalog {
  const macs = new Map(links.map(({ name, mac }) => [name, mac]));
  const masters = new Map(links.map(({ name, master }) => [name, master]));
  const isOther = (guest: IfName): boolean => looked !== undefined && !looked.has(guest);
  const wires = new Set([...catalog.ports.values()].map(({ link }) => link?.name));
  const plugged = new Map<string, IfName[]>();
  for (const { name, master } of links) {
    if (master === undefined || wires.has(name)) continue;
    const known = plugged.get(master);
    if (known === undefined) plugged.set(master, [name]);
    else known.push(name);
  }
  let networks: Map<Uuid, NetworkEntry> | undefined;
  for (const [uuid, entry] of catalog.networks) {
    const bridge = entry.live !== undefined && ownsBridge(entry.live) ? entry.live.bridge?.name : undefined;
    const now = bridge === undefined ? [] : (plugged.get(bridge) ?? []);
    if (now.length === 0 && entry.guests.every(isOther)) continue;
    const stays = entry.guests.filter(
      (guest) => isOther(guest) || (masters.has(guest) && !wires.has(guest) && [undefined, bridge].includes(masters.get(guest))),
    );
    const guests = [...stays, ...now.filter((guest) => !stays.includes(guest))];
    const macOf = (guest: IfName): Mac | undefined => (isOther(guest) ? entry.guestMacs?.get(guest) : macs.get(guest));
    const guestMacs = new Map(guests.flatMap((guest) => (macOf(guest) === undefined ? [] : [[guest, macOf(guest)!] as const])));
    const known =
      guestMacs.size === (entry.guestMacs?.size ?? 0) && [...guestMacs].every(([guest, mac]) => entry.guestMacs?.get(guest) === mac);
    if (known && guests.length === entry.guests.length && guests.every((guest, index) => guest === entry.guests[index])) continue;
    networks ??= new Map(catalog.networks);
    networks.set(uuid, { ...entry, guests, guestMacs });
  }
  return networks === undefined ? catalog : { ...catalog, networks };
}
