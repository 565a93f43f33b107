import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
});
afterAll(() => daemon[Symbol.asyncDispose]());

const networks = ['a', 'b', 'c'];
const dnsmasqs = () => networks.map((name) => readFileSync(join(daemon.folder, `run/dnsmasq/vb-${name}.pid`), 'utf8').trim());
/** Everything the kernel can tell of the data plane, without what counts or ages. */
const picture = () =>
  sh('ip -j -d addr; ip -j route; ip -6 -j route; nft -j list ruleset').replaceAll(
    /"(packets|bytes|valid_life_time|preferred_life_time|gc_timer|hello_timer|tcn_timer|topology_change_timer|expires)": ?[\d.]+/g,
    '',
  );

test('a daemon that restarts finds everything running and changes nothing', async () => {
  for (const [index, name] of networks.entries()) await daemon.run('network.define', { xml: natXml(name, 20 + index) });
  await daemon.run('network.start', { network: 'a' });
  await daemon.run('network.start', { network: 'b' });
  await daemon.run('network.undefine', { network: 'b' });
  await daemon.run('network.start', { network: 'c' });
  await daemon.run('port.create', { network: 'a', mac: '52:54:00:00:00:0a', owner: { name: 'guest' }, link: { kind: 'tap' } });
  const [host, pids] = [picture(), dnsmasqs()];
  const [list, ports] = [await daemon.run('network.list', {}), await daemon.run('port.list', {})];
  const xml = await Promise.all(networks.map((network) => daemon.run('network.xml', { network })));

  await daemon.restart();

  expect(picture()).toBe(host);
  expect(dnsmasqs()).toEqual(pids);
  expect(await daemon.run('network.list', {})).toEqual(list);
  expect(await daemon.run('port.list', {})).toEqual(ports);
  expect(await Promise.all(networks.map((network) => daemon.run('network.xml', { network })))).toEqual(xml);
});

test('what was broken while no daemon ran is put right at its start', async () => {
  const host = picture();
  await daemon.service.close();
  sh('ip addr del 10.77.20.1/24 dev vb-a; nft delete table inet viaduct; ip link delete vb-c');
  process.kill(Number(dnsmasqs()[1]));
  await daemon.restart();
  expect(sh('ip -br addr show vb-a; ip -br addr show vb-c')).toMatch(/10\.77\.20\.1\/24[^]*10\.77\.22\.1\/24/);
  expect(sh('nft list table inet viaduct')).toContain('vb-b');
  expect(sh(`kill -0 ${dnsmasqs().join(' ')} && echo alive`)).toContain('alive');
  expect(picture().length).toBeGreaterThan(host.length / 2);
});

test('a network that was stopped by hand stays stopped, though it starts with the host', async () => {
  await daemon.run('network.autostart', { network: 'a', autostart: true });
  await daemon.run('network.destroy', { network: 'a' });
  await daemon.restart();
  expect((await daemon.run('network.get', { network: 'a' })).active).toBe(false);
  await daemon.service.close();
  rmSync(join(daemon.folder, 'run/autostarted'));
  await daemon.restart();
  expect((await daemon.run('network.get', { network: 'a' })).active).toBe(true);
});

test('S092: a definition that was edited or added by hand meanwhile is simply read, and a broken one harms no other', async () => {
  await daemon.run('network.define', { xml: natXml('d', 30) });
  await daemon.run('network.define', { xml: natXml('e', 31) });
  await daemon.service.close();
  const file = (name: string) => join(daemon.folder, `state/networks/${name}.xml`);
  const text = readFileSync(file('d'), 'utf8');
  expect(text).toMatch(/^<!-- /);
  writeFileSync(file('d'), text.replace('10.77.30.254', '10.77.30.99'));
  writeFileSync(file('e'), text.slice(0, 100));
  writeFileSync(file('f'), "<network><name>f</name><ip address='10.77.32.1' prefix='24'/></network>");
  await daemon.restart();
  expect((await daemon.run('network.xml', { network: 'd' })).xml).toContain('10.77.30.99');
  expect((await daemon.run('network.list', {})).map(({ name }) => name).toSorted()).toEqual(['a', 'b', 'c', 'd', 'f']);
  expect(readFileSync(file('e'), 'utf8')).toBe(text.slice(0, 100));
  expect(readFileSync(file('f'), 'utf8')).toMatch(/<uuid>[^]*<bridge name='virbr0'[^]*<mac address='52:54:00:/);
});
