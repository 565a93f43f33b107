import { expect, test } from 'vitest';
import { parseLeases, serverDuid } from '../../../src/formats/leases.ts';

const whole = `1795230000 52:54:00:00:00:01 192.168.77.10 web 01:52:54:00:00:00:01
0 52:54:00:00:00:02 192.168.77.11 * *
duid 00:01:00:01:2d:aa:bb:cc:52:54:00:00:00:99
1795230001 7540996 2001:db8:77::10 six 00:01:00:01:2d:aa:bb:cc:52:54:00:00:00:03
1795230002 T7540997 2001:db8:77::11 * 00:04:7e:7d
`;

test('leases of both families are read, with what each knows', () => {
  expect(parseLeases(whole)).toEqual([
    {
      family: 'ipv4',
      address: '192.168.77.10',
      mac: '52:54:00:00:00:01',
      hostname: 'web',
      clientId: '01:52:54:00:00:00:01',
      expiry: 1795230000,
    },
    { family: 'ipv4', address: '192.168.77.11', mac: '52:54:00:00:00:02', expiry: 0 },
    {
      family: 'ipv6',
      address: '2001:db8:77::10',
      mac: '52:54:00:00:00:03',
      hostname: 'six',
      clientId: '00:01:00:01:2d:aa:bb:cc:52:54:00:00:00:03',
      iaid: '7540996',
      expiry: 1795230001,
    },
    { family: 'ipv6', address: '2001:db8:77::11', clientId: '00:04:7e:7d', iaid: '7540997', expiry: 1795230002 },
  ]);
  expect(serverDuid(whole)).toBe('00:01:00:01:2d:aa:bb:cc:52:54:00:00:00:99');
});

test('whatever dnsmasq has written so far, every lease that is read is one of the whole', () => {
  const known = new Set(parseLeases(whole).map((lease) => JSON.stringify(lease)));
  for (let length = 0; length < whole.length; length++)
    for (const lease of parseLeases(whole.slice(0, length))) expect(known).toContain(JSON.stringify(lease));
});

test.each([
  '',
  '\n',
  'duid\n',
  '17952 52:54:00:00:00:01 192.168.77.10 web\n',
  'x 52:54:00:00:00:01 192.168.77.10 web *\n',
  '1 2 not-an-address * *\n',
])('%j holds no lease', (text) => {
  expect(parseLeases(text)).toEqual([]);
});

test('hardware that is not Ethernet carries its type before the address', () => {
  expect(parseLeases('1 06-52:54:00:00:00:01 192.168.77.10 * *\n')[0]?.mac).toBe('52:54:00:00:00:01');
});
