import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { HypervisorGuest } from '../../src/service/hypervisor.ts';
import { parseUuid } from '../../src/model/units.ts';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh, until } from './system-space.ts';

/** What the hypervisor says it runs; undefined while nobody answers. */
let running: readonly string[] | undefined;
let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  sh(
    'ip link add eth9 type veth peer name eth9-far; ip link set eth9 up; ip link set eth9-far up; ip link add br9 type bridge; ip link set br9 up',
  );
  const guests = () =>
    running === undefined
      ? Promise.reject(new Error('no answer'))
      : Promise.resolve(running.map((uuid): HypervisorGuest => ({ name: 'vm', uuid: parseUuid(uuid)!, active: true, interfaces: [] })));
  daemon = await testDaemon({ hypervisor: { guests, interfaces: async () => [], addresses: async () => [] } });
  await daemon.run('network.define', { xml: natXml('blue', 60) });
  await daemon.run('network.start', { network: 'blue' });
});
afterAll(() => daemon[Symbol.asyncDispose]());
afterEach(async () => {
  vi.useRealTimers();
  running = [];
  for (const { uuid } of await daemon.run('port.list', {})) await daemon.run('port.delete', { port: uuid });
  sh('for link in vnet9 macvtap9; do ip link delete $link 2>/dev/null || true; done');
});

const uuid = '00000000-0000-4000-8000-000000000001';
const owner = '00000000-0000-4000-8000-000000000901';
const portXml = (more = '', id = uuid, mac = '52:54:00:00:01:09') =>
  `<networkport><uuid>${id}</uuid><owner><name>vm</name><uuid>${owner}</uuid></owner><mac address='${mac}'/>${more}</networkport>`;
const show = () => daemon.run('port.get', { port: uuid, details: true });
const exists = async () => (await daemon.run('port.list', {})).some((port) => port.uuid === uuid);
const tap = (bridge = 'vb-blue') => sh(`ip tuntap add vnet9 mode tap; ip link set vnet9 address fe:54:00:00:01:09 master ${bridge} up`);
/** Seen, and remembered. */
const isPlugged = async () => (await daemon.run('port.get', { port: uuid })).device === 'vnet9' && (await show()).state === 'plugged';
const untap = () => sh('ip link delete vnet9');
/** Only the clock on the wall: a daemon looks after lost ports every few seconds. */
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

test("a hypervisor's port whose tap vanishes is shown as gone, with the name its tap had", async () => {
  await daemon.run('port.createXml', { network: 'blue', xml: portXml() });
  expect(await show()).toMatchObject({ state: 'planned' });
  tap();
  await until(isPlugged);
  expect(await show()).toMatchObject({ device: 'vnet9' });
  untap();
  await until(async () => (await show()).state === 'gone');
  expect(await show()).toMatchObject({ state: 'gone', device: 'vnet9', attached: false });
  expect((await daemon.run('network.get', { network: 'blue' })).trouble).toBeUndefined();
});

test('so is one whose tap vanished while the daemon was away, and one of a host bridge', async () => {
  await daemon.run('network.create', { xml: "<network><name>lan</name><forward mode='bridge'/><bridge name='br9'/></network>" });
  await daemon.run('port.createXml', { network: 'lan', xml: portXml() });
  tap('br9');
  await until(isPlugged);
  const restarted = daemon.restart();
  untap();
  await restarted;
  await until(async () => (await show()).state === 'gone');
  await daemon.run('network.destroy', { network: 'lan' });
});

test('a tap that comes back makes it whole, as when its network is stopped and started', async () => {
  await daemon.run('port.createXml', { network: 'blue', xml: portXml() });
  tap();
  await until(isPlugged);
  untap();
  await until(async () => (await show()).state === 'gone');
  tap();
  await until(isPlugged);
  sh('ip link set vnet9 nomaster');
  await until(() => sh('ip -o link show vnet9').includes('master vb-blue'), 3000);
  expect(await show()).toMatchObject({ state: 'plugged' });
});

test('one that never had a wire is nobody’s loss: somebody may have made it by hand', async () => {
  await daemon.run('port.createXml', { network: 'blue', xml: portXml() });
  later(86_400_000);
  await daemon.restart();
  expect(await show()).toMatchObject({ state: 'planned' });
});

test('it is forgotten ten minutes later, but not while the hypervisor says that its guest runs', async () => {
  await daemon.run('port.createXml', { network: 'blue', xml: portXml() });
  tap();
  await until(isPlugged);
  untap();
  await until(async () => (await show()).state === 'gone');
  running = [owner];
  later(660_000);
  await daemon.restart();
  expect(await exists()).toBe(true);
  running = [];
  await until(async () => !(await exists()), 5000);
});

test('also where no hypervisor answers any more', async () => {
  await daemon.run('port.createXml', { network: 'blue', xml: portXml() });
  tap();
  await until(isPlugged);
  untap();
  await until(async () => (await show()).state === 'gone');
  running = undefined;
  later(540_000);
  await daemon.restart();
  expect(await exists()).toBe(true);
  later(120_000);
  await until(async () => !(await exists()), 5000);
});

test('virtqemud claims it again by its UUID, before and after: it finds the address and the guard it had', async () => {
  const { address } = await daemon.run('port.createXml', { network: 'blue', xml: portXml() });
  await daemon.run('guard.set', { network: 'blue', port: uuid, guard: { ra: true } });
  tap();
  await until(isPlugged);
  untap();
  await until(async () => (await show()).state === 'gone');
  const plugged = portXml("<plug type='network' bridge='vb-blue'/>");
  await expect(daemon.run('port.createXml', { network: 'blue', xml: portXml() })).rejects.toMatchObject({ code: 'port-exists' });
  expect(await daemon.run('port.createXml', { network: 'blue', xml: plugged, reclaim: true })).toMatchObject({ uuid, address });
  tap();
  await until(() => /chain guard_vnet9 \{[^}]*"ra"/.test(sh('nft list tables; nft list table bridge viaduct || true')), 3000);
  untap();
  await daemon.run('port.delete', { port: uuid });
  expect(await daemon.run('port.createXml', { network: 'blue', xml: plugged, reclaim: true })).toMatchObject({ uuid, address });
});

test('the device of a pool is free again when the machine that had it has ended', async () => {
  await daemon.run('network.create', {
    xml: "<network><name>alone</name><forward mode='passthrough'><interface dev='eth9'/></forward></network>",
  });
  await daemon.run('port.createXml', { network: 'alone', xml: portXml() });
  sh('ip link add link eth9 name macvtap9 type macvtap mode passthru; ip link set macvtap9 address 52:54:00:00:01:09 up');
  await until(async () => (await daemon.run('port.get', { port: uuid })).device === 'macvtap9');
  const other = portXml('', '00000000-0000-4000-8000-000000000002', '52:54:00:00:01:10');
  await expect(daemon.run('port.createXml', { network: 'alone', xml: other })).rejects.toMatchObject({
    message: "network 'alone' requires exclusive access to interfaces, but none are available",
  });
  sh('ip link delete macvtap9');
  await until(async () => (await show()).state === 'gone');
  expect((await daemon.run('port.createXml', { network: 'alone', xml: other })).plug).toMatchObject({ dev: 'eth9' });
  await daemon.run('network.destroy', { network: 'alone' });
});
