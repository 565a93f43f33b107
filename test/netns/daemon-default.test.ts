import { afterEach, beforeAll, expect, test } from 'vitest';
import { testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(() => enterNewNetns());
afterEach(() => daemon[Symbol.asyncDispose]());

test('S026: the first start makes libvirt’s default network and starts it with the host', async () => {
  daemon = await testDaemon({ defaultNetwork: true });
  expect(await daemon.run('network.list', {})).toMatchObject([
    { name: 'default', mode: 'nat', bridge: 'virbr0', active: true, autostart: true, addresses: ['192.168.122.1/24'] },
  ]);
  expect((await daemon.run('network.xml', { network: 'default', inactive: true })).xml).toMatch(
    /<range start='192\.168\.122\.2' end='192\.168\.122\.254'\/>/,
  );
  expect(sh('ip -br addr show virbr0')).toContain('192.168.122.1/24');
});

test('S026: on a host that has 192.168.122.0/24 already it gets the next free subnet', async () => {
  sh('ip link add eth0 type veth peer name far; ip addr add 192.168.122.77/24 dev eth0; ip link set eth0 up; ip link set far up');
  daemon = await testDaemon({ defaultNetwork: true });
  expect(await daemon.run('network.list', {})).toMatchObject([{ name: 'default', addresses: ['192.168.123.1/24'], active: true }]);
  expect(await daemon.run('network.propose', {})).toEqual({
    name: 'network1',
    bridge: 'virbr1',
    address: '192.168.124.1',
    prefix: 24,
    dhcp: { start: '192.168.124.2', end: '192.168.124.254' },
  });
  sh('ip link delete eth0');
});

test('a default network that was removed does not come back', async () => {
  daemon = await testDaemon({ defaultNetwork: true });
  await daemon.run('network.destroy', { network: 'default' });
  await daemon.run('network.undefine', { network: 'default' });
  await daemon.restart();
  expect(await daemon.run('network.list', {})).toEqual([]);
});
