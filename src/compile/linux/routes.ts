import { canonicalAddress, formatSubnet, prefixOf, subnetOf } from '../../model/address.ts';
import type { AddressObject, RouteObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import type { IfName } from '../../model/units.ts';

/** The host's own addresses on the network: its guests' gateway and name server. */
export function addressObjects({ ips }: Network, link: IfName): AddressObject[] {
  return ips.map((ip) => ({ kind: 'address', link, address: canonicalAddress(ip.address), prefix: prefixOf(ip)! }));
}

/** `<route>`s: what the host reaches through a guest. The metric is 1 unless written, as libvirt sets it. */
export function routeObjects({ routes }: Network, link: IfName): RouteObject[] {
  return routes.map((route) => ({
    kind: 'route',
    destination: formatSubnet(subnetOf(route)!),
    gateway: canonicalAddress(route.gateway),
    link,
    metric: route.metric ?? 1,
  }));
}
