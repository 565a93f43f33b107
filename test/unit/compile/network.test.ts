import { describe, expect, test } from 'vitest';
import { compileNetworks, compileScope, compileWires, namesIn } from '../../../src/compile/catalog.ts';
import { forwardDelay } from '../../../src/compile/linux/bridge.ts';
import { compileNetwork } from '../../../src/compile/network.ts';
import { supports } from '../../../src/compile/supports.ts';
import { emptyCatalog } from '../../../src/model/catalog.ts';
import type { Catalog, NetworkEntry } from '../../../src/model/catalog.ts';
import type { HostFacts } from '../../../src/model/facts.ts';
import type { DnsmasqObject, HostObject, HostState } from '../../../src/model/host-state.ts';
import type { Forward, Network } from '../../../src/model/network.ts';
import type { Port } from '../../../src/model/port.ts';
import type { Uuid } from '../../../src/model/units.ts';
import { facts, ifName, ipv4, ipv6, mac, nat, network, range, uuid } from './networks.ts';

function objectsOf(more: Partial<Network>, ports: readonly Port[] = [], guests: string[] = []): HostObject[] {
  return [...compileNetwork({ network: network(more), ports, guests: guests.map(ifName) }, facts).values()];
}

function keysOf(more: Partial<Network>, ports: readonly Port[] = [], guests: string[] = []): string[] {
  return [...compileNetwork({ network: network(more), ports, guests: guests.map(ifName) }, facts).keys()];
}

function port(more: Partial<Port>): Port {
  return {
    uuid: uuid(100),
    network: uuid(1),
    owner: { name: 'vm', uuid: uuid(200) },
    mac: mac(0x21),
    plug: { type: 'network', bridge: 'virbr7' },
    ...more,
  };
}

function disableIpv6(more: Partial<Network>): HostObject | undefined {
  return objectsOf(more).find((object) => object.kind === 'sysctl' && object.key.endsWith('disable_ipv6'));
}

function digests(more: Partial<Network>): DnsmasqObject | undefined {
  return objectsOf({ forward: nat, ...more }).find((object) => object.kind === 'dnsmasq');
}

function entry(live?: Network, more: Partial<NetworkEntry> = {}): NetworkEntry {
  return { ...(live && { live }), autostart: false, guests: [], ...more };
}

function catalog(entries: readonly [Uuid, NetworkEntry][], ports: readonly Port[] = []): Catalog {
  return { ...emptyCatalog, networks: new Map(entries), ports: new Map(ports.map((each) => [each.uuid, each])) };
}

const switches = ['disable_ipv6', 'accept_ra', 'autoconf'].map((name) => `sysctl/net.ipv6.conf.virbr7.${name}`);
const services = ['conf', 'hosts', 'addnhosts', 'servers'].map((name) => `file/dnsmasq/virbr7.${name}`).concat('dnsmasq/virbr7');
const pool = { interfaces: ['eth0'], addresses: [] };

const cases: { name: string; network: Partial<Network>; want: string[] }[] = [
  { name: 'very isolated is a bridge without an address', network: {}, want: ['bridge/virbr7', ...switches, 'nft-network/virbr7'] },
  {
    name: 'isolated answers guests but forwards nothing',
    network: { ips: [ipv4([range])] },
    want: ['bridge/virbr7', ...switches, 'nft-network/virbr7', 'address/virbr7/192.168.77.1/24', ...services],
  },
  {
    name: 'nat forwards the families it has',
    network: { forward: nat, ips: [ipv4(), ipv6()] },
    want: [
      'bridge/virbr7',
      ...switches,
      'nft-network/virbr7',
      'address/virbr7/192.168.77.1/24',
      'address/virbr7/2001:db8:77::1/64',
      'sysctl/net.ipv4.ip_forward',
      'sysctl/net.ipv6.conf.all.forwarding',
      ...services,
    ],
  },
  {
    name: 'open has no rules of ours',
    network: { forward: { mode: 'open' }, ips: [ipv4()] },
    want: ['bridge/virbr7', ...switches, 'address/virbr7/192.168.77.1/24', 'sysctl/net.ipv4.ip_forward', ...services],
  },
  {
    name: 'route with static routes and shaping',
    network: {
      forward: { mode: 'route' },
      ips: [ipv4()],
      routes: [{ address: '10.9.0.0', netmask: '255.255.0.0', gateway: '192.168.77.2' }],
      bandwidth: { inbound: { average: 1000 } },
    },
    want: [
      'bridge/virbr7',
      ...switches,
      'nft-network/virbr7',
      'address/virbr7/192.168.77.1/24',
      'route/10.9.0.0/16/virbr7/1',
      'sysctl/net.ipv4.ip_forward',
      ...services,
      'bandwidth/virbr7',
    ],
  },
  { name: "bridge leaves the host's bridge alone", network: { forward: { mode: 'bridge', ...pool }, bridge: { name: 'br0' } }, want: [] },
  {
    name: "bridge may shape the host's bridge",
    network: { forward: { mode: 'bridge', ...pool }, bridge: { name: 'br0' }, bandwidth: { outbound: { average: 1 } } },
    want: ['bandwidth/br0'],
  },
  ...(['private', 'vepa', 'passthrough', 'hostdev'] as const).map((mode) => {
    const forward: Forward = { mode, ...pool };
    return { name: `${mode} owns nothing of the host`, network: { forward, bridge: undefined }, want: [] };
  }),
];

