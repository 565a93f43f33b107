import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostAddress, outside } from '../../src/lab/addresses.ts';
import { TestHost } from './harness.ts';

let host: TestHost;

beforeEach(async () => {
  host = await TestHost.create();
});
afterEach(() => host.close());

const picture = () =>
  host.host.sh(
    'ip -br -o link | sed "s/@[^ ]*//" | sort; ip -br address show scope global | sed "s/@[^ ]*//"; ip route | sed "s/ proto static//;s/ *$//" | sort; ip -6 route show default | sed "s/ proto [a-z]*//;s/ pref medium//"',
  );
const reaches = async (address: string = outside.server.ipv4) => (await host.host.run(['ping', '-c1', '-W1', address])).code === 0;

test('S004 S063 S065: a bridge over the uplink has its addresses, gateways and MAC, and the world is still there', async () => {
  const mac = (await host.host.sh('cat /sys/class/net/eth0/address')).trim();
  expect(await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '0')).toBe('Bridge br0 created\n');
  expect(await host.host.sh('ip -br address show dev br0 scope global')).toMatch(
    new RegExp(`${hostAddress.ipv4}/24 ${hostAddress.ipv6}/64`),
  );
  expect(await host.host.sh('ip -br address show dev eth0')).not.toMatch(/[\d.]+\/24|::/);
  expect(await host.host.sh('ip link show dev br0')).toContain(mac);
  expect(await host.host.sh('ip route; ip -6 route')).toMatch(/default via 203\.0\.113\.1 dev br0[^]*default via 2001:db8:113::1 dev br0/);
  expect(await reaches()).toBe(true);
  expect(await reaches(outside.server.ipv6)).toBe(true);
});

test('S065: a bridge takes another MAC when it is told one', async () => {
  await host.must('addbr', 'br0', '--mac', '52:54:00:00:12:34');
  expect(await host.host.sh('ip link show dev br0')).toContain('52:54:00:00:12:34');
  expect((await host.cli('bridge', 'create', 'br1', '--mac', 'eth0')).stderr).toContain("'eth0'");
});

test('a bridge is gone after its deletion, and the card has everything again', async () => {
  const before = await picture();
  await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '0');
  await host.must('bridge', 'delete', 'br0', '--for', '0');
  expect(await picture()).toBe(before);
  expect(await reaches()).toBe(true);
});

test('S039: a bridge with guests is not deleted, and they are named', async () => {
  await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '0');
  await host.guest('br0');
  await host.guest('br0');
  const { code, stderr } = await host.cli('delbr', 'br0');
  expect(code).toBe(1);
  expect(stderr).toContain('in use by vnet0, vnet1');
});

test('S037 S038 S047: cards come and go by the old names, and brctl shows them', async () => {
  await host.host.sh('ip link add eth1 address 52:54:00:00:aa:02 type veth peer name far1; ip link set eth1 up');
  const before = await picture();
  await host.must('addbr', 'br1');
  await host.must('addif', 'br1', 'eth1');
  expect(await host.must('bridge', 'show', '--brctl')).toMatch(/^br1\t\t8000\.[0-9a-f]{12}\tno\t\teth1$/m);
  expect((await host.cli('addif', 'br1', 'eth1')).stderr).toContain('eth1 is a port of br1 already');
  await host.must('delif', 'br1', 'eth1');
  expect(await host.must('bridge', 'show', '--brctl')).toMatch(/^br1\t\t8000\.[0-9a-f]{12}\tno\t\t$/m);
  await host.must('delbr', 'br1');
  expect(await picture()).toBe(before);
});

test('bridges outlive the daemon and come again with the next boot', async () => {
  await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '0');
  const before = await picture();
  await host.stopDaemon('KILL');
  await host.startDaemon();
  expect(await picture()).toBe(before);
  // A boot: the run folder is another boot's, and the kernel has forgotten the bridge.
  await host.stopDaemon();
  await host.host.sh(`echo other > ${host.folder}/run/boot; ip link delete br0; sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0`);
  await host.startDaemon();
  expect(await host.host.sh('ip -br address show dev br0 scope global')).toContain(`${hostAddress.ipv4}/24`);
  expect(await reaches()).toBe(true);
});

describe('refuses', () => {
  test("somebody else's bridge, a network's, and a card that is not there", async () => {
    await host.host.sh('ip link add br9 type bridge');
    expect((await host.cli('addif', 'br9', 'eth0')).stderr).toContain('bridge br9 is not one that Viaduct made');
    expect((await host.cli('delbr', 'br9')).stderr).toContain('bridge br9 is not one that Viaduct made');
    expect((await host.cli('bridge', 'create', 'br9', '--port', 'eth0')).stderr).toContain('br9 already exists');
    expect((await host.cli('bridge', 'create', 'br0', '--port', 'eht0')).stderr).toContain("couldn't find interface named 'eht0'");
    expect(await reaches()).toBe(true);
  });
});
