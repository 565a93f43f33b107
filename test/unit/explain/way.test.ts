import { expect, test } from 'vitest';
import { routedVerdict, type WayEnd } from '../../../src/explain/way.ts';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import type { Network } from '../../../src/model/network.ts';

const both = "<ip address='10.1.0.1' prefix='24'/><ip family='ipv6' address='fd00:1::1' prefix='64'/>";
const network = (name: string, inner: string): Network => parseNetwork(`<network><name>${name}</name>${inner}</network>`) as Network;
const kinds = {
  nat: network('nat', `<forward mode='nat'/>${both}`),
  natBy: network('natBy', `<forward mode='nat' dev='eth1'/>${both}`),
  routed: network('routed', `<forward mode='route'/>${both}`),
  routedBy: network('routedBy', `<forward mode='route' dev='eth1'/>${both}`),
  open: network('open', `<forward mode='open'/>${both}`),
  isolated: network('isolated', both),
  veryIsolated: network('veryIsolated', ''),
  lan: network('lan', "<forward mode='bridge'/><bridge name='br0'/>"),
};
const guest = (of: keyof typeof kinds): WayEnd => ({ kind: 'guest', network: kinds[of] });
const outside: WayEnd = { kind: 'outside' };

test.each<[keyof typeof kinds, WayEnd, string, string, string?]>([
  ['nat', outside, 'passes', 'hidden'],
  ['natBy', outside, 'passes', 'hidden', 'eth1'],
  ['routed', outside, 'passes', 'way-back'],
  ['open', outside, 'elsewhere', 'own-firewall'],
  ['isolated', outside, 'stopped', 'isolated'],
  ['veryIsolated', outside, 'stopped', 'no-gateway'],
  ['lan', outside, 'elsewhere', 'lan-router'],
  ['isolated', { kind: 'host' }, 'passes', 'host-answers'],
  ['veryIsolated', { kind: 'host' }, 'stopped', 'no-gateway'],
  ['nat', guest('routed'), 'passes', 'routed'],
  ['routed', guest('nat'), 'stopped', 'answers-only'],
  ['nat', guest('isolated'), 'stopped', 'isolated'],
  ['isolated', guest('routed'), 'stopped', 'isolated'],
  ['natBy', guest('routed'), 'stopped', 'uplink-only', 'eth1'],
  ['routed', guest('routedBy'), 'stopped', 'uplink-only', 'eth1'],
  ['nat', guest('open'), 'elsewhere', 'own-firewall'],
  ['open', guest('nat'), 'stopped', 'answers-only'],
  ['routed', guest('veryIsolated'), 'stopped', 'isolated'],
  ['nat', guest('lan'), 'passes', 'hidden'],
])('S012: layer 3, from %s to %o: %s', (from, to, verdict, why, uplink) => {
  expect(routedVerdict(kinds[from], to, 'ipv4')).toMatchObject({ verdict, why, ...(uplink !== undefined && { uplink }) });
});

test('a NAT network hides IPv4, and IPv6 only where it says so', () => {
  expect(routedVerdict(kinds.nat, outside, 'ipv6')).toMatchObject({ verdict: 'passes', why: 'way-back' });
  expect(routedVerdict(kinds.routed, guest('nat'), 'ipv6')).toMatchObject({ verdict: 'passes', why: 'routed' });
});

test('a guest of no network of ours is its own router’s business', () => {
  expect(routedVerdict(undefined, outside, 'ipv4')).toEqual({ verdict: 'elsewhere', why: 'lan-router' });
});
