import { describe, expect, test } from 'vitest';
import { bridgeClash, findCollisions } from '../../../src/compile/collisions.ts';
import { nextFreeSubnet } from '../../../src/compile/subnets.ts';
import { parseSubnet } from '../../../src/model/address.ts';
import type { HostRoute } from '../../../src/model/facts.ts';
import type { Network } from '../../../src/model/network.ts';
import { ifName, ipv4, ipv6, nat, network, uuid } from './networks.ts';

const eth0 = ifName('eth0');
const blue = network({ forward: nat, ips: [ipv4(), ipv6()] });

const routed: { name: string; routes: HostRoute[]; want: string[] }[] = [
  {
    name: 'an equal route',
    routes: [{ destination: '192.168.77.0/24', link: eth0 }],
    want: ['Network is already in use by interface eth0'],
  },
  {
    name: 'an equal route through a gateway',
    routes: [{ destination: '192.168.77.0/24', link: eth0, gateway: '10.0.0.1' }],
    want: ['Network is already in use by interface eth0'],
  },
  {
    name: 'an equal IPv6 route',
    routes: [{ destination: '2001:db8:77::/64', link: eth0 }],
    want: ['Network is already in use by interface eth0'],
  },
  {
    name: 'a wider link',
    routes: [{ destination: '192.168.0.0/16', link: eth0 }],
    want: ['192.168.77.0/24 overlaps 192.168.0.0/16 of interface eth0'],
  },
  {
    name: 'a narrower link',
    routes: [{ destination: '192.168.77.128/25', link: eth0 }],
    want: ['192.168.77.0/24 overlaps 192.168.77.128/25 of interface eth0'],
  },
  {
    name: 'nothing: a wider route through a gateway',
    routes: [{ destination: '192.168.0.0/16', link: eth0, gateway: '10.0.0.1' }],
    want: [],
  },
  {
    name: 'nothing: default routes',
    routes: [
      { destination: '0.0.0.0/0', link: eth0 },
      { destination: '::/0', link: eth0 },
    ],
    want: [],
  },
  { name: 'nothing: its own bridge', routes: [{ destination: '192.168.77.0/24', link: ifName('virbr7') }], want: [] },
  {
    name: 'nothing: link-local and multicast',
    routes: [
      { destination: 'fe80::/64', link: eth0 },
      { destination: 'ff00::/8', link: eth0 },
    ],
    want: [],
  },
];

describe('a network collides with', () => {
  for (const { name, routes, want } of routed) {
    test(name, () => {
      const found = findCollisions(blue, [blue], routes, 'virbr7');
      expect(found.map(({ message }) => message)).toEqual(want);
      expect(found.map(({ code }) => code)).toEqual(want.map(() => 'subnet-in-use'));
    });
  }

  test('the subnet of another network, and a free one is proposed', () => {
    const red = network({
      uuid: uuid(2),
      name: 'red',
      bridge: { name: 'virbr8' },
      ips: [ipv4([], [], { address: '192.168.0.1', prefix: 16 })],
    });
    const [found] = findCollisions(blue, [red], [{ destination: '172.16.0.0/24', link: eth0 }]);
    expect(found).toMatchObject({
      code: 'subnet-in-use',
      message: "192.168.77.0/24 overlaps 192.168.0.0/16 of network 'red'",
      hint: 'Choose another subnet, for example 172.16.1.0/24.',
    });
  });

  test('a host route with one of its static <route>s', () => {
    const far = network({ ...blue, routes: [{ address: '10.9.0.0', prefix: 16, gateway: '192.168.77.2' }] });
    expect(findCollisions(far, [], [{ destination: '10.9.0.0/16', link: eth0 }])[0]?.message).toBe(
      'Network is already in use by interface eth0',
    );
  });
});

test('a bridge name belongs to one network', () => {
  const red = network({ uuid: uuid(2), name: 'red' });
  expect(bridgeClash(blue, [blue, red])).toMatchObject({ code: 'name-in-use', message: "bridge name 'virbr7' already in use." });
  expect(bridgeClash(blue, [blue])).toBeUndefined();
});

test('any number of networks may use one bridge of the host', () => {
  const shared: Partial<Network> = { forward: { mode: 'bridge', interfaces: [], addresses: [] }, bridge: { name: 'br0' } };
  expect(bridgeClash(network(shared), [network({ ...shared, uuid: uuid(2) })])).toBeUndefined();
});

test('the next free subnet counts up from 192.168.122.0 and skips what overlaps', () => {
  const taken = ['192.168.122.0/24', '192.168.123.128/25'].map((text) => parseSubnet(text)!);
  expect(nextFreeSubnet(taken)).toBe('192.168.124.0/24');
  expect(nextFreeSubnet([parseSubnet('0.0.0.0/1')!, parseSubnet('128.0.0.0/1')!])).toBeUndefined();
});
