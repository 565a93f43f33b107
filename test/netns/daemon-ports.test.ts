import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, namedNetns, sh } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  sh(
    'ip link add eth8 type veth peer name eth8-far; ip link add eth9 type veth peer name eth9-far; ip link set eth8 up; ip link set eth9 up',
  );
  daemon = await testDaemon();
  await daemon.run('network.create', {
    xml: natXml('p', 50, "<portgroup name='gold' default='yes'><bandwidth><outbound average='500'/></bandwidth></portgroup>"),
  });
});
afterAll(() => daemon[Symbol.asyncDispose]());
afterEach(async () => {
  for (const { uuid, network } of await daemon.run('port.list', {})) await daemon.run('port.delete', { network: network.name, port: uuid });
});

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const portXml = (number: number, more = '') =>
  `<networkport><uuid>${uuid(number)}</uuid><owner><name>g${number}</name><uuid>${uuid(900 + number)}</uuid></owner><mac address='52:54:00:00:01:${String(number).padStart(2, '0')}'/>${more}</networkport>`;
const hosts = () => readFileSync(join(daemon.folder, 'run/dnsmasq/vb-p.hosts'), 'utf8');
const pid = () => readFileSync(join(daemon.folder, 'run/dnsmasq/vb-p.pid'), 'utf8');

test('S101: a hypervisor gets its plug, the portgroup that is the default, and an address is held for its guest', async () => {
  const before = pid();
  const port = await daemon.run('port.createXml', { network: 'p', xml: portXml(1) });
  expect(port).toMatchObject({
    plug: { type: 'network', bridge: 'vb-p' },
    owner: { name: 'g1' },
    address: expect.stringMatching(/^10\.77\.50\.\d+$/) as string,
  });
  const { xml } = await daemon.run('port.xml', { network: 'p', port: port.uuid });
  expect(xml).toMatch(/<outbound average='500'\/>[^]*<plug type='network' bridge='vb-p'\/>/);
  expect(hosts()).toContain(`52:54:00:00:01:01,${port.address}`);
  expect(pid()).toBe(before);
  expect((await daemon.run('network.xml', { network: 'p' })).xml).toContain("connections='1'");
});

test('the same guest gets the same address again, also with two ports at a time', async () => {
  const first = await daemon.run('port.createXml', { network: 'p', xml: portXml(2) });
  const second = await daemon.run('port.createXml', { network: 'p', xml: portXml(3).replace('01:03', '01:02') });
  expect(second.address).toBe(first.address);
  await daemon.run('port.delete', { network: 'p', port: first.uuid });
  await daemon.run('port.delete', { network: 'p', port: second.uuid });
  expect(hosts()).not.toContain('52:54:00:00:01:02');
  expect((await daemon.run('port.createXml', { network: 'p', xml: portXml(2) })).address).toBe(first.address);
});

test('no two guests are promised one address', async () => {
  const addresses = await Promise.all(
    Array.from({ length: 60 }, (_, number) =>
      daemon.run('port.createXml', { network: 'p', xml: portXml(number + 10) }).then(({ address }) => address),
    ),
  );
  expect(new Set(addresses).size).toBe(60);
});

test('a port is reclaimed with its own plug, and only so', async () => {
  const plugged = portXml(4, "<plug type='network' bridge='vb-p'/>");
  await expect(daemon.run('port.createXml', { network: 'p', xml: plugged })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: 'Port reclaim not requested but plug type is not none',
  });
  await expect(daemon.run('port.createXml', { network: 'p', xml: portXml(4), reclaim: true })).rejects.toMatchObject({
    message: 'Port reclaim requested but plug type is none',
  });
  await daemon.run('port.createXml', { network: 'p', xml: plugged, reclaim: true });
  await expect(daemon.run('port.createXml', { network: 'p', xml: plugged, reclaim: true })).rejects.toMatchObject({
    code: 'port-exists',
    message: `Network port with UUID ${uuid(4)} already exists`,
  });
  await expect(daemon.run('port.get', { network: 'p', port: uuid(5) })).rejects.toMatchObject({
    message: `Network port with UUID ${uuid(5)} does not exist`,
  });
});

test('S125: Viaduct makes the wire when asked: a tap, or a veth into a namespace', async () => {
  using guest = namedNetns('guest');
  const tap = await daemon.run('port.create', { network: 'p', link: { kind: 'tap', uid: 1000 } });
  const veth = await daemon.run('port.create', {
    network: 'p',
    mac: '52:54:00:00:02:01',
    owner: { name: 'g' },
    link: { kind: 'veth', netns: guest.name, inside: 'eth0' },
  });
  expect(sh(`ip -o link show ${tap.link?.name}`)).toContain('master vb-p');
  expect(sh(`ip netns exec ${guest.name} ip link show eth0`)).toContain('52:54:00:00:02:01');
  await daemon.run('port.delete', { network: 'p', port: tap.uuid });
  await daemon.run('port.delete', { network: 'p', port: veth.uuid });
  expect(sh('ip -br link')).not.toMatch(/vnet\d/);
});

test('macvtap networks share their devices fairly, and passthrough gives each to one guest only', async () => {
  const pool = (mode: string) =>
    `<network><name>${mode}</name><forward mode='${mode}'><interface dev='eth8'/><interface dev='eth9'/></forward></network>`;
  await daemon.run('network.create', { xml: pool('private') });
  const dev = async (network: string, number: number) => (await daemon.run('port.createXml', { network, xml: portXml(number) })).plug;
  expect([await dev('private', 81), await dev('private', 82), await dev('private', 83)]).toEqual(
    ['eth8', 'eth9', 'eth8'].map((name) => ({ type: 'direct', dev: name, mode: 'private' })),
  );
  await daemon.run('network.destroy', { network: 'private' });
  await daemon.run('network.create', { xml: pool('passthrough') });
  expect([await dev('passthrough', 84), await dev('passthrough', 85)].map((plug) => plug.type === 'direct' && plug.dev)).toEqual([
    'eth8',
    'eth9',
  ]);
  await expect(dev('passthrough', 86)).rejects.toMatchObject({
    message: "network 'passthrough' requires exclusive access to interfaces, but none are available",
  });
  await daemon.run('network.destroy', { network: 'passthrough' });
  expect(await daemon.run('port.list', {})).toEqual([]);
});

test('ports outlive the daemon, and end with their network', async () => {
  await daemon.run('port.createXml', { network: 'p', xml: portXml(6) });
  const [before] = await daemon.run('port.list', { network: 'p' });
  await daemon.restart();
  expect(await daemon.run('port.list', { network: 'p' })).toEqual([before]);
  await daemon.run('network.create', { xml: natXml('q', 51) });
  await daemon.run('port.createXml', { network: 'q', xml: portXml(7) });
  await daemon.run('network.destroy', { network: 'q' });
  expect((await daemon.run('port.list', {})).map(({ uuid: id }) => id)).toEqual([uuid(6)]);
});
