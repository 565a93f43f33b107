import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { LinkFacts } from '../model/link.ts';
import type { Mac, Uuid } from '../model/units.ts';
import type { Context } from './context.ts';
import type { HypervisorGuest } from './hypervisor.ts';
import { guestsOfHypervisor } from './hypervisor.ts';
import { newMac } from './ids.ts';
import { currentOf } from './lookup.ts';
import { portLabel } from './port-names.ts';

/** Where MACs are known from besides the catalog. */
export interface OtherMacs {
  readonly links: readonly LinkFacts[];
  readonly guests: readonly HypervisorGuest[];
}

/** 52:54:00 and three random bytes that nobody has: no port, bridge or reservation, no device of this host, no guest of its hypervisor. */
export async function freshMac(context: Context): Promise<{ mac: Mac }> {
  const others = await gatherMacs(context);
  for (;;) {
    const mac = newMac(context.store.catalog());
    if (holderOfMac(context.store.catalog(), mac, others) === undefined) return { mac };
  }
}

export async function gatherMacs(context: Context): Promise<OtherMacs> {
  const [links, guests] = await Promise.all([context.system.links(), guestsOfHypervisor(context)]);
  return { links, guests };
}

/**
 * Refuses an address that somebody else has, and names him. libvirt's clients are not asked: when they change
 * a card they hold two ports with one address for a moment.
 */
export function refuseDuplicateMac(catalog: Catalog, mac: Mac, others: OtherMacs, guest?: string): void {
  const holder = holderOfMac(catalog, mac, others, guest);
  if (holder === undefined) return;
  throw new ViaductError('name-in-use', `The MAC address ${mac} is in use by ${holder}.`, {
    hint: 'Leave the address out to get a free one, or ask for one with `viaduct mac new`.',
    params: { mac, holder },
  });
}

/** Who has an address already, in words. `guest` is the one it is asked for: its own definition is no rival. */
export function holderOfMac(catalog: Catalog, mac: Mac, { links, guests }: OtherMacs, guest?: string): string | undefined {
  for (const port of catalog.ports.values()) {
    if (port.mac === mac && port.goneSince === undefined) return `${portLabel(port)} of network '${networkName(catalog, port.network)}'`;
  }
  for (const entry of catalog.networks.values()) {
    if ([entry.live?.mac, entry.config?.mac].includes(mac)) return `the bridge of network '${currentOf(entry).name}'`;
  }
  const link = links.find((candidate) => candidate.mac === mac);
  if (link !== undefined) return `the device ${link.name} of this host`;
  const other = guests.find(({ name, interfaces }) => name !== guest && interfaces.some((nic) => nic.mac === mac));
  return other && `guest '${other.name}'`;
}

function networkName(catalog: Catalog, uuid: Uuid): string {
  const entry = catalog.networks.get(uuid);
  return entry === undefined ? uuid : currentOf(entry).name;
}
