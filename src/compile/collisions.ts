import { formatSubnet, overlap, parseSubnet, sameSubnet } from '../model/address.ts';
import type { Subnet } from '../model/address.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostRoute } from '../model/facts.ts';
import { ownsBridge } from '../model/network.ts';
import type { Network } from '../model/network.ts';
import { nextFreeSubnet, routedSubnets, subnetsOf } from './subnets.ts';

/**
 * What stands in the way of starting `network` on this host; empty when nothing does.
 *
 * Stricter than libvirt, which only compares IPv4 routes of the very same prefix: a block that overlaps one
 * on a link would cut one of the two off. A wider route through a gateway (a company's 10.0.0.0/8) is fine,
 * since the narrower route of the network wins.
 *
 * @param others Networks that are active now.
 * @param routes Of the host; those over `ownBridge` do not count.
 */
export function findCollisions(
  network: Network,
  others: Iterable<Network>,
  routes: readonly HostRoute[],
  ownBridge?: string,
): ViaductError[] {
  const rest = [...others].filter(({ uuid }) => uuid !== network.uuid);
  const mine = ownsBridge(network) ? subnetsOf(network) : [];
  const clashes = [...routeClashes(mine, routes, ownBridge), ...networkClashes(mine, rest)];
  const named = bridgeClash(network, rest);
  if (clashes.length === 0) return named === undefined ? [] : [named];
  const hint = hintFor(clashes, [...routedSubnets(routes), ...rest.flatMap(subnetsOf)]);
  const refusals = clashes.map(
    ({ block, message, by }) =>
      new ViaductError('subnet-in-use', message, { hint, params: { network: network.name, subnet: formatSubnet(block), by } }),
  );
  return named === undefined ? refusals : [named, ...refusals];
}

/** The bridge name belongs to another network; libvirt refuses this when the network is defined. */
export function bridgeClash({ name, uuid, bridge, forward }: Network, others: Iterable<Network>): ViaductError | undefined {
  if (!ownsBridge({ forward }) || bridge?.name === undefined) return undefined;
  for (const other of others) {
    if (other.uuid === uuid || other.bridge?.name !== bridge.name || !ownsBridge(other)) continue;
    return new ViaductError('name-in-use', `bridge name '${bridge.name}' already in use.`, {
      hint: `Network '${other.name}' has it; leave the name out and a free one is chosen.`,
      params: { network: name, bridge: bridge.name, by: other.name },
    });
  }
  return undefined;
}

interface Clash {
  readonly block: Subnet;
  readonly message: string;
  /** Interface or network that has the block. */
  readonly by: string;
}

function routeClashes(mine: readonly Subnet[], routes: readonly HostRoute[], ownBridge: string | undefined): Clash[] {
  const clashes: Clash[] = [];
  for (const { destination, link, gateway } of routes) {
    const other = parseSubnet(destination);
    if (link === ownBridge || other === undefined || other.prefix === 0 || isEveryLinks(other)) continue;
    for (const block of mine) {
      if (sameSubnet(block, other)) clashes.push({ block, message: `Network is already in use by interface ${link}`, by: link });
      else if (gateway === undefined && overlap(block, other))
        clashes.push({ block, message: `${formatSubnet(block)} overlaps ${formatSubnet(other)} of interface ${link}`, by: link });
    }
  }
  return clashes;
}

function networkClashes(mine: readonly Subnet[], others: readonly Network[]): Clash[] {
  if (mine.length === 0) return [];
  return others.filter(ownsBridge).flatMap((other) =>
    subnetsOf(other).flatMap((theirs) =>
      mine
        .filter((block) => block.prefix > 0 && theirs.prefix > 0 && overlap(block, theirs))
        .map((block) => ({
          block,
          message: `${formatSubnet(block)} overlaps ${formatSubnet(theirs)} of network '${other.name}'`,
          by: other.name,
        })),
    ),
  );
}

/** Link-local and multicast IPv6 are routed over every interface there is. */
function isEveryLinks({ family, base }: Subnet): boolean {
  return family === 'ipv6' && (base >> 118n === 0x3fan || base >> 120n === 0xffn);
}

function hintFor(clashes: readonly Clash[], taken: readonly Subnet[]): string {
  const free = clashes.some(({ block }) => block.family === 'ipv4') ? nextFreeSubnet(taken) : undefined;
  return free === undefined ? 'Choose another subnet.' : `Choose another subnet, for example ${free}.`;
}
