import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import type { Caller } from '../../src/service/context.ts';
import type { Input, OperationName, Output } from '../../src/service/operation-types.ts';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
});
afterAll(() => daemon[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const { name, active, persistent } of await run('network.list', {})) {
    if (active) await run('network.destroy', { network: name });
    if (persistent) await run('network.undefine', { network: name });
  }
});

/** Somebody, as opposed to the daemon itself. */
const ann: Caller = { uid: 0, gid: 0, pid: 1, user: 'ann', door: 'rest', mayWrite: true };
function run<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
  return daemon.service.runOperation(ann, name, input);
}
const history = (network: string) => run('network.history', { network });
const newest = async (network: string) => (await history(network))[0]!;
const undo = async (network: string) => run('network.undo', { change: (await newest(network)).id });
const xmlOf = async (network: string, inactive = true) => (await run('network.xml', { network, inactive })).xml;

let subnets = 80;
async function started(name: string): Promise<string> {
  await run('network.define', { xml: natXml(name, subnets++) });
  await run('network.start', { network: name });
  return name;
}

test('a history tells who did what, with the definitions before and after', async () => {
  await started('a');
  await run('network.autostart', { network: 'a', autostart: true });
  const changes = await history('a');
  expect(changes.map(({ did, user, door }) => [did, user, door])).toEqual([
    [['autostart-on'], 'ann', 'rest'],
    [['started'], 'ann', 'rest'],
    [['defined'], 'ann', 'rest'],
  ]);
  expect(changes[2]).toMatchObject({ after: await xmlOf('a'), undoable: true });
  expect(changes[2]).not.toHaveProperty('before');
  expect((await run('network.history', {}))[0]).not.toHaveProperty('after');
});

test('a definition that was changed while it ran comes back, and the host with it', async () => {
  await started('b');
  const before = await xmlOf('b');
  await run('spec.apply', { text: before.replace(/<range .*>/, "<range start='10.77.81.50' end='10.77.81.60'/>") });
  const { id } = await newest('b');
  const { plan, change } = await run('network.undoPlan', { change: id });
  expect(change).toMatchObject({ did: ['changed'], before });
  expect(plan.definitions).toEqual(['change the definition of network "b"']);
  expect(plan.steps.some(({ summary }) => summary.includes('dnsmasq'))).toBe(true);
  expect(await xmlOf('b')).not.toBe(before);
  await run('network.undo', { change: id, digest: plan.digest });
  expect(await xmlOf('b')).toBe(before);
  expect(sh(`cat ${daemon.folder}/run/dnsmasq/vb-b.conf`)).toContain('10.77.81.254');
  expect(await newest('b')).toMatchObject({ did: ['changed'], undoes: id });
  expect((await history('b')).find((one) => one.id === id)?.undoable).toBe(false);
  await undo('b');
  expect(await xmlOf('b')).toContain('10.77.81.50');
});

test('a change of the running definition alone is taken back alone', async () => {
  await started('c');
  const [config, live] = [await xmlOf('c'), await xmlOf('c', false)];
  const xml = "<host mac='52:54:00:00:00:99' ip='10.77.82.9'/>";
  await run('network.update', { network: 'c', command: 'add-last', section: 'ip-dhcp-host', xml, live: true });
  expect((await newest('c')).did).toEqual(['changed-live']);
  await undo('c');
  expect(await xmlOf('c', false)).toBe(live);
  expect(await xmlOf('c')).toBe(config);
});

test('a network that was deleted comes back with its autostart, and runs again after the stop is taken back too', async () => {
  await started('d');
  await run('network.autostart', { network: 'd', autostart: true });
  const before = await xmlOf('d');
  await run('network.destroy', { network: 'd' });
  await run('network.undefine', { network: 'd' });
  const [gone, stopped] = await history('d');
  expect(gone?.did).toEqual(['undefined']);
  await run('network.undo', { change: gone!.id });
  expect(await xmlOf('d')).toBe(before);
  expect(await run('network.get', { network: 'd' })).toMatchObject({ active: false, autostart: true });
  await run('network.undo', { change: stopped!.id });
  expect(sh('ip -br link show vb-d')).toContain('vb-d');
});

test('that a network came to be is taken back whole: stopped and forgotten', async () => {
  await started('e');
  const defined = (await history('e')).find(({ did }) => did.includes('defined'));
  await run('network.undo', { change: defined!.id });
  expect((await run('network.list', {})).map(({ name }) => name)).not.toContain('e');
  expect(sh('ip -br link')).not.toContain('vb-e');
});

test('a plan that is not the one that was seen is refused, and so is what is done already', async () => {
  await started('f');
  await run('network.autostart', { network: 'f', autostart: true });
  const { id } = await newest('f');
  await expect(run('network.undo', { change: id, digest: 'another' })).rejects.toMatchObject({ code: 'plan-stale' });
  await run('network.undo', { change: id });
  await expect(run('network.undo', { change: id })).rejects.toMatchObject({
    message: `Network 'f' is as it was before change ${id} already.`,
  });
  await expect(run('network.undo', { change: 987_654 })).rejects.toMatchObject({ message: 'There is no change 987654 of a network.' });
});

test('the name was given to another network meanwhile: undo is refused in words, nothing is lost', async () => {
  await run('network.define', { xml: natXml('g', 120) });
  await run('network.undefine', { network: 'g' });
  const { id } = await newest('g');
  await run('network.define', { xml: natXml('g', 121) });
  await expect(run('network.undo', { change: id })).rejects.toMatchObject({ code: 'network-exists' });
  expect(await xmlOf('g')).toContain('10.77.121.1');
});

test('outlives the daemon; a line that was cut short is left out; root alone reads it', async () => {
  await started('h');
  const before = await history('h');
  const file = join(daemon.folder, 'state/history.jsonl');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  appendFileSync(file, '{"id":99999,"at":');
  await daemon.restart();
  expect(await history('h')).toEqual(before);
  await run('network.destroy', { network: 'h' });
  expect((await newest('h')).id).toBe(before[0]!.id + 1);
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
});

test('keeps the newest thirty changes of a network', async () => {
  await run('network.define', { xml: natXml('i', 130) });
  for (let times = 0; times < 35; times++) await run('network.autostart', { network: 'i', autostart: times % 2 === 0 });
  const changes = await history('i');
  expect(changes.length).toBe(30);
  expect(changes.every(({ did }) => !did.includes('defined'))).toBe(true);
});

test('what the daemon does by itself is not in it', async () => {
  await started('j');
  const before = await history('j');
  sh('ip link delete vb-j');
  await daemon.restart();
  expect(sh('ip -br link show vb-j')).toContain('vb-j');
  expect(await history('j')).toEqual(before);
});
