import { describe, expect, test } from 'vitest';
import { dnsmasqFor, renderDnsmasq } from '../../../src/compile/linux/dnsmasq.ts';
import { ViaductError } from '../../../src/model/errors.ts';
import type { Network } from '../../../src/model/network.ts';
import { ipv4, ipv6, mac, nat, network, range } from './networks.ts';

const paths = { pid: '/r/pid', leases: '/r/leases', hosts: '/r/hosts', addnhosts: '/r/addnhosts', servers: '/r/servers' };
const inputs = { nameservers: ['192.0.2.53', '2001:db8::53'], reservations: [], paths };

/** The lines of the rendered configuration that are in `wanted` or start like one of its `KEY=`. */
function linesOf(text: string, keys: readonly string[]): string[] {
  const conf = text.split('# hosts\n')[0]!.trimEnd().split('\n');
  return conf.filter((line) => keys.some((key) => line === key || line.startsWith(`${key}=`)));
}

const cases: { name: string; network: Partial<Network>; keys: string[]; want: string[] }[] = [
  {
    name: 'isolated guests get no router and no names from outside',
    network: { ips: [ipv4([range])] },
    keys: ['dhcp-option', 'no-resolv', 'ra-param'],
    want: ['dhcp-option=3', 'no-resolv', 'ra-param=*,0,0'],
  },
  {
    name: 'a plain forwarder replaces the host resolvers, one for a domain does not',
    network: {
      forward: nat,
      ips: [ipv4()],
      dns: { forwarders: [{ domain: 'a.test', addr: '192.0.2.1' }, { domain: 'b.test' }], txts: [], srvs: [], hosts: [] },
    },
    keys: ['server', 'no-resolv'],
    want: ['server=/a.test/192.0.2.1', 'server=/b.test/#'],
  },
  {
    name: 'the lease limit is the sum of the ranges of both families',
    network: { forward: nat, ips: [ipv4([range]), ipv6([{ start: '2001:db8:77::10', end: '2001:db8:77::ff' }])] },
    keys: ['dhcp-lease-max', 'enable-ra'],
    want: ['dhcp-lease-max=251', 'enable-ra'],
  },
  {
    name: 'reservations alone switch DHCP on with an empty range',
    network: { forward: nat, ips: [ipv4([], [{ mac: mac(1), ip: '192.168.77.5' }]), ipv6([], [{ name: 'six', ip: '2001:db8:77::5' }])] },
    keys: ['dhcp-range', 'dhcp-lease-max'],
    want: ['dhcp-range=192.168.77.1,static', 'dhcp-range=2001:db8:77::1,static,64'],
  },
  {
    name: 'IPv6 without DHCP advertises the prefix',
    network: { forward: nat, ips: [ipv6()] },
    keys: ['dhcp-range', 'enable-ra', 'dhcp-hostsfile'],
    want: ['dhcp-range=2001:db8:77::1,ra-only'],
  },
  {
    name: 'a boot file may name its server, and tftp has its root',
    network: {
      forward: nat,
      ips: [
        ipv4([range], [], { tftpRoot: '/srv/tftp', dhcp: { ranges: [range], hosts: [], bootp: { file: 'pxe.img', server: '192.0.2.9' } } }),
      ],
    },
    keys: ['enable-tftp', 'tftp-root', 'dhcp-boot'],
    want: ['enable-tftp', 'tftp-root=/srv/tftp', 'dhcp-boot=pxe.img,,192.0.2.9'],
  },
  {
    name: 'a boot file without DHCP is dropped',
    network: { forward: nat, ips: [ipv4([], [], { dhcp: { ranges: [], hosts: [], bootp: { file: 'pxe.img' } } })] },
    keys: ['dhcp-boot', 'dhcp-range', 'dhcp-authoritative'],
    want: [],
  },
  {
    name: 'service records fill in what stands before a given field',
    network: {
      forward: nat,
      ips: [ipv4()],
      dns: {
        forwarders: [],
        txts: [],
        hosts: [],
        srvs: [
          { service: 'a', protocol: 'tcp' },
          { service: 'b', protocol: 'tcp', domain: 'x.test', target: 'h', weight: 9 },
          { service: 'c', protocol: 'udp', target: 'h', priority: 4 },
          { service: 'd', protocol: 'udp', target: '.', port: 1 },
        ],
      },
    },
    keys: ['srv-host'],
    want: ['srv-host=_a._tcp', 'srv-host=_b._tcp.x.test,h,1,0,9', 'srv-host=_c._udp,h,1,4', 'srv-host=_d._udp'],
  },
  {
    name: 'reverse zones end at a whole label',
    network: { forward: nat, ips: [ipv4([], [], { localPtr: true, prefix: 16 }), ipv6([], [], { localPtr: true, prefix: 48 })] },
    keys: ['local'],
    want: ['local=/168.192.in-addr.arpa/', 'local=/7.7.0.0.8.b.d.0.1.0.0.2.ip6.arpa/'],
  },
  {
    name: 'without DNS the port is closed and no names are served',
    network: { forward: nat, ips: [ipv4([range])], dns: { enable: false, forwarders: [], txts: [], srvs: [], hosts: [] } },
    keys: ['port', 'addn-hosts'],
    want: ['port=0'],
  },
];

for (const { name, network: more, keys, want } of cases) {
  test(`renderDnsmasq: ${name}`, () => {
    expect(linesOf(renderDnsmasq(network(more)), keys)).toEqual(want);
  });
}

