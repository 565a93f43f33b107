import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change, HostObject } from '../../src/model/host-state.ts';
import { keyOf } from '../../src/model/host-state.ts';
import type { ViaductError } from '../../src/model/errors.ts';
import { nftChainNames } from '../../src/model/nft-skeleton.ts';
import type { NftNetwork } from '../../src/model/nft.ts';
import type { IfName } from '../../src/model/units.ts';
import { bridge, create, enterNewNetns, mac, name, namedNetns, perform, remove, sh, temporarySystem, update } from './system-space.ts';

enterNewNetns();
let system: Awaited<ReturnType<typeof temporarySystem>>;
let guest: ReturnType<typeof namedNetns>;

beforeAll(async () => {
  system = await temporarySystem();
  guest = namedNetns('guest');
});
afterAll(async () => {
  guest[Symbol.dispose]();
  await system[Symbol.asyncDispose]();
});

/** The first error of these changes. */
async function refused(...changes: Change[]): Promise<ViaductError> {
  const error = (await system.perform(changes)).find((result) => result !== undefined);
  expect(error).toMatchObject({ name: 'ViaductError' });
  // oxlint-disable-next-line no-unsafe-type-assertion -- just checked
  return error as ViaductError;
}

async function observed(object: HostObject): Promise<HostObject | undefined> {
  return (await system.observe([object])).get(keyOf(object));
}

/** One chain and one element are enough to be found again. */
function rulesOf(bridgeName: IfName): NftNetwork {
  const { from } = nftChainNames(bridgeName);
  return {
    chains: [{ name: from, rules: [{ matches: [], counted: true, verdict: { kind: 'accept' } }] }],
    elements: [{ into: 'from_guests', key: [bridgeName], jump: from }],
  };
}

// Each stands on those before it; removed in the opposite order.
const objects = (netns: string): HostObject[] => [
  bridge('br0', { mac: mac('52:54:00:00:00:01'), mtu: 1400 }),
  bridge('br1', { stp: true, forwardDelay: 400 }),
  { kind: 'tap', name: name('tap0'), mac: mac('fe:54:00:00:00:02'), uid: 1234, gid: 99, multiQueue: true, vnetHeader: true },
  { kind: 'tap', name: name('tap1'), mtu: 1300, multiQueue: false, vnetHeader: false },
  { kind: 'veth', name: name('veth0'), netns, inside: name('eth0'), mac: mac('52:54:00:00:00:03'), mtu: 1400 },
  { kind: 'macvtap', name: name('mvt0'), lower: name('br1'), mode: 'bridge', mac: mac('52:54:00:00:00:04') },
  { kind: 'macvtap', name: name('mvt1'), lower: name('tap1'), mode: 'vepa', mac: mac('52:54:00:00:00:05') },
  { kind: 'bridge-port', link: name('tap0'), bridge: name('br0'), isolated: true, claim: 'owned' },
  { kind: 'bridge-port', link: name('veth0'), bridge: name('br0'), isolated: false, claim: 'owned' },
  { kind: 'address', link: name('br0'), address: '192.168.150.1', prefix: 24 },
  { kind: 'address', link: name('br0'), address: '2001:db8:150::1', prefix: 64 },
  { kind: 'address', link: name('br1'), address: '10.9.9.9', prefix: 32 },
  { kind: 'route', destination: '10.150.0.0/16', gateway: '192.168.150.7', link: name('br0'), metric: 3 },
  { kind: 'route', destination: '2001:db8:151::/48', gateway: '2001:db8:150::7', link: name('br0'), metric: 1 },
  { kind: 'bandwidth', link: name('br0'), inbound: { average: 1000, peak: 4000, burst: 512 }, outbound: { average: 2000, burst: 64 } },
  { kind: 'bandwidth', link: name('tap0'), inbound: { average: 5_000_000 } },
  { kind: 'bandwidth', link: name('veth0'), outbound: { average: 300 } },
  { kind: 'nft-network', bridge: name('br0'), rules: rulesOf(name('br0')) },
  { kind: 'file', path: 'dnsmasq/br0.conf', text: 'strict-order\n# größer\n' },
];

describe('every kind of object is made, found again as it was wanted, made again without harm, and removed', () => {
  test('create, observe, create again, delete, delete again', async () => {
    const all = objects(guest.name);
    for (const object of all) {
      expect(await observed(object), `before: ${keyOf(object)}`).toBeUndefined();
      await perform(system, create(object));
      expect(await observed(object), keyOf(object)).toEqual(object);
      await perform(system, create(object));
      expect(await observed(object), `again: ${keyOf(object)}`).toEqual(object);
    }
    expect([...(await system.observe(all)).values()]).toEqual(all);
    for (const object of all.toReversed()) {
      await perform(system, remove(object));
      expect(await observed(object), `after: ${keyOf(object)}`).toBeUndefined();
      await perform(system, remove(object));
    }
    expect(sh('ip -br link').trim().split('\n')).toHaveLength(1);
  });
});

