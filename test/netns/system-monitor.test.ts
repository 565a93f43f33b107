import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monitorKernel } from '../../src/system/kernel/monitor.ts';
import type { Bell } from '../../src/system/system.ts';
import { bridge, create, enterNewNetns, name, perform, remove, sh, temporarySystem, until } from './system-space.ts';

enterNewNetns();
let system: Awaited<ReturnType<typeof temporarySystem>>;

beforeAll(async () => {
  system = await temporarySystem();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

/** Bells that ring after `command`, once one of them is `wanted`; fails when it takes more than a second. */
async function rungBy(command: string, wanted: Bell): Promise<void> {
  const bells: Bell[] = [];
  const monitor = system.monitor((bell) => bells.push(bell));
  sh(command);
  const waited = await until(() => bells.some((bell) => JSON.stringify(bell) === JSON.stringify(wanted)), 1000).finally(() =>
    monitor[Symbol.dispose](),
  );
  console.log(`${command}: ${waited.toFixed(1)} ms`);
}

describe('a bell rings within a second', () => {
  const cases: { command: string; bell: Bell }[] = [
    { command: 'ip link add mon0 type bridge', bell: { kind: 'link', name: 'mon0', gone: false } },
    { command: 'ip addr add 10.3.0.1/24 dev mon0', bell: { kind: 'address', link: 'mon0' } },
    { command: 'ip addr add 2001:db8:3::1/64 dev mon0', bell: { kind: 'address', link: 'mon0' } },
    { command: 'ip link set mon0 up && ip route add 10.4.0.0/24 via 10.3.0.9', bell: { kind: 'route', link: 'mon0' } },
    { command: 'ip tuntap add mon1 mode tap && ip link set mon1 master mon0', bell: { kind: 'link', name: 'mon1', gone: false } },
    { command: 'ip link set mon1 nomaster', bell: { kind: 'link', name: 'mon1', gone: false } },
    { command: 'ip link delete mon1', bell: { kind: 'link', name: 'mon1', gone: true } },
    { command: 'ip link delete mon0', bell: { kind: 'link', name: 'mon0', gone: true } },
  ];
  for (const { command, bell } of cases) test(`after ${command}`, () => rungBy(command, bell));

  test('when somebody flushes our nft table', async () => {
    await perform(
      system,
      create({
        kind: 'nft-network',
        bridge: name('mon0'),
        rules: { chains: [{ name: 'from_mon0', rules: [] }], elements: [{ into: 'from_guests', key: ['mon0'], jump: 'from_mon0' }] },
      }),
    );
    await rungBy('nft delete table inet viaduct', { kind: 'nft' });
  });

  test('when a lease file changes', async () => {
    await rungBy(`echo '0 52:54:00:00:00:01 10.3.0.2 * *' >> ${system.leaseDir}/mon0.leases`, { kind: 'leases', bridge: 'mon0' });
    expect(await system.leases(name('mon0'))).toMatchObject([{ address: '10.3.0.2' }]);
  });
});

test('an overrun queue rings "resync", and later bells ring again', async () => {
  const bells: Bell[] = [];
  using monitor = monitorKernel((bell) => bells.push(bell), { receiveBuffer: 4096 });
  expect(monitor).toBeDefined();
  // Without a turn of the event loop nothing is read meanwhile.
  sh('for i in 1 2 3 4 5 6 7 8 9 10; do ip link add storm$i type bridge; done');
  await until(() => bells.some(({ kind }) => kind === 'resync'));
  bells.length = 0;
  sh('ip link set storm1 up');
  await until(() => bells.some((bell) => bell.kind === 'link' && bell.name === 'storm1'));
  await perform(system, ...Array.from({ length: 10 }, (_, index) => remove(bridge(`storm${index + 1}`))));
});

test('a monitor that was disposed of rings no more', async () => {
  const bells: Bell[] = [];
  system.monitor((bell) => bells.push(bell))[Symbol.dispose]();
  sh('ip link add quiet type bridge && ip link delete quiet');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(bells).toEqual([]);
});

test('a process that watches and has nothing else to do ends by itself', async () => {
  const folder = mkdtempSync(join(import.meta.dirname, '../../node_modules/.system-exit-'));
  const entry = join(folder, 'main.ts');
  const real = join(import.meta.dirname, '../../src/system/real.ts');
  writeFileSync(
    entry,
    `import { openSystem } from ${JSON.stringify(real)};\nconst system = await openSystem({ runDir: process.argv[2]!, leaseDir: process.argv[2]! });\nsystem.monitor(() => undefined);\nconsole.log('watching');\n`,
  );
  const bundle = await rolldown({
    input: entry,
    platform: 'node',
    external: ['koffi'],
    transform: { target: 'node20.19' },
    logLevel: 'silent',
  });
  await bundle.write({ dir: folder, entryFileNames: 'main.mjs', format: 'esm' });
  expect(execFileSync('node', [join(folder, 'main.mjs'), join(folder, 'run')], { encoding: 'utf8', timeout: 10_000 })).toBe('watching\n');
  rmSync(folder, { recursive: true });
});

/** Milliseconds for each of sixteen. */
async function timed(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return (performance.now() - start) / 16;
}

test('many bridges go together, while the event loop goes on', async () => {
  const many = Array.from({ length: 32 }, (_, index) => bridge(`bulk${index}`));
  const half = many.slice(0, 16);
  const made = await timed(() => perform(system, ...half.map(create)));
  const oneByOne = await timed(async () => {
    for (const object of half) await perform(system, remove(object));
  });
  await perform(system, ...half.map(create));
  let turns = 0;
  const ticker = setInterval(() => (turns += 1), 5);
  const together = await timed(() => perform(system, ...half.map(remove)));
  clearInterval(ticker);
  console.log(
    `bridge: make ${made.toFixed(2)}, delete one by one ${oneByOne.toFixed(1)}, together ${together.toFixed(1)} ms each; ${turns} turns of the loop meanwhile`,
  );
  expect((await system.observe(many)).size).toBe(0);
  expect(turns).toBeGreaterThan(5);
  // What is gone, or never was, is no error.
  await perform(system, create(many[20]!));
  expect(await system.perform(many.slice(18, 22).map(remove))).toEqual([undefined, undefined, undefined, undefined]);
});

test('a thousand links are read in one go', async () => {
  sh(`for i in $(seq 1000); do echo link add x$i type bridge; done > ${system.runDir}/batch; ip -batch ${system.runDir}/batch`);
  const laps: string[] = [];
  const lap = async (what: string, body: () => Promise<unknown>): Promise<void> => {
    const start = performance.now();
    await body();
    laps.push(`${what} ${(performance.now() - start).toFixed(2)} ms`);
  };
  await lap('links() of 1000', async () => expect(await system.links()).toHaveLength(1001));
  await lap('again', () => system.links());
  await lap('linkNames()', () => system.linkNames());
  await lap('routes()', () => system.routes());
  await lap('observe 1 beside 1000', () => system.observe([bridge('x500')]));
  await lap('observe 300', () => system.observe(Array.from({ length: 300 }, (_, index) => bridge(`x${index + 1}`))));
  const made = bridge('one');
  await lap('make 1 beside 1000', () => perform(system, create(made)));
  await lap('address', () => perform(system, create({ kind: 'address', link: name('one'), address: '10.200.0.1', prefix: 24 })));
  await lap('observe its address', () => system.observe([{ kind: 'address', link: name('one'), address: '10.200.0.1', prefix: 24 }]));
  console.log(laps.join('; '));
});