test('renderDnsmasq: reservations carry name and lease time, equal addresses share a line of names', () => {
  const text = renderDnsmasq(
    network({
      ips: [
        ipv4(
          [range],
          [
            { mac: mac(1), ip: '192.168.77.5', name: 'a', lease: { expiry: 0 } },
            { name: 'b', ip: '192.168.77.6', lease: { expiry: 2, unit: 'hours' } },
          ],
        ),
        ipv6([], [{ id: '0:3:0:1', name: 'c', ip: '2001:DB8:77::0005', lease: { expiry: 300, unit: 'seconds' } }]),
      ],
      dns: {
        forwarders: [],
        txts: [],
        srvs: [],
        hosts: [
          { ip: '192.168.77.9', hostnames: ['x', 'y'] },
          { ip: '192.168.77.9', hostnames: ['z'] },
        ],
      },
    }),
  );
  expect(text.slice(text.indexOf('# hosts'))).toBe(
    [
      '# hosts',
      '52:54:00:00:00:01,192.168.77.5,a,infinite',
      'b,192.168.77.6,2h',
      'id:0:3:0:1,c,[2001:db8:77::5],300s',
      '# addnhosts',
      '192.168.77.9\tx\ty\tz\t',
      '',
    ].join('\n'),
  );
});

describe('dnsmasqFor', () => {
  test.each<[string, Partial<Network>]>([
    ['without an address', {}],
    ['of a host bridge', { forward: { mode: 'bridge', interfaces: [], addresses: [] }, ips: [ipv4([range])] }],
    ['with neither DNS, DHCP nor TFTP', { ips: [ipv4()], dns: { enable: false, forwarders: [], txts: [], srvs: [], hosts: [] } }],
  ])('no dnsmasq runs for a network %s', (_, more) => {
    expect(dnsmasqFor(network(more), inputs)).toBeUndefined();
  });

  test('the running dnsmasq asks the host resolvers through a file, keeps its leases and pings nobody', () => {
    const files = dnsmasqFor(network({ forward: nat, ips: [ipv4([range])] }), inputs)!;
    expect(files.conf).toMatch(/^no-resolv\nservers-file=\/r\/servers$/m);
    expect(files.conf).toMatch(/^dhcp-leasefile=\/r\/leases$/m);
    expect(files.conf).toMatch(/^no-ping$/m);
    expect(files.conf).toMatch(/^bind-interfaces$/m);
    expect(files.servers).toBe('server=192.0.2.53\nserver=2001:db8::53\n');
  });

  test('IPv6 needs dynamic binding, since link-local addresses come late, and so does a network without rules of ours', () => {
    expect(dnsmasqFor(network({ forward: nat, ips: [ipv6()] }), inputs)!.conf).toMatch(/^bind-dynamic$/m);
    expect(dnsmasqFor(network({ forward: { mode: 'open' }, ips: [ipv4([range])] }), inputs)!.conf).toMatch(/^bind-dynamic$/m);
  });

  test.each<[string, Partial<Network>]>([
    ['isolated', { ips: [ipv4()] }],
    [
      'with a forwarder of its own',
      { forward: nat, ips: [ipv4()], dns: { forwarders: [{ addr: '192.0.2.1' }], txts: [], srvs: [], hosts: [] } },
    ],
    ['with a resolv-file of its own', { forward: nat, ips: [ipv4()], dnsmasqOptions: ['resolv-file=/etc/other'] }],
  ])('a network %s never asks the host resolvers', (_, more) => {
    const files = dnsmasqFor(network(more), inputs)!;
    expect(files.conf).not.toContain('servers-file');
    expect(files.servers).toBe('');
  });

  test("ports' reservations follow, unless the definition already speaks for the MAC or the address", () => {
    const files = dnsmasqFor(network({ forward: nat, ips: [ipv4([range], [{ mac: mac(1), ip: '192.168.77.15' }])] }), {
      ...inputs,
      reservations: [
        { mac: mac(1), address: '192.168.77.16' },
        { mac: mac(2), address: '192.168.77.15' },
        { mac: mac(3), address: '192.168.77.17' },
      ],
    })!;
    expect(files.hosts).toBe('52:54:00:00:00:01,192.168.77.15\n52:54:00:00:00:03,192.168.77.17\n');
  });

  test("ports' reservations step back where the definition promises an address to a name: a MAC would win over it", () => {
    const named = network({ forward: nat, ips: [ipv4([range], [{ name: 'till', ip: '192.168.77.15' }])] });
    expect(dnsmasqFor(named, { ...inputs, reservations: [{ mac: mac(3), address: '192.168.77.17' }] })!.hosts).toBe('till,192.168.77.15\n');
  });

  test.each<[string, Partial<Network>]>([
    ['text record', { dns: { forwarders: [], txts: [{ name: 'a', value: 'b\nserver=1.1.1.1' }], srvs: [], hosts: [] } }],
    ['raw option', { dnsmasqOptions: ['a=b\r\nc=d'] }],
    ['domain', { domain: { name: 'x\nlog-queries' } }],
    ['reservation name', { ips: [ipv4([range], [{ name: 'a,set:tag', ip: '192.168.77.5' }])] }],
    ['host name', { dns: { forwarders: [], txts: [], srvs: [], hosts: [{ ip: '192.168.77.9', hostnames: ['a\n10.0.0.1 bank.test'] }] } }],
  ])('a %s cannot smuggle a line in', (_, more) => {
    expect(() => dnsmasqFor(network({ ips: [ipv4()], ...more }), inputs)).toThrow(ViaductError);
  });

  test('a prefix without a reverse zone is refused by name', () => {
    const odd = network({ ips: [ipv4([], [], { prefix: 20, localPtr: true })] });
    expect(() => dnsmasqFor(odd, inputs)).toThrow('PTR domain for IPv4 network with prefix 20 cannot be automatically created');
  });
});
