import { nextFreeSubnet, routedSubnets, subnetsOf } from '../compile/subnets.ts';
import { formatAddress, lastOf, parseSubnet, type Subnet } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostRoute } from '../model/facts.ts';
import type { Context } from './context.ts';
import type { NetworkProposal } from './operation-types.ts';

/** A name, a bridge and a subnet that nothing on this host has. */
export async function proposeNetwork({ system, store }: Context): Promise<NetworkProposal> {
  const catalog = store.catalog();
  const [links, routes] = await Promise.all([system.links(), system.routes()]);
  const networks = [...catalog.networks.values()].flatMap(({ config, live }) => [config, live].filter((one) => one !== undefined));
  const names = new Set(networks.map(({ name }) => name));
  const bridges = new Set<string | undefined>([...networks.map(({ bridge }) => bridge?.name), ...links.map(({ name }) => name)]);
  const subnet = freeSubnet(catalog, routes);
  const host = subnet.base + 1n;
  return {
    name: firstFree('network', 1, names),
    bridge: firstFree('virbr', 0, bridges),
    address: dotted(host),
    prefix: subnet.prefix,
    dhcp: { start: dotted(host + 1n), end: dotted(lastOf(subnet) - 1n) },
  };
}

/** The first /24 from 192.168.122.0 on that no route of the host and no network, running or not, has. */
export function freeSubnet({ networks }: Catalog, routes: readonly HostRoute[]): Subnet {
  const taken = [...networks.values()].flatMap(({ config, live }) =>
    [config, live].flatMap((one) => (one === undefined ? [] : subnetsOf(one))),
  );
  const text = nextFreeSubnet([...routedSubnets(routes), ...taken]);
  const subnet = text === undefined ? undefined : parseSubnet(text);
  if (subnet === undefined) throw new ViaductError('subnet-in-use', 'Every private subnet is in use on this host.');
  return subnet;
}

/** Dotted, of an IPv4 address's number. */
export function dotted(value: bigint): string {
  return formatAddress({ family: 'ipv4', value });
}

function firstFree(prefix: string, from: number, taken: ReadonlySet<string | undefined>): string {
  for (let number = from; ; number += 1) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`;
}