describe('what is there and is not ours', () => {
  test('is named and left as it was, whatever it is', async () => {
    sh('ip link add foreign type bridge && ip addr add 10.66.0.1/24 dev foreign && ip link set foreign up');
    const before = sh('ip -o addr show dev foreign; ip -o link show dev foreign');
    const wanted: [HostObject, RegExp][] = [
      [bridge('foreign'), /^error creating bridge interface foreign: File exists$/],
      [{ kind: 'tap', name: name('foreign'), multiQueue: false, vnetHeader: false }, /^Unable to create tap device foreign: File exists$/],
      [
        { kind: 'veth', name: name('foreign'), netns: guest.name, inside: name('e9'), mac: mac('52:54:00:00:00:09') },
        /^Failed to create veth device pair foreign: File exists$/,
      ],
      [
        { kind: 'macvtap', name: name('foreign'), lower: name('lo'), mode: 'bridge', mac: mac('52:54:00:00:00:09') },
        /^error creating macvtap interface foreign@lo/,
      ],
    ];
    for (const [object, message] of wanted) {
      const error = await refused(create(object));
      expect([error.code, error.params]).toEqual(['name-in-use', { link: 'foreign', holder: 'bridge' }]);
      expect(error.message).toMatch(message);
      expect(error.hint).toMatch(/^foreign is a bridge interface that Viaduct did not create/);
    }
    expect(sh('ip -o addr show dev foreign; ip -o link show dev foreign')).toBe(before);
    sh('ip link delete foreign');
  });

  test('is told from ours by kind: a tap of ours is not made a bridge', async () => {
    const other: HostObject = { kind: 'tap', name: name('t0'), multiQueue: false, vnetHeader: false };
    await perform(system, create(other));
    expect((await refused(create(bridge('t0')))).code).toBe('name-in-use');
    expect(await observed(bridge('t0'))).toBeUndefined();
    await perform(system, remove(other));
  });
});

describe('a bridge', () => {
  test('goes from any shape into any other', async () => {
    const shapes = [
      bridge('bb', { stp: true, forwardDelay: 200 }),
      bridge('bb', { stp: false, forwardDelay: 0, mtu: 1280 }),
      bridge('bb', { stp: true, forwardDelay: 3000, mac: mac('52:54:00:aa:bb:cc') }),
      bridge('bb', { stp: false, forwardDelay: 1500 }),
    ];
    await perform(system, create(shapes[0]!));
    for (const from of shapes) {
      for (const to of shapes) {
        await perform(system, update(from, to));
        expect(await observed(to)).toEqual(to);
      }
    }
    await perform(system, remove(shapes[0]!));
  });

  test('that somebody took down is seen as down, and comes up by an update', async () => {
    await perform(system, create(bridge('bb')));
    sh('ip link set bb down');
    expect(await observed(bridge('bb'))).toEqual(bridge('bb', { up: false }));
    await perform(system, update(bridge('bb', { up: false }), bridge('bb')));
    expect(await observed(bridge('bb'))).toEqual(bridge('bb'));
    await perform(system, remove(bridge('bb')));
  });

  test('with VLAN filtering is refused by name where the kernel has none', async () => {
    if (system.facts().kernel.vlanFiltering) return;
    const error = await refused(create(bridge('bb', { vlanFiltering: true })));
    expect([error.code, error.message]).toEqual([
      'kernel-lacks',
      'error creating bridge interface bb: this kernel has no CONFIG_BRIDGE_VLAN_FILTERING',
    ]);
    expect(sh('ip -o link')).not.toContain(' bb:');
  });
});

function port(link: string, to: string, claim: 'owned' | 'guest'): HostObject {
  return { kind: 'bridge-port', link: name(link), bridge: name(to), isolated: false, claim };
}

describe('a port of a bridge', () => {
  test('of a guest is put where it belongs only when it is nowhere', async () => {
    await perform(system, create(bridge('ours')), create(bridge('other')));
    const wanted = port('vnet0', 'ours', 'guest');
    expect(await observed(wanted)).toBeUndefined();
    await perform(system, create(wanted));

    sh('ip tuntap add vnet0 mode tap && ip link set vnet0 master other');
    expect(await observed(wanted)).toEqual(port('vnet0', 'other', 'guest'));
    await perform(system, update(port('vnet0', 'other', 'guest'), wanted), remove(wanted));
    expect(await observed(wanted)).toEqual(port('vnet0', 'other', 'guest'));

    sh('ip link set vnet0 nomaster');
    const loose = await observed(wanted);
    expect(loose).toEqual({ ...wanted, bridge: '' });
    await perform(system, update(loose!, wanted));
    expect(await observed(wanted)).toEqual(wanted);
    await perform(system, update(wanted, loose!));
    expect(await observed(wanted)).toEqual(loose);
    sh('ip link delete vnet0');
    await perform(system, remove(bridge('ours')), remove(bridge('other')));
  });

  test('of ours whose link or bridge is missing names the missing one', async () => {
    expect((await refused(create(port('nope', 'nobr', 'owned')))).message).toBe(
      'Unable to add bridge nobr port nope: there is no interface nope',
    );
  });
});

