import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Input, OperationName } from '../../src/service/operation-types.ts';
import { testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(() => enterNewNetns());
beforeEach(async () => {
  // A card with two addresses, a default route with a metric, and a network behind a router.
  sh(`ip link add eth0 address 52:54:00:00:aa:01 type veth peer name far0; ip link set far0 up; ip link set eth0 up
      sysctl -qw net.ipv6.conf.eth0.accept_dad=0
      ip address add 192.0.2.10/24 dev eth0; ip address add 2001:db8::10/64 dev eth0 nodad
      ip route add default via 192.0.2.1 dev eth0 metric 100; ip route add 198.51.100.0/24 via 192.0.2.7 dev eth0
      ip link add eth1 address 52:54:00:00:aa:02 type veth peer name far1; ip link set far1 up; ip link set eth1 up`);
  daemon = await testDaemon();
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
  sh('for link in br0 br1 eth0 eth1; do ip link delete $link 2>/dev/null || true; done');
});

/** Addresses that somebody set, routes, and who is whose port. */
function picture(): string {
  return sh(
    'ip -br -o link | sed "s/@[^ ]*//" | grep -v UNKNOWN | sort; ip -br address show scope global | sed "s/@[^ ]*//" | sort; ip route | sed "s/ *$//;s/ proto static//" | sort; ip -6 route show default',
  );
}

async function refusal<Name extends OperationName>(name: Name, input: Input<Name>): Promise<string> {
  try {
    await daemon.run(name, input);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error(`${name} was not refused`);
}

const bridgeXml = (
  inside = "<interface type='ethernet' name='eth0'/>",
  protocol = "<protocol family='ipv4'><ip address='192.0.2.10' prefix='24'/><route gateway='192.0.2.1'/></protocol>",
) => `<interface type='bridge' name='br0'><start mode='onboot'/>${protocol}<bridge stp='off'>${inside}</bridge></interface>`;
const active = async (name: string) => (await daemon.run('interface.get', { interface: name })).active;

describe('a bridge over a card', () => {
  test('S083: is defined without being started, started, stopped and undefined', async () => {
    const before = picture();
    await daemon.run('interface.define', { xml: bridgeXml() });
    expect(picture()).toBe(before);
    expect(await daemon.run('interface.list', { inactive: true })).toContainEqual({ name: 'br0', mac: '', active: false });
    await daemon.run('interface.start', { interface: 'br0' });
    expect(await active('br0')).toBe(true);
    await daemon.run('interface.stop', { interface: 'br0' });
    expect(picture()).toBe(before);
    await daemon.run('interface.undefine', { interface: 'br0' });
    expect(await refusal('interface.get', { interface: 'br0' })).toMatch(/^interface-not-found/);
  });

  test("S004 S063: has the addresses and the card's MAC, and the card has none", async () => {
    await daemon.run('interface.define', {
      xml: bridgeXml(
        undefined,
        "<protocol family='ipv4'><ip address='192.0.2.10' prefix='24'/><ip address='192.0.2.11' prefix='24'/></protocol>",
      ),
    });
    await daemon.run('interface.start', { interface: 'br0' });
    expect(sh('ip -br address show dev eth0').trim().split(/\s+/).slice(2)).toEqual([]);
    expect(sh('ip -br address show dev br0 scope global')).toMatch(/192\.0\.2\.10\/24 192\.0\.2\.11\/24/);
    expect(sh('ip link show br0')).toContain('52:54:00:00:aa:01');
  });

  test('takes the routes along that its addresses reach, with their metrics', async () => {
    await daemon.run('interface.define', { xml: bridgeXml() });
    await daemon.run('interface.start', { interface: 'br0' });
    expect(sh('ip route')).toMatch(/default via 192\.0\.2\.1 dev br0 .*metric 100/);
    expect(sh('ip route')).toMatch(/198\.51\.100\.0\/24 via 192\.0\.2\.7 dev br0/);
    expect(sh('ip route')).not.toContain('eth0');
  });

  test('is made by one call from what the card has, and taken away by one', async () => {
    const before = picture();
    await daemon.run('interface.bridge', { interface: 'eth0', bridge: 'br0', stp: false });
    expect(sh('ip -br address show dev br0 scope global')).toMatch(/192\.0\.2\.10\/24 2001:db8::10\/64/);
    expect(await daemon.run('interface.unbridge', { bridge: 'br0' })).toEqual({ name: 'eth0', mac: '52:54:00:00:aa:01', active: true });
    expect(picture()).toBe(before);
    expect((await daemon.run('interface.xml', { interface: 'eth0', inactive: true })).xml).toContain(
      "<ip address='192.0.2.10' prefix='24'/>",
    );
  });

  test('can be made again over a card that is kept by Viaduct itself', async () => {
    await daemon.run('interface.bridge', { interface: 'eth0', bridge: 'br0', stp: false });
    await daemon.run('interface.unbridge', { bridge: 'br0' });
    const between = picture();
    await daemon.run('interface.bridge', { interface: 'eth0', bridge: 'br1', stp: false });
    expect(sh('ip -br address show dev br1 scope global')).toContain('192.0.2.10/24');
    expect((await daemon.run('interface.list', {})).map(({ name }) => name)).not.toContain('eth0');
    await daemon.run('interface.stop', { interface: 'br1' });
    expect(picture()).toBe(between);
  });
});

test('S081: the definition and what runs are told apart', async () => {
  await daemon.run('interface.define', { xml: bridgeXml() });
  await daemon.run('interface.start', { interface: 'br0' });
  await daemon.run('interface.define', { xml: bridgeXml().replace("stp='off'", "stp='on' delay='4'") });
  expect((await daemon.run('interface.xml', { interface: 'br0', inactive: true })).xml).toContain("<bridge stp='on' delay='4'>");
  const { xml } = await daemon.run('interface.xml', { interface: 'br0' });
  expect(xml).toContain("<bridge stp='off' delay='0'>");
  expect(xml).toContain("<ip address='192.0.2.10' prefix='24'/>\n    <route gateway='192.0.2.1'/>");
  await daemon.run('interface.undefine', { interface: 'br0' });
  expect(await active('br0')).toBe(true);
  await daemon.run('interface.stop', { interface: 'br0' });
});

test('a card by itself gets what its definition says, and loses only that', async () => {
  const before = picture();
  await daemon.run('interface.define', {
    xml: "<interface type='ethernet' name='eth1'><mtu size='1400'/><protocol family='ipv4'><ip address='203.0.113.5' prefix='24'/></protocol></interface>",
  });
  await daemon.run('interface.start', { interface: 'eth1' });
  expect(sh('ip address show dev eth1')).toMatch(/mtu 1400[^]*203\.0\.113\.5\/24/);
  await daemon.run('interface.stop', { interface: 'eth1' });
  expect(picture()).toBe(before);
  expect(sh('ip link show eth1')).toContain('mtu 1500');
});

describe('refuses', () => {
  const cases: { name: string; xml: string; why: RegExp }[] = [
    {
      name: 'a card that is not there',
      xml: bridgeXml("<interface type='ethernet' name='eht0'/>"),
      why: /^kernel-refused: cannot start interface 'br0': there is no interface eht0/,
    },
    {
      name: 'an address by DHCP',
      xml: bridgeXml(undefined, "<protocol family='ipv4'><dhcp/></protocol>"),
      why: /^config-unsupported: .*runs no DHCP client/,
    },
    {
      name: 'a VLAN where the kernel has none',
      xml: bridgeXml("<interface type='vlan' name='eth0.10'><vlan tag='10'><interface name='eth0'/></vlan></interface>", ''),
      why: /^kernel-lacks: .*CONFIG_VLAN_8021Q/,
    },
    {
      name: 'a bond where the kernel has none',
      xml: "<interface type='bond' name='br0'><bond mode='active-backup'><interface type='ethernet' name='eth0'/></bond></interface>",
      why: /^kernel-lacks: .*CONFIG_BONDING/,
    },
  ];
  for (const { name, xml, why } of cases) {
    test(`${name}, and changes nothing`, async () => {
      const before = picture();
      await daemon.run('interface.define', { xml });
      expect(await refusal('interface.start', { interface: 'br0' })).toMatch(why);
      expect(picture()).toBe(before);
    });
  }

  test("a card in somebody else's bridge, and a name that somebody else has", async () => {
    sh('ip link add br1 type bridge; ip link set eth1 master br1');
    await daemon.run('interface.define', { xml: bridgeXml("<interface type='ethernet' name='eth1'/>", '') });
    expect(await refusal('interface.start', { interface: 'br0' })).toMatch(/eth1 is a port of br1 already/);
    await daemon.run('interface.define', { xml: bridgeXml().replace("name='br0'", "name='br1'") });
    expect(await refusal('interface.start', { interface: 'br1' })).toMatch(/^name-in-use/);
  });

  test('to start twice, to stop or undefine what is not its own', async () => {
    await daemon.run('interface.define', { xml: bridgeXml() });
    await daemon.run('interface.start', { interface: 'br0' });
    expect(await refusal('interface.start', { interface: 'br0' })).toBe("operation-invalid: interface 'br0' is already running");
    expect(await refusal('interface.stop', { interface: 'eth1' })).toMatch(/^operation-invalid/);
    expect(await refusal('interface.undefine', { interface: 'eth1' })).toMatch(/^operation-invalid/);
    expect(await refusal('interface.start', { interface: 'nope' })).toMatch(/^interface-not-found/);
    await daemon.run('interface.stop', { interface: 'br0' });
  });
});

describe('a transaction', () => {
  test('is rolled back: what was begun in it ends, what was ended in it comes back', async () => {
    await daemon.run('interface.bridge', { interface: 'eth0', bridge: 'br0', stp: false });
    const before = picture();
    await daemon.run('interface.begin', {});
    expect(await refusal('interface.begin', {})).toMatch(/^operation-invalid: there is already a pending/);
    await daemon.run('interface.unbridge', { bridge: 'br0' });
    await daemon.run('interface.bridge', { interface: 'eth1', bridge: 'br1', stp: false });
    await daemon.restart();
    await daemon.run('interface.rollback', {});
    expect(picture()).toBe(before);
    expect((await daemon.run('interface.list', {})).map(({ name }) => name)).not.toContain('br1');
    expect(await refusal('interface.rollback', {})).toMatch(/^operation-invalid: there is no pending/);
    expect(await refusal('interface.commit', {})).toMatch(/^operation-invalid: there is no pending/);
  });

  test('is kept when it is committed', async () => {
    await daemon.run('interface.begin', {});
    await daemon.run('interface.define', { xml: bridgeXml() });
    await daemon.run('interface.commit', {});
    expect(existsSync(join(daemon.folder, 'state/restore-point.json'))).toBe(false);
    expect(readFileSync(join(daemon.folder, 'state/interfaces/br0.xml'), 'utf8')).toContain("<interface type='bridge' name='br0'>");
  });
});

test('interfaces outlive the daemon, and what is lost meanwhile is put right', async () => {
  await daemon.run('interface.define', { xml: bridgeXml() });
  await daemon.run('interface.start', { interface: 'br0' });
  const before = picture();
  await daemon.restart();
  expect(picture()).toBe(before);
  sh('ip address del 192.0.2.10/24 dev br0');
  await daemon.restart();
  expect(picture()).toBe(before);
});
