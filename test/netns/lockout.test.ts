import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostAddress, outside, services } from '../../src/lab/addresses.ts';
import { eventually, pause, TestHost, viaduct } from './harness.ts';

let host: TestHost;

beforeEach(async () => {
  host = await TestHost.create();
});
afterEach(() => host.close());

/** The host as others and its own routes see it, and every file of what Viaduct keeps; one that goes while we look is told as missing. */
const picture = () =>
  host.host.sh(`ip -br -o link | sed "s/@[^ ]*//" | sort; ip -br address show scope global | sed "s/@[^ ]*//"
    ip route | sed "s/ proto static//;s/ *$//" | sort; ip -6 route show default | sed "s/ proto [a-z]*//;s/ pref medium//"; cd ${host.folder}/state; find . -type f ! -name lock | sort | xargs -r sha256sum 2>&1 || true`);
const answers = async (address: string = hostAddress.ipv4) => (await host.outside.run(['ping', '-c1', '-W1', address])).code === 0;
const watchdogs = async () =>
  (
    await host.host.run([
      'sh',
      '-c',
      'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline 2>/dev/null | grep -q "[w]atchdog --state-dir" && [ "$(readlink $p/ns/net)" = "$(readlink /proc/self/ns/net)" ] && echo ${p#/proc/}; done; true',
    ])
  ).stdout
    .split('\n')
    .filter(Boolean);

/** Something waits to be confirmed, also when nobody lives to hear it. */
const isWaiting = () => existsSync(join(host.folder, 'state/checkpoint.json'));

const bridgeXml = (protocol: string) =>
  `<interface type='bridge' name='br0'><start mode='onboot'/>${protocol}<bridge stp='off'><interface type='ethernet' name='eth0'/></bridge></interface>`;
const mistakes: { name: string; protocol: string }[] = [
  { name: 'a bridge without an address', protocol: '' },
  { name: 'another address', protocol: "<protocol family='ipv4'><ip address='10.99.0.2' prefix='24'/></protocol>" },
  {
    name: 'a wrong gateway',
    protocol: `<protocol family='ipv4'><ip address='${hostAddress.ipv4}' prefix='24'/><route gateway='203.0.113.77'/></protocol>`,
  },
];

test('S004 S064: a session over the card lives on while the card goes into a bridge, is confirmed, and comes out again', async () => {
  await host.host.agent.call('listenTcp', { port: services.echo });
  const { flow } = await host.outside.agent.call('startFlow', { to: hostAddress.ipv4, port: services.echo, everyMs: 20 });
  const said = await host.cli('bridge', 'create', 'br0', '--port', 'eth0', '--for', '2');
  expect(said).toMatchObject({ code: 0, stderr: 'Say "viaduct host confirm" within 2 seconds, or everything goes back to what it was.\n' });
  await host.must('host', 'confirm');
  await pause(2800);
  expect(await host.host.sh('ip -br address show dev br0')).toContain(hostAddress.ipv4);
  expect(await watchdogs()).toEqual([]);
  await host.must('bridge', 'delete', 'br0');
  await host.must('host', 'rollback');
  expect(await host.host.sh('ip -br address show dev br0')).toContain(hostAddress.ipv4);
  const { broken, sent, received, longestGapMs } = await host.outside.agent.call('stopFlow', { flow });
  expect(broken).toBeUndefined();
  expect(received).toBeGreaterThan(sent - 5);
  expect(longestGapMs).toBeLessThan(1500);
});

test('S064: the prompt says which session moves', async () => {
  const { stderr } = await host.host.run([viaduct, '--socket', host.socket, 'bridge', 'create', 'br0', '--port', 'eth0', '--for', '2'], {
    env: { LC_ALL: 'C.UTF-8', SSH_CONNECTION: `${outside.lan.ipv4} 50022 ${hostAddress.ipv4} 22` },
  });
  expect(stderr).toContain(`Your own session from ${outside.lan.ipv4} runs over ${hostAddress.ipv4}, which has moved.`);
});

test('S064: what would end the session of who asks is taken back at once', async () => {
  const before = await picture();
  const { code, stderr } = await host.host.run(
    [viaduct, '--socket', host.socket, 'host', 'apply', host.file('br0.xml', bridgeXml(mistakes[1]?.protocol ?? ''))],
    { env: { LC_ALL: 'C.UTF-8', SSH_CONNECTION: `${outside.lan.ipv4} 50022 ${hostAddress.ipv4} 22` } },
  );
  const says = `your own session from ${outside.lan.ipv4} goes to ${hostAddress.ipv4}`;
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(says) as string });
  expect(await picture()).toBe(before);
  expect(await answers()).toBe(true);
});

describe('nobody confirms', () => {
  for (const { name, protocol } of mistakes) {
    test(`${name}: after the deadline everything is as it was`, async () => {
      const before = await picture();
      await host.must('host', 'apply', host.file('br0.xml', bridgeXml(protocol)), '--for', '2');
      expect(await picture()).not.toBe(before);
      expect((await host.cli('bridge', 'create', 'br1', '--port', 'eth0')).code).toBe(1);
      await eventually('everything is as it was', async () => (await picture()) === before, 8000);
      expect(await answers()).toBe(true);
      expect((await host.cli('host', 'confirm')).stderr).toContain('no change of the host waits to be confirmed');
      await eventually('no watchdog is left', async () => (await watchdogs()).length === 0);
    });

    test(`${name}, and the daemon is killed: a watchdog does it`, async () => {
      const before = await picture();
      await host.must('host', 'apply', host.file('br0.xml', bridgeXml(protocol)), '--for', '2');
      await host.stopDaemon('KILL');
      await eventually('it was taken back', async () => !isWaiting(), 8000);
      expect(await picture()).toBe(before);
      expect(await answers()).toBe(true);
      await host.startDaemon();
      expect(await picture()).toBe(before);
    });
  }
});

describe('a daemon that dies in the middle', () => {
  for (const point of [
    'intended',
    'applied:1',
    'applied:2',
    'applied:3',
    'applied:4',
    'applied:5',
    'applied:6',
    'verified',
    'committing',
    'written:2',
  ]) {
    test(`of the change, at "${point}", leaves it to the watchdog`, async () => {
      const before = await picture();
      await crashing(point);
      expect((await host.cli('bridge', 'create', 'br0', '--port', 'eth0', '--for', '1')).code).toBe(1);
      await eventually('it was taken back', async () => !isWaiting(), 10_000);
      expect(await picture()).toBe(before);
      expect(await answers()).toBe(true);
    });
  }

  for (const point of ['intended', 'applied:1', 'applied:3', 'verified', 'committing', 'written:1']) {
    test(`of taking it back, at "${point}", leaves the rest to the watchdog`, async () => {
      const before = await picture();
      await host.must('bridge', 'create', 'br0', '--port', 'eth0', '--for', '3');
      await host.stopDaemon('KILL');
      await crashing(point, false);
      await eventually('it was taken back', async () => !isWaiting(), 10_000);
      expect(await picture()).toBe(before);
      expect(await answers()).toBe(true);
    });
  }
});

/** Puts a daemon in the place of the one that runs, which dies at a point of its next change. */
async function crashing(point: string, replace = true): Promise<void> {
  if (replace) await host.stopDaemon();
  process.env['VIADUCT_CRASH_AT'] = point;
  try {
    await host.startDaemon();
  } finally {
    delete process.env['VIADUCT_CRASH_AT'];
  }
}