function tap(uid?: number): HostObject {
  return { kind: 'tap', name: name('mine'), multiQueue: false, vnetHeader: true, ...(uid !== undefined && { uid }) };
}

test('a tap is made for its owner, and changes hands while nobody holds it', async () => {
  await perform(system, create(tap(61234)));
  expect(sh('ip -d link show mine')).toMatch(/tun type tap pi off vnet_hdr on persist on user 61234/);
  await perform(system, update(tap(61234), tap(61235)));
  expect(await observed(tap())).toEqual(tap(61235));
  await perform(system, remove(tap()));
});

test('a veth whose far end has left its namespace is seen as another, and made anew', async () => {
  const veth: HostObject = { kind: 'veth', name: name('v0'), netns: guest.name, inside: name('eth7'), mac: mac('52:54:00:00:00:17') };
  await perform(system, create(veth));
  expect(sh(`ip -n ${guest.name} -br link show eth7`)).toMatch(/UP\s+52:54:00:00:00:17/);
  using other = namedNetns('elsewhere');
  sh(`ip -n ${guest.name} link set eth7 netns ${other.name}`);
  expect(await observed(veth)).toEqual({ ...veth, netns: '' });
  await perform(system, update({ ...veth, netns: '' }, veth));
  expect(await observed(veth)).toEqual(veth);
  await perform(system, remove(veth));
});

test('a veth keeps its far end when it is renamed or resized: the guest keeps its card and its addresses', async () => {
  const veth: HostObject = {
    kind: 'veth',
    name: name('v0'),
    netns: guest.name,
    inside: name('eth7'),
    mac: mac('52:54:00:00:00:17'),
    mtu: 1500,
  };
  const inside = () => sh(`ip -n ${guest.name} -o link show eth8`);
  await perform(system, create(veth));
  sh(
    `ip -n ${guest.name} link set eth7 down; ip -n ${guest.name} link set eth7 name eth8 up; ip -n ${guest.name} address add 10.8.8.8/24 dev eth8`,
  );
  const index = inside().split(':')[0];
  expect(await observed(veth)).toEqual(veth);
  await perform(system, update(veth, { ...veth, mtu: 1400 }));
  expect(inside()).toContain('mtu 1400');
  expect(sh('ip -o link show v0')).toContain('mtu 1400');
  sh(`ip -n ${guest.name} link set eth8 address 52:54:00:00:00:18 mtu 1300`);
  const found = await observed(veth);
  expect(found).toEqual({ ...veth, mac: '52:54:00:00:00:18', mtu: 1400 });
  await perform(system, update(found!, veth));
  expect(inside()).toMatch(/mtu 1500[^]*52:54:00:00:00:17/);
  expect([inside().split(':')[0], sh(`ip -n ${guest.name} -4 -o address show dev eth8`)]).toEqual([
    index,
    expect.stringContaining('10.8.8.8/24'),
  ]);
  await perform(system, remove(veth));
});

test('an address that takes the place of another in its subnet stays when the other one goes', async () => {
  const first: HostObject = { kind: 'address', link: name('bb'), address: '10.1.7.1', prefix: 24 };
  const second: HostObject = { ...first, address: '10.1.7.254' };
  await perform(system, create(bridge('bb')), create(first), create(second), remove(first));
  expect([await observed(first), await observed(second)]).toEqual([undefined, second]);
  expect(sh('ip -4 route show dev bb')).toContain('10.1.7.0/24');
  expect(sh('sysctl -n net.ipv4.conf.bb.promote_secondaries')).toBe('0\n');
  await perform(system, remove(bridge('bb')));
});

test('a veth into a namespace that is not there says which', async () => {
  const veth: HostObject = { kind: 'veth', name: name('v0'), netns: 'no-such', inside: name('eth0'), mac: mac('52:54:00:00:00:17') };
  const error = await refused(create(veth));
  expect([error.message, error.hint]).toEqual([
    "Failed to create veth device pair v0: there is no network namespace 'no-such'",
    "Create it with 'ip netns add no-such'.",
  ]);
});