for (const { name, network: more, want } of cases) {
  test(`compileNetwork: ${name}`, () => {
    expect(keysOf(more)).toEqual(want);
  });
}

test.each([
  [0, true, 200],
  [5, true, 500],
  [31, true, 3000],
  [0, false, 0],
  [3, false, 300],
])('a forward delay of %d s with STP %s reads back as %d', (delay, stp, want) => {
  expect(forwardDelay(delay, stp)).toBe(want);
});

test('the bridge is what the definition says, with libvirt defaults', () => {
  expect(objectsOf({ mtu: 9000, bridge: { name: 'virbr7', stp: false, delay: 4, macTableManager: 'libvirt' } })[0]).toEqual({
    kind: 'bridge',
    name: 'virbr7',
    mac: mac(7),
    mtu: 9000,
    stp: false,
    forwardDelay: 400,
    vlanFiltering: true,
    up: true,
  });
});

test("dots of a bridge's name are no separators of a switch's name", () => {
  expect(keysOf({ bridge: { name: 'br.10' } })).toContain('sysctl/net.ipv6.conf.br/10.autoconf');
});

test('IPv6 is off on the bridge of a network without an IPv6 address', () => {
  expect(disableIpv6({ ips: [ipv4()] })).toMatchObject({ value: '1' });
  expect(disableIpv6({ ips: [ipv6()] })).toMatchObject({ value: '0' });
});

describe('ports', () => {
  test('a tap gets its place, the MTU of the network and an address the guest does not have', () => {
    const tap = port({ link: { kind: 'tap', name: ifName('vnet0'), uid: 1000 }, isolated: true, bandwidth: { inbound: { average: 5 } } });
    const objects = objectsOf({ mtu: 1400 }, [tap]).slice(-3);
    expect(objects).toEqual([
      { kind: 'tap', name: 'vnet0', mac: 'fe:54:00:00:00:21', mtu: 1400, uid: 1000, multiQueue: false, vnetHeader: true, up: true },
      { kind: 'bridge-port', link: 'vnet0', bridge: 'virbr7', isolated: true, hairpin: false, claim: 'owned' },
      { kind: 'bandwidth', link: 'vnet0', inbound: { average: 5 } },
    ]);
  });

  test('a veth carries the MAC at its inner end', () => {
    const veth = port({ link: { kind: 'veth', name: ifName('veth0'), netns: 'guest', inside: ifName('eth0') } });
    expect(objectsOf({ portIsolated: true }, [veth]).slice(-2)).toEqual([
      { kind: 'veth', name: 'veth0', netns: 'guest', inside: 'eth0', mac: mac(0x21), up: true },
      { kind: 'bridge-port', link: 'veth0', bridge: 'virbr7', isolated: true, hairpin: false, claim: 'owned' },
    ]);
  });

  test('a macvtap sits on its lower link and on no bridge', () => {
    const macvtap = port({
      plug: { type: 'direct', dev: 'eth0', mode: 'vepa' },
      link: { kind: 'macvtap', name: ifName('macvtap0'), lower: ifName('eth0'), mode: 'vepa' },
    });
    expect(keysOf({ forward: { mode: 'vepa', ...pool } }, [macvtap])).toEqual(['macvtap/macvtap0']);
  });

  test('a port whose wire a client makes owns nothing, but its address is held for it', () => {
    const objects = objectsOf({ forward: nat, ips: [ipv4([range])] }, [port({ address: '192.168.77.12' })]);
    expect(objects.find((object) => object.kind === 'file' && object.path.endsWith('.hosts'))).toMatchObject({
      text: '52:54:00:00:00:21,192.168.77.12\n',
    });
    expect(objects.filter(({ kind }) => kind === 'tap' || kind === 'bridge-port')).toEqual([]);
  });

  test('links of hypervisors are remembered as guests', () => {
    expect(objectsOf({}, [], ['vnet5']).at(-1)).toEqual({
      kind: 'bridge-port',
      link: 'vnet5',
      bridge: 'virbr7',
      isolated: false,
      hairpin: false,
      claim: 'guest',
    });
  });
});

