import { expect, test } from 'vitest';
import { nameservers } from '../../../src/system/resolver.ts';

const stub = 'nameserver 127.0.0.53\noptions edns0\n';
const real = '# from DHCP\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\n';
const cases: { name: string; resolvConf: string; behind?: string; own?: string[]; want: string[] }[] = [
  {
    name: 'are those of resolv.conf, in order, once each',
    resolvConf: 'search lan\nnameserver 9.9.9.9\n nameserver\t8.8.8.8\nnameserver 9.9.9.9\n',
    want: ['9.9.9.9', '8.8.8.8'],
  },
  {
    name: 'are what systemd-resolved asks, where resolv.conf names its stub',
    resolvConf: stub,
    behind: real,
    want: ['192.0.2.1', 'fe80::1%eth0'],
  },
  { name: 'are the stub where nothing is known behind it', resolvConf: stub, want: ['127.0.0.53'] },
  {
    name: 'are those of resolv.conf where it names others beside the stub',
    resolvConf: `${stub}nameserver 1.1.1.1\n`,
    behind: real,
    want: ['127.0.0.53', '1.1.1.1'],
  },
  {
    name: 'leave out our own bridges',
    resolvConf: 'nameserver 192.168.122.1\nnameserver 1.1.1.1\n',
    own: ['192.168.122.1'],
    want: ['1.1.1.1'],
  },
  {
    name: 'leave out what is commented or no address',
    resolvConf: '#nameserver 1.1.1.1\n;nameserver 1.1.1.1\nnameserver dns.example\nnameserver\n',
    want: [],
  },
];

for (const { name, resolvConf, behind, own = [], want } of cases) {
  test(`the host's name servers ${name}`, () => {
    expect(nameservers(resolvConf, behind, new Set(own))).toEqual(want);
  });
}
