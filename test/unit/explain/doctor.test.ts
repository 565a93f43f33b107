import { describe, expect, test } from 'vitest';
import { findingsZhCN } from '../../../src/cli/i18n/findings-zh-CN.ts';
import { bridgeFilterObjects } from '../../../src/compile/linux/bridge-filter.ts';
import { acceptCommand } from '../../../src/explain/doctor/accept.ts';
import { diagnose } from '../../../src/explain/doctor/diagnose.ts';
import { findingTexts } from '../../../src/explain/doctor/words.ts';
import { parseModulesFile, parseSysctlFile, parseUdevFile, readingOrder } from '../../../src/formats/settings.ts';
import { parseSubnet } from '../../../src/model/address.ts';
import { bridgeFilterModule } from '../../../src/model/bridge-filter.ts';
import type { FindingCode, HostHealth } from '../../../src/model/doctor.ts';
import type { FilterTable } from '../../../src/model/firewall.ts';
import { placeholders } from '../../../src/model/template.ts';
import { ifName } from '../compile/networks.ts';

const well: HostHealth = {
  release: '6.1.0-18-amd64',
  switches: {},
  bridges: [{ name: 'virbr0', owner: 'viaduct', filters: [], guests: 2, subnets: [parseSubnet('192.168.122.0/24')!] }],
  filters: [],
  settings: [],
  moduleRules: [],
  modulesAtStart: [],
  forwarding: { ipv4: '1', ipv6: '1' },
  uplinks: [{ name: 'eth0', up: true, carrier: true, defaults: ['ipv4', 'ipv6'] }],
  networks: [{ name: 'default', mode: 'nat', bridge: 'virbr0', subnets: [parseSubnet('192.168.122.0/24')!], missing: [] }],
  given: [],
  domains: [],
  astray: [],
};
const on = { iptables: '1', ip6tables: '1', arptables: '1' };
const off = { iptables: '0', ip6tables: '0', arptables: '0' };
const written = (release: string) => {
  const files = bridgeFilterObjects({ module: bridgeFilterModule(release), before: {}, kept: [] }).flatMap((object) =>
    object.kind === 'setting-file' ? [object] : [],
  );
  return { settings: files.flatMap(parseSysctlFile), moduleRules: files.flatMap(parseUdevFile) };
};
const dropping: FilterTable = {
  family: 'ip',
  name: 'filter',
  tool: 'iptables-nft',
  chains: new Map([['FORWARD', { name: 'FORWARD', base: { priority: 0, policy: 'drop' }, rules: [] }]]),
};

test.each([
  ['nat', '213.133.96.0/24', true],
  ['nat', '172.15.0.0/16', true],
  ['nat', '0.0.0.0/1', true],
  ['nat', '172.16.5.0/24', false],
  ['nat', '100.64.3.0/24', false],
  ['nat', '203.0.113.0/25', false],
  ['nat', '2a01:4f8::/64', false],
  ['route', '213.133.96.0/24', false],
] as const)('D05: of %s with %s the doctor says that others have it: %s', (mode, subnet, said) => {
  const network = { name: 'blue', mode, bridge: 'virbr0', subnets: [parseSubnet(subnet)!], missing: [] };
  const found = diagnose({ ...well, networks: [network] }).filter(({ code }) => code === 'network-public');
  expect(found.map(({ object, params }) => [object, params['subnet']])).toEqual(said ? [['network blue', subnet]] : []);
});

const guest = (name: string, ...addresses: readonly string[]) => ({ name, addresses });
test.each([
  ['different subnets', [guest('vm0', '10.10.101.251'), guest('vm1', '192.168.101.252')], false, true],
  ['one subnet', [guest('vm0', '10.10.101.251'), guest('vm1', '10.10.101.252')], false, false],
  ['one subnet, of two that one has', [guest('vm0', '192.168.1.2', '10.10.101.251'), guest('vm1', '10.10.101.252')], false, false],
  ['different subnets and a router', [guest('vm0', '10.10.101.251'), guest('vm1', '192.168.101.252')], true, false],
  ['an address that nobody knows', [guest('vm0', '10.10.101.251'), guest('vm1')], false, false],
  ['IPv6 alone', [guest('vm0', '2001:db8::1'), guest('vm1', 'fd00::1')], false, false],
] as const)('D04: guests of one bridge with %s', (_, guests, mayHaveRouter, said) => {
  const [found] = diagnose({ ...well, domains: [{ bridge: 'br1', mayHaveRouter, guests }] }).filter(({ code }) => code === 'guests-apart');
  expect(found?.cause).toEqual(
    said ? expect.stringContaining('vm0 (10.10.101.251) and vm1 (192.168.101.252)'.split(' and ')[0]!) : undefined,
  );
  if (said) expect(found).toMatchObject({ verdict: 'warning', object: 'bridge br1', params: { one: 'vm0', other: 'vm1' } });
});

