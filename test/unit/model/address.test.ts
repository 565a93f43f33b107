import { expect, test } from 'vitest';
import {
  canonicalAddress,
  formatSubnet,
  netmaskOfPrefix,
  overlap,
  parseAddress,
  parseSubnet,
  prefixOf,
  prefixOfNetmask,
  subnetOf,
} from '../../../src/model/address.ts';

test.each([
  ['2001:DB8::0001', '2001:db8::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['::102:304', '::1.2.3.4'],
  ['::1', '::1'],
  ['192.168.122.1', '192.168.122.1'],
  ['not an address', 'not an address'],
])('canonicalAddress: %s is spelled %s', (text, want) => {
  expect(canonicalAddress(text)).toBe(want);
});

test.each(['1.2.3.4/24', 'fe80::1%eth0', '010.0.0.1', '1.2.3', '1::2::3', '', '1.2.3.256'])('parseAddress refuses %j', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each([
  ['255.255.255.0', 24],
  ['255.255.255.255', 32],
  ['0.0.0.0', 0],
  ['255.255.254.0', 23],
])('netmask %s is prefix %d and back', (netmask, prefix) => {
  expect(prefixOfNetmask(netmask)).toBe(prefix);
  expect(netmaskOfPrefix(prefix)).toBe(netmask);
});

test('a netmask with a hole has no prefix', () => {
  expect(prefixOfNetmask('255.0.255.0')).toBeUndefined();
});

test.each([
  ['10.24.10.1', 8],
  ['172.16.0.1', 16],
  ['192.168.1.1', 24],
  ['2001:db8::1', 64],
  ['0.0.0.0', 0],
  ['::', 0],
  ['239.1.1.1', undefined],
])('without a mask %s has prefix %s', (address, want) => {
  expect(prefixOf({ address })).toBe(want);
});

test('a subnet forgets the host part', () => {
  expect(formatSubnet(subnetOf({ address: '10.1.2.3', prefix: 16 })!)).toBe('10.1.0.0/16');
  expect(formatSubnet(parseSubnet('2001:db8::5/64')!)).toBe('2001:db8::/64');
  expect(parseSubnet('10.0.0.0/33')).toBeUndefined();
});

test.each([
  ['10.0.0.0/8', '10.1.0.0/16', true],
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.1.0.0/16', '10.2.0.0/16', false],
  ['0.0.0.0/0', '10.2.0.0/16', true],
  ['::/0', '10.2.0.0/16', false],
])('overlap of %s and %s is %s', (a, b, want) => {
  expect(overlap(parseSubnet(a)!, parseSubnet(b)!)).toBe(want);
});
