import type { Catalog } from '../model/catalog.ts';
import type { Sighting } from '../model/sighting.ts';
import { parseIfName, type IfName, type Mac } from '../model/units.ts';
import type { AddressWatch, System } from '../system/system.ts';
import { SeenOnLink, type SeenAddress } from './seen-on-link.ts';

/** How long a link is listened to after somebody has asked. */
const askedForMs = 120_000;
/** News are told at most so often. */
const tellEveryMs = 500;

/**
 * Addresses that guests have and no DHCP of ours gave out: on bridges of the host, and behind macvtaps. They are learned
 * from what guests say, on the bridge or the macvtap, while there are such guests or somebody has asked of late. What
 * was seen is forgotten with the daemon: guests speak again within a minute or so.
 */
export class Sightings implements Disposable {
  readonly #system: Pick<System, 'watchAddresses'>;
  /** Tells that guests on these links have addresses that they had not before. */
  readonly #tell: (links: readonly IfName[]) => void;
  readonly #links = new Map<IfName, { readonly watch: AddressWatch; readonly seen: SeenOnLink }>();
  readonly #asked = new Map<IfName, number>();
  readonly #news = new Set<IfName>();
  #followed: { readonly catalog: Catalog; readonly places: ReadonlySet<IfName>; readonly macs: ReadonlySet<Mac> } | undefined;
  #telling: NodeJS.Timeout | undefined;

  constructor(system: Pick<System, 'watchAddresses'>, tell: (links: readonly IfName[]) => void) {
    this.#system = system;
    this.#tell = tell;
  }

  /** Listens where the catalog has guests whose addresses nobody here gives out, and no longer elsewhere. Cheap while it is the same. */
  follow(catalog: Catalog, now = Date.now()): void {
    if (this.#followed?.catalog !== catalog)
      this.#followed = { catalog, places: placesOf(catalog), macs: new Set([...catalog.ports.values()].map(({ mac }) => mac)) };
    const { places } = this.#followed;
    for (const [link, until] of this.#asked) if (until < now) this.#asked.delete(link);
    for (const link of this.#links.keys()) if (!places.has(link) && !this.#asked.has(link)) this.#drop(link);
    for (const link of [...places, ...this.#asked.keys()]) this.#listen(link);
  }

  /** Somebody wants to know who is on this link: what was seen, by MAC address. From now on it is listened to for a while. */
  ask(link: IfName, now = Date.now()): ReadonlyMap<Mac, readonly SeenAddress[]> {
    this.#asked.set(link, now + askedForMs);
    this.#listen(link);
    return this.#links.get(link)?.seen.addresses(now) ?? new Map();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#telling);
    for (const link of this.#links.keys()) this.#drop(link);
  }

  #listen(link: IfName): void {
    const known = this.#links.get(link);
    if (known?.watch.hears() === true) return;
    known?.watch[Symbol.dispose]();
    this.#links.delete(link);
    // What was seen on a link of that name is most likely so on the next.
    const seen = known?.seen ?? new SeenOnLink();
    const watch = this.#system.watchAddresses(link, (sighting) => this.#hear(link, seen, sighting));
    if (watch !== undefined) this.#links.set(link, { watch, seen });
  }

  #drop(link: IfName): void {
    this.#links.get(link)?.watch[Symbol.dispose]();
    this.#links.delete(link);
  }

  #hear(link: IfName, seen: SeenOnLink, sighting: Sighting): void {
    const isGuest = this.#followed?.macs.has(sighting.mac) === true;
    if (!seen.note(sighting, isGuest, Date.now()) || !isGuest) return;
    this.#news.add(link);
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#tell([...this.#news]);
      this.#news.clear();
    }, tellEveryMs).unref();
  }
}

/** Where guests can be heard whose addresses are not given out here. */
function placesOf({ ports, networks }: Catalog): ReadonlySet<IfName> {
  const places = new Set<IfName>();
  for (const { network, plug, link, wire, goneSince } of ports.values()) {
    if (goneSince !== undefined || networks.get(network)?.live === undefined) continue;
    const place = plug.type === 'bridge' ? parseIfName(plug.bridge) : plug.type === 'direct' ? (link?.name ?? wire) : undefined;
    if (place !== undefined) places.add(place);
  }
  return places;
}
