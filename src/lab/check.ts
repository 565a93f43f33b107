import type { Guest } from './guest.ts';
import { hostAddress } from './addresses.ts';
import { families, guestName, labNetworks, otherNetwork, target, ways, type Family, type LabNetwork, type Way } from './networks.ts';
import type { World } from './world.ts';

/** One packet's journey that was promised or denied, and what became of it. */
export interface Verdict {
  readonly network: string;
  readonly family: Family;
  readonly way: Way;
  readonly expected: boolean;
  readonly seen: boolean;
}

/** Tries every way of every network, in both families where the network has them. */
export async function checkConnectivity(world: World): Promise<readonly Verdict[]> {
  const addresses = new Map(await Promise.all(world.guests.map(async (guest) => [guest.name, await guest.addresses()] as const)));
  const addressOf = (guest: string, family: Family): string | undefined =>
    addresses.get(guest)?.find((address) => (family === 'ipv6') === address.includes(':'));
  const all = labNetworks.flatMap((network) =>
    families
      .filter((family) => addressOf(guestName(network.name, 1), family) !== undefined || expectsFamily(network, family))
      .flatMap((family) => ways.map((way) => () => probe(world, network, family, way, addressOf))),
  );
  return inGroups(all, 32);
}

/** A network that promises a family is judged in it, even when its guests have no address. */
function expectsFamily(network: LabNetwork, family: Family): boolean {
  return family === 'ipv4' || network.host[family] !== undefined;
}

async function probe(
  world: World,
  network: LabNetwork,
  family: Family,
  way: Way,
  addressOf: (guest: string, family: Family) => string | undefined,
): Promise<Verdict> {
  const expected = network.open.includes(way);
  const first = guestName(network.name, 1);
  const guest: Guest = world.guest(first);
  const from = way === 'outside-guest' ? world.outside : guest;
  const to = {
    'guest-guest': addressOf(guestName(network.name, 2), family),
    'guest-host': network.host[family] ?? hostAddress[family],
    'guest-outside': target[family],
    'outside-guest': addressOf(first, family),
    'guest-other': addressOf(guestName(otherNetwork(network), 1), family),
  }[way];
  const seen = to !== undefined && addressOf(first, family) !== undefined && (await from.ping(to, { tries: expected ? 3 : 1 }));
  return { network: network.name, family, way, expected, seen };
}

/** A closed way costs a second of waiting, so several are tried at a time. */
async function inGroups<Answer>(tasks: readonly (() => Promise<Answer>)[], size: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let mine = next++; mine < tasks.length; mine = next++) {
      const task = tasks[mine];
      if (task !== undefined) answers[mine] = await task();
    }
  };
  await Promise.all(Array.from({ length: size }, work));
  return answers;
}