describe('dnsmasq', () => {
  const one = digests({ ips: [ipv4([range], [{ mac: mac(1), ip: '192.168.77.11' }])] });

  test('a further reservation is a reload', () => {
    const two = digests({
      ips: [
        ipv4(
          [range],
          [
            { mac: mac(1), ip: '192.168.77.11' },
            { mac: mac(2), ip: '192.168.77.12' },
          ],
        ),
      ],
    });
    expect(two?.restartOn).toBe(one?.restartOn);
    expect(two?.reloadOn).not.toBe(one?.reloadOn);
  });

  test('another range is a restart', () => {
    const other = digests({ ips: [ipv4([{ ...range, end: '192.168.77.99' }], [{ mac: mac(1), ip: '192.168.77.11' }])] });
    expect(other?.restartOn).not.toBe(one?.restartOn);
    expect(other?.reloadOn).toBe(one?.reloadOn);
  });
});

test('a bridge name the kernel would refuse is refused with its words', () => {
  expect(() => keysOf({ bridge: { name: 'a-name-that-is-too-long' } })).toThrow(
    'error creating bridge interface a-name-that-is-too-long: Numerical result out of range',
  );
});

test.each<[string, Partial<Network>, string]>([
  ['macTableManager', { bridge: { name: 'virbr7', macTableManager: 'libvirt' } }, 'CONFIG_BRIDGE_VLAN_FILTERING'],
  ['a VLAN on a Linux bridge', { forward: { mode: 'bridge', ...pool }, vlan: { tags: [{ id: 5 }] } }, 'CONFIG_BRIDGE_VLAN_FILTERING'],
  ['IPv6', { ips: [ipv6()] }, 'CONFIG_IPV6'],
  ['outbound limits', { bandwidth: { outbound: { average: 1 } } }, 'CONFIG_IFB'],
])('supports: %s is refused by naming what the kernel lacks', (_, more, option) => {
  const bare: HostFacts = { ...facts, kernel: { ...facts.kernel, ipv6: false, ifb: false } };
  expect(supports(network(more), bare).map(({ code, message }) => `${code}: ${message}`)).toEqual([
    expect.stringMatching(`^kernel-lacks: .*${option}`),
  ]);
  const whole: HostFacts = { ...facts, kernel: { ...facts.kernel, vlanFiltering: true } };
  expect(supports(network(more), whole)).toEqual([]);
});