test.each([
  ['in another bridge', { master: 'br9' }, 'has vnet1 in br9'],
  ['in none', {}, 'has vnet1 in no bridge at all'],
])('D10: a table says what the kernel does not: the wire is %s', (_, where, said) => {
  const [found] = diagnose({ ...well, astray: [{ guest: 'vm2', link: 'vnet1', bridge: 'brvlan20', ...where }] });
  expect(found).toMatchObject({ code: 'port-astray', verdict: 'problem', cause: expect.stringContaining(said) as string });
});

test('S019: a network that hands over the card with the default route is warned about', () => {
  const [found] = diagnose({ ...well, given: [{ network: 'direct', card: 'eth0' }] });
  expect(found).toMatchObject({ code: 'card-given-away', verdict: 'warning', object: 'network direct' });
  expect(found?.fix).toContain('viaduct bridge create br0 --port eth0');
});

describe('the doctor', () => {
  const rows: { name: string; health: Partial<HostHealth>; codes: FindingCode[]; remedy?: boolean }[] = [
    {
      name: 'S074: tells a module that is not loaded from switches that are off',
      health: {},
      codes: ['bridge-filter-absent'],
      remedy: true,
    },
    {
      name: 'S074: has nothing to mend where the switches will be off when it is',
      health: written('6.1.0'),
      codes: ['bridge-filter-absent'],
      remedy: false,
    },
    { name: 'S071: finds switches that are on', health: { switches: on }, codes: ['bridge-filter-on'], remedy: true },
    { name: 'S071: and those that are off only for now', health: { switches: off }, codes: ['bridge-filter-forgotten'], remedy: true },
    {
      name: 'and those that are off for good',
      health: { switches: off, ...written('6.1.0') },
      codes: ['bridge-filter-off'],
      remedy: false,
    },
    {
      name: 'S073: takes a module that is loaded with the host for a file that is read in time',
      health: { switches: off, settings: written('6.1.0').settings, modulesAtStart: ['br_netfilter'] },
      codes: ['bridge-filter-off'],
      remedy: false,
    },
    {
      name: 'S072: finds a file that is read before there is a switch',
      health: { switches: on, settings: written('6.1.0').settings },
      codes: ['bridge-filter-on', 'bridge-filter-too-early'],
      remedy: true,
    },
    {
      name: 'D07: finds a rule for the module of old kernels',
      health: { switches: on, ...written('3.10.0-1160.el7') },
      codes: ['bridge-filter-on', 'bridge-filter-wrong-module', 'bridge-filter-too-early'],
      remedy: true,
    },
    {
      name: 'D07: and a rule for the module of new kernels on an old one',
      health: { release: '3.10.0-1160.el7', switches: on, ...written('6.1.0') },
      codes: ['bridge-filter-on', 'bridge-filter-wrong-module', 'bridge-filter-too-early'],
      remedy: true,
    },
    { name: 'S075: names what drops', health: { switches: on, filters: [dropping] }, codes: ['bridge-filter-drops'], remedy: true },
    {
      name: 'S076: offers both ways beside Docker',
      health: { switches: on, bridges: [...well.bridges, { name: 'docker0', owner: 'docker', filters: [], guests: 1, subnets: [] }] },
      codes: ['bridge-filter-on', 'bridge-filter-docker'],
      remedy: true,
    },
    {
      name: 'leaves the switches to Kubernetes',
      health: { switches: on, bridges: [...well.bridges, { name: 'cni0', owner: 'kubernetes', filters: [], guests: 1, subnets: [] }] },
      codes: ['bridge-filter-on', 'bridge-filter-kubernetes'],
      remedy: false,
    },
    {
      name: 'sees that somebody has turned them on again',
      health: { switches: on, ...written('6.1.0'), off: { module: 'br_netfilter', before: on, kept: [] } },
      codes: ['bridge-filter-on', 'bridge-filter-undone'],
      remedy: true,
    },
  ];
  for (const { name, health, codes, remedy } of rows) {
    test(name, () => {
      const found = diagnose({ ...well, ...health }).filter(({ check }) => check === 'bridge-filter');
      expect(found.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
      expect(found.some((one) => one.remedy !== undefined)).toBe(remedy);
      for (const { cause, fix = '' } of found) expect(`${cause} ${fix}`).not.toContain('{{');
    });
  }

  test('S115: names the first thing that stands in the way out', () => {
    const cause = (more: Partial<HostHealth>) => diagnose({ ...well, ...more }).find(({ check }) => check === 'way-out');
    expect(cause({})).toMatchObject({ code: 'way-out-well', verdict: 'ok' });
    expect(cause({ uplinks: [] })).toMatchObject({ code: 'way-out-none', verdict: 'problem', object: 'network default' });
    expect(cause({ uplinks: [{ ...well.uplinks[0]!, carrier: false }] })).toMatchObject({ code: 'way-out-unplugged' });
    expect(cause({ uplinks: [{ ...well.uplinks[0]!, up: false }] })).toMatchObject({ code: 'way-out-down' });
    expect(cause({ filters: [dropping] })).toMatchObject({
      code: 'way-out-dropped',
      fix: 'Accept it there: iptables -I FORWARD -i virbr0 -o eth0 -j ACCEPT',
    });
    expect(cause({ networks: [{ ...well.networks[0]!, uplink: 'enp9s0' }] })).toMatchObject({ code: 'way-out-missing' });
  });

  test('tells the worst first', () => {
    const verdictsFound = diagnose({ ...well, uplinks: [], switches: off }).map(({ verdict }) => verdict);
    expect(verdictsFound).toEqual(['problem', 'warning', 'ok', 'ok']);
  });
});

test('S073: the module has the name that fits the running kernel', () => {
  for (const [release, module] of [
    ['3.17.8', 'bridge'],
    ['3.18.0', 'br_netfilter'],
    ['2.6.32-754.el6', 'bridge'],
    ['6.18.44-fc', 'br_netfilter'],
  ] as const)
    expect(bridgeFilterModule(release)).toBe(module);
});

test("S076: Docker's bridges keep their filter, by a rule of udev for those that come later", () => {
  const objects = bridgeFilterObjects({
    module: 'br_netfilter',
    before: { iptables: '1' },
    kept: [{ bridge: ifName('docker0'), before: [] }],
  });
  expect(objects.filter(({ kind }) => kind === 'sysctl' || kind === 'bridge-filter')).toEqual([
    { kind: 'bridge-filter', bridge: 'docker0', calls: ['iptables', 'ip6tables', 'arptables'], before: [] },
    { kind: 'sysctl', key: 'net.bridge.bridge-nf-call-iptables', value: '0', shared: false, before: '1' },
  ]);
  expect(objects.flatMap((object) => (object.kind === 'setting-file' ? [object.text] : [])).join('')).toContain(
    'KERNEL=="docker[0-9]*|docker_gwbridge|br-????????????", ATTR{bridge/nf_call_iptables}="1"',
  );
});

test('files are read as their own programs read them', () => {
  const file = (path: string, text: string) => ({ path, text });
  expect(
    readingOrder(
      [
        file('/etc/sysctl.d/90-a.conf', ''),
        file('/etc/sysctl.d/README', ''),
        file('/usr/lib/sysctl.d/90-a.conf', ''),
        file('/usr/lib/sysctl.d/10-b.conf', ''),
      ],
      '.conf',
    ).map(({ path }) => path),
  ).toEqual(['/usr/lib/sysctl.d/10-b.conf', '/etc/sysctl.d/90-a.conf']);
  expect(parseSysctlFile(file('a', '# x=1\n; y=2\n\nnet/ipv4/ip_forward=1\n-net.bridge.bridge-nf-call-iptables = 0 \n-net.x\n'))).toEqual([
    { key: 'net.ipv4.ip_forward', value: '1', file: 'a', line: 4 },
    { key: 'net.bridge.bridge-nf-call-iptables', value: '0', file: 'a', line: 5 },
  ]);
  expect(
    parseUdevFile(
      file(
        'b',
        '# ACTION=="add", SUBSYSTEM=="module", RUN+="x"\nACTION=="add", SUBSYSTEM=="net", KERNEL=="eth0", RUN+="y"\n\nACTION=="add", \\\n  SUBSYSTEM=="module", KERNEL=="bridge|br_netfilter", RUN+="/sbin/sysctl -p a", RUN{program}+="z"\n',
      ),
    ),
  ).toEqual([{ modules: ['bridge', 'br_netfilter'], runs: ['/sbin/sysctl -p a', 'z'], file: 'b', line: 4 }]);
  expect(parseModulesFile(file('c', '# comment\nbr-netfilter\nkvm\n'))).toEqual(['br_netfilter', 'kvm']);
});

test('who keeps a place for rules of administrators gets them there', () => {
  const table = (more: Partial<FilterTable>, ...chains: string[]): FilterTable => ({
    ...dropping,
    ...more,
    chains: new Map(chains.map((name) => [name, { name, rules: [] }])),
  });
  const command = (of: FilterTable) => acceptCommand({ table: of, chain: 'f' }, 'a', 'b');
  expect(command(table({}, 'DOCKER-USER'))).toBe('iptables -I DOCKER-USER -i a -o b -j ACCEPT');
  expect(command(table({ tool: 'iptables-legacy', family: 'ip6' }))).toBe('ip6tables-legacy -I FORWARD -i a -o b -j ACCEPT');
  expect(command(table({}, 'ufw-user-forward'))).toBe('ufw route allow in on a out on b');
  expect(command(table({ tool: 'nft', name: 'firewalld', family: 'inet' }))).toContain(
    'firewall-cmd --permanent --zone=trusted --add-interface=a',
  );
  expect(command(table({ tool: 'nft', name: 't', family: 'inet' }))).toBe('nft insert rule inet t f iifname a oifname b accept');
});

test('both languages say every finding, with the same values and in the same order', () => {
  const shape = (texts: (typeof findingTexts)[FindingCode]) => ({
    cause: texts.cause.map((text) => placeholders(text).toSorted()),
    fix: texts.fix?.map((text) => placeholders(text).toSorted()),
  });
  for (const [code, texts] of Object.entries(findingTexts))
    expect({ code, ...shape(findingsZhCN[code as FindingCode]) }).toEqual({ code, ...shape(texts) });
});
