import { contains, formatSubnet, overlap, parseSubnet, subnetOf } from '../model/address.ts';
import type { Subnet } from '../model/address.ts';
import type { HostRoute } from '../model/facts.ts';
import type { Network } from '../model/network.ts';

/** The address blocks a network takes: those of its `<ip>`s and `<route>`s. */
export function subnetsOf({ ips, routes }: Network): Subnet[] {
  return [...ips, ...routes].flatMap((spec) => subnetOf(spec) ?? []);
}

/** Blocks that routes of the host lead to, without the default routes. */
export function routedSubnets(routes: Iterable<HostRoute>): Subnet[] {
  return [...routes].flatMap(({ destination }) => parseSubnet(destination) ?? []).filter(({ prefix }) => prefix > 0);
}

/** The first private /24 that none of these overlaps, counting up from libvirt's 192.168.122.0; undefined when all are taken. */
export function nextFreeSubnet(taken: readonly Subnet[]): string | undefined {
  const free = freeBlock(24, taken);
  return free && formatSubnet(free);
}

/** The same of any size up to a /8: smaller blocks begin where the /24s do, larger ones are aligned to their size. */
export function freeBlock(prefix: number, taken: readonly Subnet[]): Subnet | undefined {
  for (const { base } of candidates()) {
    const candidate: Subnet = { family: 'ipv4', base, prefix };
    const isAligned = base % (1n << BigInt(32 - prefix)) === 0n;
    if (isAligned && isPrivate(candidate) && !taken.some((block) => overlap(block, candidate))) return candidate;
  }
  return undefined;
}

/** RFC 1918. */
function isPrivate({ base, prefix }: Subnet): boolean {
  const blocks = [
    [slash24(10, 0, 0), 8],
    [slash24(172, 16, 0), 12],
    [slash24(192, 168, 0), 16],
  ] as const;
  return blocks.some(([block, size]) => prefix >= size && contains({ ...block, prefix: size }, { family: 'ipv4', value: base }));
}

function* candidates(): Generator<Subnet> {
  for (let third = 122; third < 255; third++) yield slash24(192, 168, third);
  for (let third = 1; third < 122; third++) yield slash24(192, 168, third);
  for (let second = 16; second < 32; second++) for (let third = 0; third < 256; third++) yield slash24(172, second, third);
  for (let second = 0; second < 256; second++) for (let third = 0; third < 256; third++) yield slash24(10, second, third);
}

function slash24(first: number, second: number, third: number): Subnet {
  return { family: 'ipv4', base: BigInt((first << 16) | (second << 8) | third) << 8n, prefix: 24 };
}
