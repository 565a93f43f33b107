import type { Mac } from './units.ts';

/** What somebody on a wire said about an address: nobody's promise, unlike a lease. */
export interface Sighting {
  readonly mac: Mac;
  /** Canonical text. */
  readonly address: string;
  readonly by: SightedBy;
}

/** How it was said: ARP, neighbour discovery, a DHCP server's answer. */
export const sightedBy = ['arp', 'nd', 'dhcp'] as const;
export type SightedBy = (typeof sightedBy)[number];