describe('compileScope', () => {
  const blue = network({ forward: nat, ips: [ipv4()] });
  const red = network({ uuid: uuid(2), name: 'red', bridge: { name: 'virbr8' } });
  const both = catalog([
    [blue.uuid, entry(blue)],
    [red.uuid, entry(red)],
  ]);

  test('a network that stays is not looked at', () => {
    const { before, after } = compileScope(catalog([[red.uuid, entry(red)]]), both, facts);
    expect([...before.keys()]).toEqual([]);
    expect(after.has('bridge/virbr7')).toBe(true);
    expect(after.has('bridge/virbr8')).toBe(false);
  });

  test('an edit of what is only defined touches nothing', () => {
    const edited = catalog([
      [blue.uuid, entry(blue, { config: red, autostart: true })],
      [red.uuid, entry(red)],
    ]);
    expect(compileScope(both, edited, facts)).toEqual({ before: new Map(), after: new Map() });
  });

  test('a stopped network is in scope before and not after', () => {
    const { before, after } = compileScope(
      both,
      catalog([
        [blue.uuid, entry(blue)],
        [red.uuid, entry(undefined, { config: red })],
      ]),
      facts,
    );
    expect(before.has('bridge/virbr8')).toBe(true);
    expect(after.size).toBe(0);
  });

  test('a new port and a new guest bring their network into scope', () => {
    const tap = port({ link: { kind: 'tap', name: ifName('vnet0') } });
    const plugged = catalog([...both.networks], [tap]);
    expect(compileScope(both, plugged, facts).before.has('tap/vnet0')).toBe(false);
    expect(compileScope(both, plugged, facts).after.has('tap/vnet0')).toBe(true);
    const adopted = catalog([
      [blue.uuid, entry(blue)],
      [red.uuid, entry(red, { guests: [ifName('vnet9')] })],
    ]);
    expect(compileScope(both, adopted, facts).after.has('bridge-port/vnet9')).toBe(true);
  });

  const wire = (number: number) =>
    port({ uuid: uuid(100 + number), mac: mac(number), link: { kind: 'tap', name: ifName(`vnet${number}`) } });
  const wires = (state: HostState) => [...state.keys()].filter((key) => key.includes('vnet'));

  test('of many ports only the one that comes, goes or changes is in scope', () => {
    const many = [1, 2, 3].map(wire);
    const [few, all] = [catalog([...both.networks], many.slice(1)), catalog([...both.networks], many)];
    const keys = ['tap/vnet1', 'bridge-port/vnet1'];
    expect(wires(compileScope(few, all, facts).before)).toEqual([]);
    expect(wires(compileScope(few, all, facts).after)).toEqual(keys);
    expect(wires(compileScope(all, few, facts).before)).toEqual(keys);
    const down = catalog([...both.networks], [{ ...wire(1), down: true }, ...many.slice(1)]);
    const { before, after } = compileScope(all, down, facts);
    expect([wires(before), wires(after)]).toEqual([keys, keys]);
    expect([before.get('tap/vnet1'), after.get('tap/vnet1')]).toMatchObject([{ up: true }, { up: false }]);
  });

  test('with a network that changes all its ports are in scope', () => {
    const bigger = catalog([[blue.uuid, entry({ ...blue, mtu: 9000 })]], [1, 2].map(wire));
    const { after } = compileScope(catalog([[blue.uuid, entry(blue)]], [1, 2].map(wire)), bigger, facts);
    expect(wires(after)).toEqual(['tap/vnet1', 'bridge-port/vnet1', 'tap/vnet2', 'bridge-port/vnet2']);
  });

  test('a look at some wires is at nothing else, and at a guest of another program like at a port of ours', () => {
    const guest = catalog([[blue.uuid, entry(blue, { guests: [ifName('vnet9')] })]], [1, 2].map(wire));
    const looked = compileWires(guest, [blue.uuid], new Set(['vnet2', 'vnet9']), facts);
    expect([...looked.keys()].toSorted()).toEqual(['bridge-port/vnet2', 'bridge-port/vnet9', 'tap/vnet2']);
    expect(looked.get('tap/vnet2')).toEqual(compileNetworks(guest, [blue.uuid], facts).get('tap/vnet2'));
  });

  test('a bridge is known by its network, also after that has stopped', () => {
    const { network: nameOf } = namesIn(catalog([[blue.uuid, entry(blue)]]), both);
    expect([nameOf('virbr7'), nameOf('virbr8'), nameOf('virbr9')]).toEqual(['blue', 'red', undefined]);
  });

  test('an unchanged network is compiled once', () => {
    const first = compileNetworks(both, [blue.uuid], facts).get('nft-network/virbr7');
    expect(compileNetworks(both, [blue.uuid], facts).get('nft-network/virbr7')).toBe(first);
  });
});

describe('names for programs of the host', () => {
  const withDomain = (domain: Network['domain'], more: Partial<Network> = {}) =>
    network({ forward: nat, ips: [ipv6(), ipv4()], ...(domain && { domain }), ...more });
  const namesOf = (one: Network, resolved = true) =>
    compileNetwork({ network: one, ports: [], guests: [] }, { ...facts, ...(resolved && { resolved }) }).get('names/virbr7');

  test('systemd-resolved is told the domain and the bridge’s address, where it runs', () => {
    expect(namesOf(withDomain({ name: 'Lab.' }))).toEqual({ kind: 'names', link: 'virbr7', domain: 'lab', server: '192.168.77.1' });
    expect(namesOf(withDomain({ name: 'lab' }), false)).toBeUndefined();
  });

  test('networks without a domain, without DNS, or that say register=no keep their names to themselves', () => {
    expect(namesOf(withDomain(undefined))).toBeUndefined();
    expect(namesOf(withDomain({ name: 'lab', register: false }))).toBeUndefined();
    expect(namesOf(withDomain({ name: 'lab' }, { dns: { enable: false, forwarders: [], hosts: [], txts: [], srvs: [] } }))).toBeUndefined();
    expect(namesOf(withDomain({ name: 'lab' }, { ips: [] }))).toBeUndefined();
  });
});
