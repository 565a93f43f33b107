import type { HostFacts } from '../../../src/model/facts.ts';
import type { DhcpHost, DhcpRange, Forward, IpBlock, Network } from '../../../src/model/network.ts';
import { parseIfName, parseMac, parseUuid } from '../../../src/model/units.ts';
import type { IfName, Mac, Uuid } from '../../../src/model/units.ts';

export const facts: HostFacts = {
  nameservers: ['192.0.2.53'],
  kernel: { vlanFiltering: false, vlan8021q: false, sfq: false, police: false, ifb: true, nftBridgeMeta: false, ipv6: true },
  runDir: '/run/viaduct',
  dnsmasq: { program: '/usr/sbin/dnsmasq', version: '2.90' },
};

export function uuid(number: number): Uuid {
  return parseUuid(number.toString(16).padStart(32, '0'))!;
}

export function mac(last: number): Mac {
  return parseMac(`52:54:00:00:00:${last.toString(16).padStart(2, '0')}`)!;
}

export function ifName(name: string): IfName {
  return parseIfName(name)!;
}

/** The smallest network that has an identity: very isolated on virbr7. */
export function network(more: Partial<Network> = {}): Network {
  return {
    name: 'blue',
    uuid: uuid(1),
    metadata: [],
    forward: { mode: 'isolated' },
    bridge: { name: 'virbr7' },
    mac: mac(7),
    ips: [],
    routes: [],
    portGroups: [],
    dnsmasqOptions: [],
    ...more,
  };
}

export function ipv4(ranges: readonly DhcpRange[] = [], hosts: readonly DhcpHost[] = [], more: Partial<IpBlock> = {}): IpBlock {
  return { family: 'ipv4', address: '192.168.77.1', prefix: 24, dhcp: { ranges, hosts }, ...more };
}

export function ipv6(ranges: readonly DhcpRange[] = [], hosts: readonly DhcpHost[] = [], more: Partial<IpBlock> = {}): IpBlock {
  return { family: 'ipv6', address: '2001:db8:77::1', prefix: 64, dhcp: { ranges, hosts }, ...more };
}

export const nat: Forward = { mode: 'nat' };
export const range: DhcpRange = { start: '192.168.77.10', end: '192.168.77.20' };
