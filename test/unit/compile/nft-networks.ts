import type { Forward, IpBlock, Network } from '../../../src/model/network.ts';
import { parseUuid } from '../../../src/model/units.ts';

/** A network of the given kind, with nothing else to it. */
export function networkOf(name: string, forward: Forward, ips: readonly IpBlock[], more: Partial<Network> = {}): Network {
  return {
    name,
    uuid: parseUuid('11111111-2222-3333-4444-555555555555')!,
    metadata: [],
    forward,
    bridge: { name },
    ips,
    routes: [],
    portGroups: [],
    dnsmasqOptions: [],
    ...more,
  };
}

export function ipv4(address: string, prefix = 24, more: Partial<IpBlock> = {}): IpBlock {
  return { family: 'ipv4', address, prefix, ...more };
}

export function ipv6(address: string, prefix = 64, more: Partial<IpBlock> = {}): IpBlock {
  return { family: 'ipv6', address, prefix, ...more };
}

export const withDhcp = (start: string, end: string): Partial<IpBlock> => ({ dhcp: { ranges: [{ start, end }], hosts: [] } });

/** One of every kind, on bridges of their own. */
export const everyKind: readonly { readonly kind: string; readonly network: Network }[] = [
  { kind: 'NAT', network: networkOf('virbr0', { mode: 'nat' }, [ipv4('192.168.122.1', 24, withDhcp('192.168.122.2', '192.168.122.254'))]) },
  {
    kind: 'NAT through one uplink',
    network: networkOf('virbr1', { mode: 'nat', uplink: 'eth0' }, [ipv4('10.1.0.1', 16), ipv4('10.2.0.1', 28)]),
  },
  {
    kind: 'NAT of both families',
    network: networkOf('virbr2', { mode: 'nat', nat: { ipv6: true } }, [
      ipv4('192.168.2.1'),
      ipv6('2001:db8:2::1', 64, withDhcp('2001:db8:2::10', '2001:db8:2::ff')),
    ]),
  },
  { kind: 'NAT with IPv6 routed', network: networkOf('virbr3', { mode: 'nat' }, [ipv4('192.168.3.1'), ipv6('2001:db8:3::1', 61)]) },
  {
    kind: 'NAT to a range of addresses and ports',
    network: networkOf(
      'virbr4',
      { mode: 'nat', nat: { address: { start: '198.51.100.4', end: '198.51.100.9' }, port: { start: 3000, end: 3999 } } },
      [ipv4('192.168.4.1', 24, { tftpRoot: '/srv/tftp' })],
    ),
  },
  {
    kind: 'NAT to one address',
    network: networkOf('virbr5', { mode: 'nat', nat: { ipv6: true, address: { start: '198.51.100.4', end: '198.51.100.4' } } }, [
      ipv4('192.168.5.1'),
      ipv6('2001:db8:5::1'),
    ]),
  },
  {
    kind: 'NAT to IPv6 addresses',
    network: networkOf('virbr6', { mode: 'nat', nat: { ipv6: true, address: { start: '2001:db8::1', end: '2001:db8::5' } } }, [
      ipv4('192.168.6.1'),
      ipv6('2001:db8:6::1'),
    ]),
  },
  { kind: 'routed', network: networkOf('virbr7', { mode: 'route' }, [ipv4('192.168.7.1'), ipv6('2001:db8:7::1')]) },
  { kind: 'routed through one uplink', network: networkOf('virbr8', { mode: 'route', uplink: 'eth0' }, [ipv4('10.8.0.1', 13)]) },
  { kind: 'isolated', network: networkOf('virbr9', { mode: 'isolated' }, [ipv4('192.168.9.1'), ipv6('2001:db8:9::1')]) },
  { kind: 'very isolated', network: networkOf('virbr10', { mode: 'isolated' }, []) },
  { kind: 'two addresses in one subnet', network: networkOf('virbr11', { mode: 'nat' }, [ipv4('192.168.11.1'), ipv4('192.168.11.2')]) },
  {
    kind: 'an odd bridge name',
    network: networkOf('br.1@x-y*', { mode: 'nat' }, [ipv4('192.168.12.1')], {
      dns: { enable: false, forwarders: [], txts: [], srvs: [], hosts: [] },
    }),
  },
];
