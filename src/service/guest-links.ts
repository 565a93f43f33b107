import type { Catalog } from '../model/catalog.ts';
import type { LinkFacts } from '../model/link.ts';

/** The guests behind links of this host, by the link's name: those whose ports are known here. */
export function guestsByLink({ ports }: Catalog): ReadonlyMap<string, string> {
  const guests = new Map<string, string>();
  for (const { link, wire, owner } of ports.values()) {
    const name = link?.name ?? wire;
    if (name !== undefined) guests.set(name, owner.name);
  }
  return guests;
}

/** `vnet0 (web)`: links with their guests, where these are known. */
export function withGuests(catalog: Catalog, links: readonly LinkFacts[]): readonly string[] {
  const guests = guestsByLink(catalog);
  return links.map(({ name }) => (guests.has(name) ? `${name} (${guests.get(name)})` : name));
}
