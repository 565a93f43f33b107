import type { SightedBy, Sighting } from '../model/sighting.ts';
import type { Mac } from '../model/units.ts';

/** An address that somebody uses. */
export interface SeenAddress {
  readonly address: string;
  readonly by: SightedBy;
  /** Milliseconds since the epoch, of the last time. */
  readonly at: number;
}

/** An address that was not used for so long is forgotten, except the last one of each family that a guest had. */
const forgetAfterMs = 15 * 60_000;
const addressesPerMac = 16;
/** Machines that are no guests of ours: as many as were heard last. */
const strangersAtMost = 256;

type Addresses = Map<string, SeenAddress>;

/** What was seen on one link. It is bounded, whatever comes by: a LAN full of machines pushes no guest out. */
export class SeenOnLink {
  readonly #guests = new Map<Mac, Addresses>();
  readonly #strangers = new Map<Mac, Addresses>();

  /** True when the address is new. */
  note({ mac, address, by }: Sighting, isGuest: boolean, at: number): boolean {
    const known = this.#guests.get(mac) ?? this.#strangers.get(mac) ?? new Map<string, SeenAddress>();
    const isNew = !known.has(address);
    // What was set last stands last.
    known.delete(address);
    known.set(address, { address, by, at });
    dropFirst(known, addressesPerMac);
    this.#strangers.delete(mac);
    if (isGuest) this.#guests.set(mac, known);
    else {
      this.#guests.delete(mac);
      this.#strangers.set(mac, known);
      dropFirst(this.#strangers, strangersAtMost);
    }
    return isNew;
  }

  /** The newest first. */
  addresses(now: number): ReadonlyMap<Mac, readonly SeenAddress[]> {
    return new Map([...this.#guests, ...this.#strangers].map(([mac, known]) => [mac, current([...known.values()].toReversed(), now)]));
  }
}

function current(newestFirst: readonly SeenAddress[], now: number): readonly SeenAddress[] {
  const last = (ipv6: boolean) => newestFirst.find(({ address }) => address.includes(':') === ipv6);
  const kept = new Set([last(false), last(true)]);
  return newestFirst.filter((one) => now - one.at <= forgetAfterMs || kept.has(one));
}

function dropFirst(map: Map<unknown, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
