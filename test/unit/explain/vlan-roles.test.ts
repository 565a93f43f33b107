import { expect, test } from 'vitest';
import { vlanRoles } from '../../../src/explain/vlan-roles.ts';
import type { LinkFacts } from '../../../src/model/link.ts';
import { uplinkVlans, type PortVlan } from '../../../src/model/vlan.ts';

const link = (name: string, type: string, more: object = {}) => ({ name, type, ...more }) as unknown as LinkFacts;
const access = (id: number): PortVlan => ({ id, to: id, pvid: true, untagged: true });
const tagged = (id: number, to = id): PortVlan => ({ id, to, pvid: false, untagged: false });

test('S016 S018: a card with VLANs on it is a trunk; each device, its bridge and its guests are access ports of one', () => {
  const links = [
    link('eth0', ''),
    ...[10, 20].flatMap((vlanTag) => [
      link(`eth0.${vlanTag}`, 'vlan', { lower: 'eth0', vlanTag, master: `brvlan${vlanTag}` }),
      link(`brvlan${vlanTag}`, 'bridge', { bridge: { vlanFiltering: false } }),
      link(`vnet${vlanTag}`, 'tun', { master: `brvlan${vlanTag}` }),
    ]),
    link('other', 'tun', { master: 'virbr0' }),
  ];
  const ten = { role: 'access', ids: '10', domain: 'brvlan10' };
  const twenty = { role: 'access', ids: '20', domain: 'brvlan20' };
  expect(Object.fromEntries(vlanRoles(links, new Map()))).toEqual({
    eth0: { role: 'trunk', ids: '10,20' },
    'eth0.10': ten,
    brvlan10: ten,
    vnet10: ten,
    'eth0.20': twenty,
    brvlan20: twenty,
    vnet20: twenty,
  });
});

test('S010 S013 S014: in a bridge that filters, each port is what it carries, and those of one VLAN share a domain', () => {
  const links = [
    link('br0', 'bridge', { bridge: { vlanFiltering: true } }),
    ...['eth0', 'red', 'pink', 'router', 'silent'].map((name) => link(name, '', { master: 'br0' })),
    link('br0.30', 'vlan', { lower: 'br0', vlanTag: 30 }),
  ];
  const vlans = new Map([
    ['br0', [access(1), tagged(30)]],
    ['eth0', uplinkVlans],
    ['red', [access(10)]],
    ['pink', [access(10)]],
    ['router', [tagged(10, 12), access(99)]],
  ]);
  expect(Object.fromEntries(vlanRoles(links, vlans))).toEqual({
    br0: { role: 'trunk', ids: '30', native: 1 },
    eth0: { role: 'trunk', ids: '2-4094', native: 1 },
    red: { role: 'access', ids: '10', domain: 'br0/10' },
    pink: { role: 'access', ids: '10', domain: 'br0/10' },
    router: { role: 'trunk', ids: '10-12', native: 99 },
    'br0.30': { role: 'access', ids: '30', domain: 'br0.30' },
  });
});

test('a VLAN in a VLAN makes a trunk of the outer one', () => {
  const links = [
    link('eth0', ''),
    link('eth0.100', 'vlan', { lower: 'eth0', vlanTag: 100 }),
    link('eth0.100.10', 'vlan', { lower: 'eth0.100', vlanTag: 10 }),
  ];
  expect(vlanRoles(links, new Map()).get('eth0.100')).toEqual({ role: 'trunk', ids: '10' });
});