test('an address gets its broadcast, and no duplicate detection', async () => {
  await perform(system, create(bridge('bb')));
  await perform(system, create({ kind: 'address', link: name('bb'), address: '10.1.2.3', prefix: 22 }));
  await perform(system, create({ kind: 'address', link: name('bb'), address: '2001:DB8:0::1', prefix: 64 }));
  expect(sh('ip -4 -o addr show dev bb')).toContain('10.1.2.3/22 brd 10.1.3.255');
  expect(sh('ip -6 -o addr show dev bb')).toMatch(/2001:db8::1\/64 scope global nodad/);
  expect(await observed({ kind: 'address', link: name('bb'), address: '2001:DB8:0::1', prefix: 64 })).toBeDefined();
  await perform(system, remove(bridge('bb')));
});

test('a switch of an interface with a dot in its name is found', async () => {
  await perform(system, create(bridge('br.0')));
  const sysctl: HostObject = { kind: 'sysctl', key: 'net.ipv6.conf.br/0.disable_ipv6', value: '1', shared: false };
  expect(await observed(sysctl)).toEqual({ ...sysctl, value: '0' });
  await perform(system, update({ ...sysctl, value: '0' }, sysctl));
  expect(readFileSync('/proc/sys/net/ipv6/conf/br.0/disable_ipv6', 'utf8')).toBe('1\n');
  await perform(system, remove(sysctl));
  expect(await observed(sysctl)).toEqual(sysctl);
  await perform(system, remove(bridge('br.0')));
  expect(await observed(sysctl)).toBeUndefined();
});

function file(text: string): HostObject {
  return { kind: 'file', path: 'deep/er/f', text };
}

test('a file is replaced as a whole, for everybody to read, and never outside the run folder', async () => {
  await perform(system, create(file('one')), update(file('one'), file('two')));
  expect(sh(`stat -c %a ${system.runDir}/deep/er/f; ls ${system.runDir}/deep/er`)).toBe('644\nf\n');
  expect(readFileSync(join(system.runDir, 'deep/er/f'), 'utf8')).toBe('two');
  const [error] = await system.perform([create({ kind: 'file', path: '../outside', text: '' })]);
  expect(error?.message).toContain('outside the run folder');
});

test('what fails stops the rest, unless it is to carry on', async () => {
  const three = [0, 1, 2].map((index) =>
    create({ kind: 'address', link: name(index === 1 ? 'nope' : 'lo'), address: `10.9.0.${index}`, prefix: 32 }),
  );
  expect((await system.perform(three)).map((error) => error?.message)).toEqual([
    undefined,
    'Failed to add IP address 10.9.0.1/32 to nope: there is no interface nope',
  ]);
  expect((await system.perform(three, { carryOn: true })).map((error) => error !== undefined)).toEqual([false, true, false]);
  sh('ip addr flush dev lo');
});

test('routes, links and neighbours of the host are read as they are', async () => {
  await perform(system, create(bridge('bb', { mac: mac('52:54:00:00:00:01') })));
  await perform(system, create({ kind: 'address', link: name('bb'), address: '10.1.2.1', prefix: 24 }));
  sh(
    'ip route add 10.4.0.0/16 via 10.1.2.9; ip route add default via 10.1.2.8; ip route add 10.5.0.0/16 dev bb table 77; ip neigh add 10.1.2.9 lladdr 52:54:00:00:00:99 dev bb nud permanent',
  );
  const destinations = (await system.routes()).filter(({ link }) => link === 'bb').map(({ destination }) => destination);
  expect(destinations.filter((text) => text.includes('.')).toSorted()).toEqual(['0.0.0.0/0', '10.1.2.0/24', '10.4.0.0/16', '10.5.0.0/16']);
  expect(await system.linkNames()).toEqual(new Set(['lo', 'bb']));
  expect(['lo', 'bb', 'b', 'bbb', '', 'bb'.padEnd(16, 'b')].map((text) => system.hasLink(text))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(await system.neighbours(name('bb'))).toEqual([{ address: '10.1.2.9', mac: '52:54:00:00:00:99', reachable: true }]);
  sh('ip tuntap add p0 mode tap && ip link set p0 master bb up && bridge fdb add 52:54:00:00:00:42 dev p0 master static');
  const facts = (await system.links()).find((link) => link.name === 'bb');
  expect(facts).toMatchObject({
    type: 'bridge',
    up: true,
    mac: '52:54:00:00:00:01',
    bridge: { id: '8000.525400000001', stp: false },
    addresses: [{ address: '10.1.2.1', prefix: 24 }],
  });
  expect((await system.links()).find((link) => link.name === 'p0')).toMatchObject({
    type: 'tun',
    master: 'bb',
    bridgePort: { isolated: false },
  });
  expect((await system.fdb(name('bb'))).find((entry) => entry.mac === '52:54:00:00:00:42')).toMatchObject({ link: 'p0' });
  await system.setLinkUp(name('p0'), false);
  expect((await system.links()).find((link) => link.name === 'p0')?.up).toBe(false);
  sh('ip link delete p0; ip link delete bb');
});
