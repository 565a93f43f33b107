import { canonicalAddress } from '../../model/address.ts';
import type { NamesObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import type { IfName } from '../../model/units.ts';
import { wantsDns } from './dnsmasq-conf.ts';

/**
 * Guests' names for the host, where the network has a domain to know them by and serves DNS.
 *
 * libvirt does so for `<domain register='yes'>` alone; we leave it out for `register='no'` alone. Of an IPv6
 * address nobody is sure before the bridge has a port, so an IPv4 one is asked where there is one.
 */
export function namesObjects(network: Network, link: IfName): NamesObject[] {
  const { domain, ips } = network;
  const ip = ips.find(({ family }) => family === 'ipv4') ?? ips[0];
  if (ip === undefined || domain === undefined || domain.register === false || !wantsDns(network)) return [];
  return [{ kind: 'names', link, domain: domain.name.toLowerCase().replace(/\.$/, ''), server: canonicalAddress(ip.address) }];
}
