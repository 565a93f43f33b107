import { expect, test } from 'vitest';
import { SeenOnLink } from '../../../src/service/seen-on-link.ts';
import { mac } from '../compile/networks.ts';
import { parseMac } from '../../../src/model/units.ts';

const minutes = (count: number) => count * 60_000;
const addressesOf = (seen: SeenOnLink, now: number, number = 1) =>
  seen
    .addresses(now)
    .get(mac(number))
    ?.map(({ address }) => address);

test('the newest address comes first; old ones are forgotten, but never the last of a family', () => {
  const seen = new SeenOnLink();
  seen.note({ mac: mac(1), address: '10.0.0.1', by: 'arp' }, true, 0);
  seen.note({ mac: mac(1), address: '2001:db8::1', by: 'nd' }, true, 1);
  seen.note({ mac: mac(1), address: '10.0.0.2', by: 'arp' }, true, minutes(10));
  expect(addressesOf(seen, minutes(12))).toEqual(['10.0.0.2', '2001:db8::1', '10.0.0.1']);
  expect(addressesOf(seen, minutes(20))).toEqual(['10.0.0.2', '2001:db8::1']);
  expect(addressesOf(seen, minutes(600))).toEqual(['10.0.0.2', '2001:db8::1']);
});

test('only a new address is news', () => {
  const seen = new SeenOnLink();
  expect(seen.note({ mac: mac(1), address: '10.0.0.1', by: 'arp' }, true, 0)).toBe(true);
  expect(seen.note({ mac: mac(1), address: '10.0.0.1', by: 'dhcp' }, true, 1)).toBe(false);
});

test('memory is bounded: strangers push each other out, and no guest; one machine has so many addresses', () => {
  const seen = new SeenOnLink();
  seen.note({ mac: mac(1), address: '10.0.0.1', by: 'arp' }, true, 0);
  for (let number = 0; number < 5000; number += 1) {
    const hex = number.toString(16).padStart(4, '0');
    seen.note({ mac: parseMac(`02:00:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`)!, address: '10.9.9.9', by: 'arp' }, false, number);
    seen.note({ mac: mac(2), address: `10.1.${number >> 8}.${number & 255}`, by: 'arp' }, true, number);
  }
  expect(seen.addresses(0).size).toBe(258);
  expect(addressesOf(seen, 0)).toEqual(['10.0.0.1']);
  expect(addressesOf(seen, 0, 2)).toHaveLength(16);
});

test('a stranger that becomes a guest keeps what was seen of it', () => {
  const seen = new SeenOnLink();
  seen.note({ mac: mac(1), address: '10.0.0.1', by: 'arp' }, false, 0);
  seen.note({ mac: mac(1), address: '10.0.0.2', by: 'arp' }, true, 1);
  expect(addressesOf(seen, 1)).toEqual(['10.0.0.2', '10.0.0.1']);
});
