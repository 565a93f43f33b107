import { describe, expect, test } from 'vitest';
import { targetsOf } from '../../../src/compile/linux/forwards.ts';
import { nftNetwork, renderNftables } from '../../../src/compile/linux/nftables.ts';
import { compileNetwork } from '../../../src/compile/network.ts';
import type { HostObject } from '../../../src/model/host-state.ts';
import type { Network } from '../../../src/model/network.ts';
import { parseForward } from '../../../src/model/port-forward.ts';
import type { Port } from '../../../src/model/port.ts';
import { facts, ifName, ipv4, ipv6, mac, nat, network, uuid } from './networks.ts';

const web: Port = {
  uuid: uuid(9),
  network: uuid(1),
  owner: { name: 'web', uuid: uuid(8) },
  mac: mac(9),
  plug: { type: 'network', bridge: 'virbr7' },
  address: '192.168.77.9',
};

function forwarding(listen: string, target: string, more: Partial<Network> = {}): Network {
  return network({ forward: nat, ips: [ipv4()], forwards: [parseForward('tcp', listen, target)], ...more });
}

describe('a forward leads', () => {
  const hosts = [{ mac: mac(3), name: 'web', ip: '192.168.77.3' }];
  const lease = { name: 'web', address: '192.168.77.44' };
  const rows: { name: string; target: string; ips?: Network['ips']; ports?: Port[]; leases?: (typeof lease)[]; want: string[] }[] = [
    { name: 'to an address as it is', target: '192.168.77.5', want: ['192.168.77.5'] },
    { name: 'nowhere while nobody knows the guest', target: 'web', want: [] },
    { name: 'to the address that is held for a port', target: 'web', ports: [web], want: ['192.168.77.9'] },
    {
      name: 'to a reservation rather than what its port held before',
      target: 'web',
      ips: [ipv4([], hosts)],
      ports: [web],
      want: ['192.168.77.3'],
    },
    {
      name: "to the reservation of the port's MAC, which needs no name",
      target: 'web',
      ips: [ipv4([], [{ mac: mac(9), ip: '192.168.77.4' }])],
      ports: [web],
      want: ['192.168.77.4'],
    },
    {
      name: 'to the lease rather than what is promised',
      target: 'WEB',
      ips: [ipv4([], hosts)],
      ports: [web],
      leases: [lease],
      want: ['192.168.77.44'],
    },
    {
      name: 'to one address of each family',
      target: 'web',
      leases: [lease, { name: 'web', address: '2001:db8:77::44' }],
      want: ['192.168.77.44', '2001:db8:77::44'],
    },
  ];
  for (const { name, target, ips = [ipv4()], ports = [], leases = [], want } of rows)
    test(name, () => expect(targetsOf(parseForward('tcp', '80', target), { ips }, ports, leases)).toEqual(want));
});

test('ports of a network with forwards hear themselves of what is for them alone', () => {
  const tap: Port = { ...web, link: { kind: 'tap', name: ifName('vnet9') } };
  const objects = ({ forwards }: Network, nftBridge = true) => [
    ...compileNetwork(
      {
        network: network({ forward: nat, ips: [ipv4()], ...(forwards && { forwards }) }),
        ports: [tap],
        guests: [ifName('vnet8')],
        guestMacs: new Map([[ifName('vnet8'), mac(8)]]),
      },
      { ...facts, kernel: { ...facts.kernel, nftBridge } },
    ).values(),
  ];
  const flags = (all: readonly HostObject[]) =>
    all.flatMap((object) => (object.kind === 'bridge-port' ? [[object.link, object.hairpin]] : []));
  const reflecting = objects(forwarding('80', 'web'));
  expect(flags(reflecting)).toEqual([
    ['vnet8', false],
    ['vnet9', true],
  ]);
  expect(reflecting.filter(({ kind }) => kind === 'guard')).toMatchObject([
    { link: 'vnet9', rules: { elements: [{ into: 'reflections', key: ['vnet9'], jump: 'reflect_vnet9' }] } },
  ]);
  for (const none of [objects(network()), objects(forwarding('80', 'web'), false)]) {
    expect(flags(none)).toEqual([
      ['vnet8', false],
      ['vnet9', false],
    ]);
    expect(none.some(({ kind }) => kind === 'guard')).toBe(false);
  }
});

test('each port of a range is one element of a map, in the order of ports', () => {
  const elements = nftNetwork(forwarding('192.0.2.1:8000-8002', '192.168.77.5:80'))?.elements.filter(({ into }) =>
    into.startsWith('forwards'),
  );
  expect(elements).toEqual(
    [0, 1, 2].map((n) => ({
      into: 'forwards_at4',
      key: ['192.0.2.1', 'tcp', String(8000 + n)],
      to: ['192.168.77.5', String(80 + n)],
      comment: 'virbr7',
    })),
  );
});

test('a guest of both families is reached by both, and by the family of the address alone where one is given', () => {
  const targets = [
    { name: 'web', address: '192.168.77.44' },
    { name: 'web', address: '2001:db8:77::44' },
  ];
  const into = (listen: string) =>
    nftNetwork(forwarding(listen, 'web', { ips: [ipv4(), ipv6()] }), [], targets)?.elements.flatMap(({ into: set }) =>
      set.startsWith('forwards') ? set : [],
    );
  expect(into('80')).toEqual(['forwards4', 'forwards6']);
  expect(into('[2001:db8::1]:80')).toEqual(['forwards_at6']);
});

describe('the rules of a network that forwards', () => {
  test('let in what was forwarded, and send guests of its own by way of the host', () => {
    const text = renderNftables(forwarding('8080', 'web:80'), [web]);
    expect(text).toContain('elements = { tcp . 8080 comment "virbr7" : 192.168.77.9 . 80 }');
    expect(text).toContain('\t\tct status dnat ip daddr 192.168.77.0/24 counter accept\n\t\tcounter reject');
    expect(text).toContain('\tchain back_virbr7 {\n\t\tct status dnat ip saddr 192.168.77.0/24 counter masquerade\n\t}');
  });

  test('answer through any link, also where guests may leave by one alone', () => {
    const text = renderNftables(forwarding('8080', 'web:80', { forward: { mode: 'nat', uplink: 'eth1' } }), [web]);
    expect(text).toContain('ct status dnat ip saddr 192.168.77.0/24 counter return');
  });

  test('are those of the way back alone in an open network', () => {
    const rules = nftNetwork(forwarding('8080', 'web:80', { forward: { mode: 'open' } }), [web]);
    expect(rules?.chains.map(({ name }) => name)).toEqual(['back_virbr7']);
    expect(rules?.elements.map(({ into }) => into)).toEqual(['hairpins', 'forwards4']);
  });
});
