import { describe, expect, test } from 'vitest';
import { ownerOf } from '../../../src/explain/owner.ts';
import { drawTopology, type TopologyInputs } from '../../../src/explain/topology.ts';
import type { LinkFacts } from '../../../src/model/link.ts';

const stats = { rxBytes: 0, txBytes: 0, rxPackets: 0, txPackets: 0, rxErrors: 0, txErrors: 0, rxDropped: 0, txDropped: 0 };
let index = 0;

function link(name: string, type: string, more: Partial<Record<keyof LinkFacts, unknown>> = {}): LinkFacts {
  index += 1;
  return { index, name, type, mtu: 1500, up: true, carrier: true, operState: 'up', addresses: [], stats, ...more } as unknown as LinkFacts;
}

function draw(links: readonly LinkFacts[], more: Partial<TopologyInputs> = {}) {
  return drawTopology({ links, networks: [], ports: [], macsByLink: new Map(), addressesByMac: new Map(), defaultUplinks: [], ...more });
}

const natNetwork = { name: 'default', uuid: 'u1', mode: 'nat', veryIsolated: false, active: true, bridge: 'virbr0' } as const;

describe('drawTopology', () => {
  test('S003: a bridge shows its hidden port to the host with its own MAC and addresses', () => {
    const { nodes } = draw([link('br0', 'bridge', { mac: '52:54:00:00:00:01', addresses: [{ address: '192.0.2.1', prefix: 24 }] })]);
    expect(nodes[0]).toMatchObject({ kind: 'switch', hostPort: { mac: '52:54:00:00:00:01', addresses: ['192.0.2.1/24'] } });
  });

  test('S009: a guest shows both halves, the tap outside and MAC and address inside', () => {
    const { nodes, edges } = draw([link('virbr0', 'bridge'), link('vnet0', 'tun', { master: 'virbr0', mac: 'fe:54:00:12:34:56' })], {
      networks: [natNetwork],
      addressesByMac: new Map([['52:54:00:12:34:56', ['192.168.122.7']]]),
    });
    expect(nodes.find(({ kind }) => kind === 'guest')).toMatchObject({
      tap: 'vnet0',
      mac: '52:54:00:12:34:56',
      addresses: ['192.168.122.7'],
    });
    expect(edges).toContainEqual({
      id: 'switch/virbr0>guest/vnet0',
      from: 'switch/virbr0',
      to: 'guest/vnet0',
      kind: 'wire',
      link: 'vnet0',
    });
  });

  test.each([
    ['a tap', link('vnet0', 'tun', { master: 'virbr0', mac: 'fe:54:00:12:34:56' })],
    ['a macvtap', link('macvtap0', 'macvtap', { lower: 'eth0', mac: '52:54:00:12:34:56' })],
  ])('S122: %s that a hypervisor made for its port has the name of the port’s guest', (_name, wire) => {
    const ports = [{ uuid: 'p1', mac: '52:54:00:12:34:56', guest: 'web' }];
    const { nodes } = draw([link('virbr0', 'bridge'), link('eth0', ''), wire], { networks: [natNetwork], ports });
    expect(nodes.find(({ kind }) => kind === 'guest')).toMatchObject({ label: 'web', guest: 'web', portUuid: 'p1' });
  });

  test('S122: a hypervisor’s wire without a port has the name that the hypervisor tells, and else its own', () => {
    const wires = [link('vnet0', 'tun', { master: 'virbr0' }), link('vnet1', 'tun', { master: 'virbr0' })];
    const { nodes } = draw([link('virbr0', 'bridge'), ...wires], { networks: [natNetwork], guestsByLink: new Map([['vnet0', 'web']]) });
    expect(nodes.filter(({ kind }) => kind === 'guest').map(({ label }) => label)).toEqual(['web', 'vnet1']);
  });

  test('a guest that nobody named is called what it called itself when it asked for an address', () => {
    const { nodes } = draw([link('virbr0', 'bridge'), link('vnet0', 'tun', { master: 'virbr0', mac: 'fe:54:00:12:34:56' })], {
      namesByMac: new Map([['52:54:00:12:34:56', 'printer']]),
    });
    expect(nodes.find(({ kind }) => kind === 'guest')).toMatchObject({ label: 'printer', guest: undefined, owner: 'libvirt' });
  });

  test('libvirt makes taps: a veth of a name that it would give is not its own', () => {
    expect(ownerOf('vnet0')).toBe('libvirt');
    expect(ownerOf('vnet0', 'tun')).toBe('libvirt');
    expect(ownerOf('vnet0', 'veth')).toBe('host');
  });

  test('S020: an OpenStack compute node is drawn without configuration, with its owner named', () => {
    const { nodes, edges } = draw([
      link('eth1', ''),
      link('eth1.101', 'vlan', { lower: 'eth1', master: 'brq4a5b6c7d-8e' }),
      link('brq4a5b6c7d-8e', 'bridge'),
      link('tap0a1b2c3d-4e', 'tun', { master: 'brq4a5b6c7d-8e' }),
    ]);
    expect(nodes.map(({ id, owner }) => [id, owner])).toEqual([
      ['link/eth1', 'host'],
      ['link/eth1.101', 'host'],
      ['switch/brq4a5b6c7d-8e', 'openstack'],
      ['guest/tap0a1b2c3d-4e', 'openstack'],
    ]);
    expect(edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`).toSorted()).toEqual([
      'link/eth1 child link/eth1.101',
      'link/eth1.101 wire switch/brq4a5b6c7d-8e',
      'switch/brq4a5b6c7d-8e wire guest/tap0a1b2c3d-4e',
    ]);
  });

  test('S112: a bridge without ports is idle, not down', () => {
    expect(draw([link('virbr0', 'bridge', { carrier: false, operState: 'down' })]).nodes[0]?.state).toBe('idle');
  });

  test('NAT leaves by every uplink, or by the one it names', () => {
    const links = [link('eth0', ''), link('eth1', ''), link('virbr0', 'bridge')];
    const nat = (uplink?: string) =>
      draw(links, { networks: [{ ...natNetwork, uplink }], defaultUplinks: ['eth0'] })
        .edges.filter(({ kind }) => kind === 'nat')
        .map(({ from }) => from);
    expect(nat()).toEqual(['link/eth0']);
    expect(nat('eth1')).toEqual(['link/eth1']);
  });

  test('a network that is off is still in the picture', () => {
    const { nodes } = draw([], { networks: [{ ...natNetwork, active: false }] });
    expect(nodes).toMatchObject([{ id: 'network/u1', state: 'inactive' }]);
  });

  test('every edge ends at nodes that are there', () => {
    const { nodes, edges } = draw([link('vnet0', 'tun', { master: 'gone' }), link('eth0.5', 'vlan', { lower: 'elsewhere' })]);
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
  });
});

test.each([
  ['docker0', 'docker'],
  ['br-1a2b3c4d5e6f', 'docker'],
  ['brqd2d7a2a5-1f', 'openstack'],
  ['tap12345678-9a', 'openstack'],
  ['virbr0', 'libvirt'],
  ['vmbr0', 'proxmox'],
  ['tap100i0', 'proxmox'],
  ['br0', 'host'],
  ['tap0', 'host'],
])('S022: %s belongs to %s', (name, owner) => {
  expect(ownerOf(name)).toBe(owner);
});
