import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answering } from '../../src/lab/answering.ts';
import { connect, type Client } from '../../src/rest/client.ts';
import { natXml } from './daemon-space.ts';
import { viaduct } from './harness.ts';
import { enterNewNetns, sh } from './system-space.ts';

const folder = mkdtempSync(join(tmpdir(), 'viaduct-crash-'));
const socket = join(folder, 's');
let client: Client;
let end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void> = () => Promise.resolve();
let ended: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  enterNewNetns();
  sh(`chmod 755 ${folder}`);
  await startDaemon();
  await client.call('network.define', { xml: natXml('base', 1) });
  await client.call('network.start', { network: 'base' });
});
afterAll(async () => {
  for (const { name, active } of await client.call('network.list', {})) if (active) await client.call('network.destroy', { network: name });
  await end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** The built daemon, which dies at a point of a change when told to. */
async function startDaemon(crashAt?: string): Promise<void> {
  const log = openSync(join(folder, 'log'), 'a');
  const argv = [
    viaduct,
    'daemon',
    '--no-default-network',
    '--state-dir',
    join(folder, 'state'),
    '--run-dir',
    join(folder, 'run'),
    '--socket',
    socket,
  ];
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...(crashAt !== undefined && { VIADUCT_CRASH_AT: crashAt }) },
  });
  ended = once(child, 'exit');
  const early = ended.then(() => Promise.reject(new Error(readFileSync(join(folder, 'log'), 'utf8'))));
  early.catch(() => undefined);
  await Promise.race([answering(socket), early]);
  client = connect({ socketPath: socket });
  end = async (signal) => {
    client[Symbol.dispose]();
    child.kill(signal);
    await ended;
  };
}

function dnsmasqs(): readonly string[] {
  const here = readlinkSync('/proc/self/ns/net');
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'dnsmasq\n' && readlinkSync(`/proc/${pid}/ns/net`) === here;
    } catch {
      return false;
    }
  });
}

/** What is on the host is what active networks need, all of it and no more. */
async function expectConsistent(): Promise<void> {
  const active = (await client.call('network.list', { active: true })).flatMap(({ bridge }) => bridge ?? []).toSorted();
  expect(
    sh('ip -br link show type bridge')
      .split('\n')
      .flatMap((line) => line.split(' ')[0] || [])
      .toSorted(),
  ).toEqual(active);
  expect(dnsmasqs()).toHaveLength(active.length);
  const rules = sh('nft list table inet viaduct');
  expect([...new Set(rules.match(/vb-\w+/g)?.map((name) => name.replace(/_.*/, '')))].toSorted()).toEqual(active);
  expect(readdirSync(join(folder, 'run')).filter((name) => name.startsWith('journal'))).toEqual([]);
  expect(readdirSync(join(folder, 'run/dnsmasq')).filter((name) => name.endsWith('.conf'))).toHaveLength(active.length);
}

const specOf = (active: boolean) =>
  ['x', 'y', 'z']
    .map(
      (name, index) =>
        `apiVersion: viaduct/v1\nkind: Network\nname: ${name}\nmode: nat\nsubnet: 10.9.${index}.0/24\ndhcp: {}\nbridge: vb-${name}\nautostart: true\nactive: ${active}\n`,
    )
    .join('---\n');

const journeys: {
  name: string;
  points: readonly string[];
  before?: () => Promise<unknown>;
  act: () => Promise<unknown>;
  clean: () => Promise<unknown>;
}[] = [
  {
    name: 'while a network starts',
    points: [
      'intended',
      'applied:1',
      'applied:2',
      'applied:3',
      'applied:4',
      'applied:5',
      'applied:6',
      'verified',
      'committing',
      'written:1',
      'committed',
    ],
    before: () => client.call('network.define', { xml: natXml('n', 2) }),
    act: () => client.call('network.start', { network: 'n' }),
    clean: async () => {
      if ((await client.call('network.get', { network: 'n' })).active) await client.call('network.destroy', { network: 'n' });
      await client.call('network.undefine', { network: 'n' });
    },
  },
  {
    name: 'while a network stops',
    points: ['intended', 'applied:1', 'applied:3', 'applied:5', 'verified', 'written:1', 'committed'],
    before: () => client.call('network.create', { xml: natXml('n', 2) }),
    act: () => client.call('network.destroy', { network: 'n' }),
    clean: async () => {
      if ((await client.call('network.list', {})).length > 1) await client.call('network.destroy', { network: 'n' });
    },
  },
  {
    name: 'while three networks come in one apply',
    points: ['intended', 'applied:2', 'applied:5', 'verified', 'committing', 'written:1', 'written:4', 'committed'],
    act: () => client.call('spec.apply', { text: specOf(true) }),
    clean: async () => {
      expect([1, 4]).toContain((await client.call('network.list', {})).length);
      if ((await client.call('network.list', {})).length === 1) return;
      expect((await client.call('network.list', { active: true, autostart: true })).length).toBe(3);
      await client.call('spec.apply', { text: specOf(false) });
      for (const name of ['x', 'y', 'z']) await client.call('network.undefine', { network: name });
    },
  },
];

describe('a daemon that is killed', () => {
  for (const { name, points, before, act, clean } of journeys) {
    for (const point of points) {
      test(`${name}, at "${point}", is followed by one that finds everything in order`, async () => {
        await before?.();
        const pid = readFileSync(join(folder, 'run/dnsmasq/vb-base.pid'), 'utf8');
        await end('SIGKILL');
        await startDaemon(point);
        await expect(act()).rejects.toMatchObject({ code: 'unreachable' });
        await ended;
        await startDaemon();
        await expectConsistent();
        expect(readFileSync(join(folder, 'run/dnsmasq/vb-base.pid'), 'utf8')).toBe(pid);
        expect((await client.call('network.get', { network: 'base' })).active).toBe(true);
        await clean();
        await expectConsistent();
      });
    }
  }
});

test('a second daemon is refused the same folders', async () => {
  const second = spawn(
    process.execPath,
    [viaduct, 'daemon', '--state-dir', join(folder, 'state'), '--run-dir', join(folder, 'other'), '--socket', join(folder, 'o')],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  second.stderr.on('data', (text) => (words += String(text)));
  const [status] = await once(second, 'exit');
  expect(status).not.toBe(0);
  expect(words).toContain('Another daemon, process');
});

test('a daemon that is asked to end leaves the data plane alone', async () => {
  const before = sh('ip -br addr; nft list table inet viaduct | grep -v packets');
  const pids = dnsmasqs();
  await end('SIGTERM');
  expect(sh('ip -br addr; nft list table inet viaduct | grep -v packets')).toBe(before);
  expect(dnsmasqs()).toEqual(pids);
  await startDaemon();
});
