import { createHmac, randomBytes } from 'node:crypto';
import type { Catalog } from '../model/catalog.ts';
import type { Mac, Uuid } from '../model/units.ts';

export type RandomBytes = (count: number) => Buffer;

/** This daemon's own, so that two daemons given one spec choose differently. */
const secret = randomBytes(32);

/**
 * Bytes that look random and follow from `seed` for as long as this daemon lives: what `spec.plan`
 * chooses for a new network `spec.apply` chooses again, and their digests agree.
 */
export function seededBytes(seed: string): RandomBytes {
  let call = 0;
  return (count) => createHmac('sha256', secret).update(`${call++} ${seed}`).digest().subarray(0, count);
}

/** A UUID (RFC 4122, version 4) that no network or port has. */
export function newUuid(catalog: Catalog, random: RandomBytes = randomBytes): Uuid {
  for (;;) {
    const bytes = random(16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as Uuid;
    if (!catalog.networks.has(uuid) && !catalog.ports.has(uuid)) return uuid;
  }
}

/** 52:54:00 and three random bytes, used by no bridge, port or reservation we know. */
export function newMac(catalog: Catalog, random: RandomBytes = randomBytes): Mac {
  for (;;) {
    const tail = random(3).toString('hex').match(/../g) ?? [];
    const mac = ['52:54:00', ...tail].join(':') as Mac;
    if (!isKnown(catalog, mac)) return mac;
  }
}

function isKnown(catalog: Catalog, mac: Mac): boolean {
  for (const known of knownMacs(catalog)) if (known === mac) return true;
  return false;
}

function* knownMacs(catalog: Catalog): Iterable<Mac> {
  for (const port of catalog.ports.values()) yield port.mac;
  for (const { config, live } of catalog.networks.values()) {
    for (const network of [config, live]) {
      if (network?.mac !== undefined) yield network.mac;
      for (const { dhcp } of network?.ips ?? []) for (const { mac } of dhcp?.hosts ?? []) if (mac !== undefined) yield mac;
    }
  }
}
