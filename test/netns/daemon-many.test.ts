import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
});
afterAll(() => daemon[Symbol.asyncDispose](), 120_000);

const subnet = (number: number) => `10.${100 + (number >> 8)}.${number & 255}`;
const specOf = (from: number, to: number, more = '') =>
  Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    return `apiVersion: viaduct/v1\nkind: Network\nname: many${number}\nmode: nat\nsubnet: ${subnet(number)}.0/24\ndhcp: {}\nbridge: { stp: false }\n${more}`;
  }).join('---\n');

async function timed<Value>(what: string, act: () => Promise<Value>): Promise<Value> {
  const start = performance.now();
  const value = await act();
  console.log(`${what}: ${(performance.now() - start).toFixed(0)} ms`);
  return value;
}

test('200 networks come up in one apply, and a second one has nothing to do', async () => {
  await timed('apply 100', () => daemon.run('spec.apply', { text: specOf(0, 100) }));
  await timed('apply 100 more', () => daemon.run('spec.apply', { text: specOf(0, 200) }));
  expect((await daemon.run('network.list', { active: true })).length).toBe(200);
  expect(sh('ip -br link show type bridge | wc -l').trim()).toBe('200');
  const again = await timed('apply 200 again', () => daemon.run('spec.apply', { text: specOf(0, 200) }));
  expect(again).toMatchObject({ steps: [], definitions: [] });
  await timed('start one beside 200', () => daemon.run('spec.apply', { text: specOf(200, 201) }));
  await timed('restart with 201', () => daemon.restart());
  expect((await daemon.run('network.list', { active: true })).length).toBe(201);
});

test('one network that cannot start keeps all of an apply from happening', async () => {
  const before = sh('ip -br link; ip route; nft list table inet viaduct | grep -v packets');
  const broken = `${specOf(201, 203)}---\n${specOf(203, 204, "dnsmasq: ['no-such-option']\n")}`;
  await expect(daemon.run('spec.apply', { text: broken })).rejects.toMatchObject({
    message: expect.stringContaining('Could not start DHCP and DNS') as string,
  });
  expect(sh('ip -br link; ip route; nft list table inet viaduct | grep -v packets')).toBe(before);
  expect((await daemon.run('network.list', {})).length).toBe(201);
});

test('a plan is made again when the host has changed since', async () => {
  const text = specOf(201, 202);
  const { digest, steps } = await daemon.run('spec.plan', { text });
  expect(steps.length).toBeGreaterThan(5);
  await daemon.run('spec.apply', { text: `${specOf(210, 211).replace('bridge: {', 'bridge: { name: other,')}active: false\n` });
  expect((await daemon.run('spec.plan', { text })).digest).toBe(digest);
  await daemon.run('spec.apply', { text: `${text}active: false\n` });
  await expect(daemon.run('spec.apply', { text, digest })).rejects.toMatchObject({ code: 'plan-stale' });
  const fresh = await daemon.run('spec.plan', { text });
  await daemon.run('spec.apply', { text, digest: fresh.digest });
});

test('networks that a specification names as absent go only when that is meant', async () => {
  const text = 'apiVersion: viaduct/v1\nkind: Network\nname: many0\nabsent: true\n';
  await expect(daemon.run('spec.apply', { text })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: "The specification removes network 'many0'.",
  });
  const { definitions, steps } = await daemon.run('spec.apply', { text, prune: true });
  expect(definitions).toEqual(['undefine network "many0"', 'stop network "many0"']);
  expect(steps.map(({ summary }) => summary)).toContain('delete bridge virbr0');
  await daemon.run('spec.apply', { text: specOf(0, 1) });
});

test('all of them stop in one apply', async () => {
  await timed('stop 201', () => daemon.run('spec.apply', { text: specOf(0, 202).replaceAll('dhcp: {}', 'dhcp: {}\nactive: false') }));
  expect(sh('ip -br link show type bridge | wc -l').trim()).toBe('0');
}, 120_000);
