import { contains, formatAddress, overlap, parseAddress, subnetOf, type Subnet } from '../model/address.ts';
import { ownsBridge, type Dhcp, type IpBlock, type Network, type NetworkDraft } from '../model/network.ts';
import { freeBlock } from './subnets.ts';

/**
 * A second network like this one under another name: its own UUID, bridge and MAC are still to be chosen, and its IPv4
 * blocks are the next free ones of the same size, with every address at its old place inside. Left out is what belongs to
 * the first network alone: forwards of the host's ports, promises to its guests, records that point at them, routes, and
 * IPv6 blocks, which only whoever runs the network outside can give.
 *
 * @param taken Blocks that are in use.
 * @returns Undefined when no block of the size is free.
 */
export function copyOf(network: Network, name: string, taken: readonly Subnet[]): NetworkDraft | undefined {
  const { uuid: _uuid, mac: _mac, forwards: _forwards, bridge, dns, ...rest } = network;
  const used = [...taken];
  const ips: IpBlock[] = [];
  for (const ip of network.ips.filter(({ family }) => family === 'ipv4')) {
    const from = subnetOf(ip);
    if (from === undefined) continue;
    const to = freeBlock(from.prefix, used);
    if (to === undefined) return undefined;
    used.push(to);
    ips.push(movedBlock(ip, from, to));
  }
  const { name: _bridge, ...ownBridge } = bridge ?? {};
  const kept = ownsBridge(network) ? ownBridge : bridge;
  const own = network.ips.flatMap((ip) => subnetOf(ip) ?? []);
  return {
    ...rest,
    name,
    ips,
    routes: [],
    ...(kept !== undefined && Object.keys(kept).length > 0 && { bridge: kept }),
    ...(dns !== undefined && { dns: { ...dns, hosts: dns.hosts.filter(({ ip }) => !liesIn(ip, own)) } }),
  };
}

function movedBlock({ dhcp, ...ip }: IpBlock, from: Subnet, to: Subnet): IpBlock {
  const moved = (text: string) => movedAddress(text, from, to);
  return { ...ip, address: moved(ip.address), ...(dhcp !== undefined && { dhcp: movedDhcp(dhcp, moved) }) };
}

function movedDhcp({ ranges, bootp }: Dhcp, moved: (text: string) => string): Dhcp {
  return {
    ranges: ranges.map((range) => ({ ...range, start: moved(range.start), end: moved(range.end) })),
    hosts: [],
    ...(bootp !== undefined && { bootp: { ...bootp, ...(bootp.server !== undefined && { server: moved(bootp.server) }) } }),
  };
}

/** An address outside the block stays what it is. */
function movedAddress(text: string, from: Subnet, to: Subnet): string {
  const address = parseAddress(text);
  return address === undefined || !contains(from, address)
    ? text
    : formatAddress({ family: address.family, value: to.base + (address.value - from.base) });
}

function liesIn(text: string, blocks: readonly Subnet[]): boolean {
  const address = parseAddress(text);
  return (
    address !== undefined &&
    blocks.some((block) => overlap(block, { family: address.family, base: address.value, prefix: address.family === 'ipv4' ? 32 : 128 }))
  );
}
