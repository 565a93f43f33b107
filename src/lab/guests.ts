import { ViaductError } from '../model/errors.ts';
import type { Client } from '../rest/client.ts';
import type { GuestFacts } from './report.ts';
import type { World } from './world.ts';
import { guestName, guestsPerNetwork, labNetworks, staticAddress } from './networks.ts';

interface LinkFacts {
  readonly ifname: string;
  readonly address: string;
  readonly master?: string;
  readonly link_netnsid?: number;
}

/** Makes the two guests of every network; their ports are vnet0, vnet1, … as a hypervisor would call them. */
export async function createGuests(world: World): Promise<void> {
  const all = labNetworks.flatMap(({ name }) => Array.from({ length: guestsPerNetwork }, (_, index) => guestName(name, index + 1)));
  await Promise.all(all.map((name, index) => world.guest(name).create({ link: `vnet${index}`, mac: guestMac(index) })));
}

/** Plugs them in and gives each its address; resolves to the names of those that got none. */
export async function connectGuests(world: World): Promise<readonly string[]> {
  const pairs = labNetworks.flatMap((network) => Array.from({ length: guestsPerNetwork }, (_, index) => ({ network, number: index + 1 })));
  const left = await Promise.all(
    pairs.map(async ({ network, number }, index) => {
      const guest = world.guest(guestName(network.name, number));
      await guest.plug(`vnet${index}`, network.bridge);
      if (network.addressing === 'static') {
        await guest.address(staticAddress(number));
        return [];
      }
      const [lease] = await Promise.all([
        guest.dhcp({ tries: 12, stay: true }),
        network.host.ipv6 === undefined ? undefined : guest.ipv6(12_000),
      ]);
      return lease === undefined ? [guest.name] : [];
    }),
  );
  return left.flat();
}

/** One guest more, with a port that the daemon makes. */
export async function addGuest(world: World, client: Client, name: string, network: string): Promise<void> {
  const guest = world.guest(name);
  await guest.createEmpty();
  try {
    await client.call('port.create', { network, name, for: 'none', link: { kind: 'veth', netns: name, inside: 'eth0' } });
  } catch (error) {
    await guest.remove();
    throw error;
  }
}

/** Every guest of a lab, those that were added by hand too: the kernel knows them. */
export async function listGuests(world: World): Promise<readonly GuestFacts[]> {
  const [all, names] = await Promise.all([links(world), namespaceNames(world)]);
  const guests = all
    .filter(({ ifname, link_netnsid: id }) => ifname.startsWith('vnet') && id !== undefined && names.has(id))
    .toSorted((one, other) => one.ifname.localeCompare(other.ifname, 'en', { numeric: true }));
  return Promise.all(
    guests.map(async ({ ifname, master, link_netnsid: id }) => {
      const guest = world.guest(names.get(id ?? -1) ?? '');
      const [inner] = await guest.ip<LinkFacts[]>('link', 'show', 'dev', 'eth0');
      return { guest, bridge: master ?? '', link: ifname, mac: inner?.address ?? '' };
    }),
  );
}

/** The port of a guest on the host, by which others address its NIC. */
export async function findGuest(world: World, name: string): Promise<GuestFacts> {
  const found = (await listGuests(world)).find(({ guest }) => guest.name === name);
  if (found === undefined)
    throw new ViaductError('invalid-argument', `There is no guest "${name}" in the lab.`, { hint: '`viaduct lab guest list` shows them.' });
  return found;
}

function links(world: World): Promise<readonly LinkFacts[]> {
  return world.host.ip<LinkFacts[]>('link', 'show');
}

async function namespaceNames(world: World): Promise<ReadonlyMap<number, string>> {
  const all = await world.host.ip<{ name: string; id?: number }[]>('netns', 'list');
  return new Map(all.flatMap(({ name, id }) => (id === undefined ? [] : [[id, name] as const])));
}

function guestMac(number: number): string {
  return `52:54:00:1a:b0:${(number + 1).toString(16).padStart(2, '0')}`;
}
