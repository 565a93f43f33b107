import { execFile, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostObject } from '../../src/model/host-state.ts';
import { keyOf } from '../../src/model/host-state.ts';
import { bridge, create, enterNewNetns, mac, name, namedNetns, perform, remove, sh, temporarySystem, update } from './system-space.ts';

enterNewNetns();
const host = '10.8.0.1';
let system: Awaited<ReturnType<typeof temporarySystem>>;
let guest: ReturnType<typeof namedNetns>;
let server: ReturnType<typeof spawn>;

beforeAll(async () => {
  system = await temporarySystem();
  guest = namedNetns('shaped');
  await perform(system, create(bridge('br0')));
  await perform(system, create({ kind: 'address', link: name('br0'), address: host, prefix: 24 }));
  await perform(
    system,
    create({ kind: 'veth', name: name('veth0'), netns: guest.name, inside: name('eth0'), mac: mac('52:54:00:00:00:02') }),
  );
  await perform(system, create({ kind: 'bridge-port', link: name('veth0'), bridge: name('br0'), isolated: false, claim: 'owned' }));
  sh(`ip -n ${guest.name} addr add 10.8.0.2/24 dev eth0`);
  server = spawn('iperf3', ['-s', '-B', host, '--forceflush'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => server.stdout?.once('data', resolve));
});
afterAll(async () => {
  server.kill();
  guest[Symbol.dispose]();
  await system[Symbol.asyncDispose]();
});

/** Kilobytes per second over TCP, seen from the guest: `in` is towards it. */
function measure(direction: 'in' | 'out'): Promise<number> {
  const args = ['netns', 'exec', guest.name, 'iperf3', '-c', host, '-t', '1', '-J', ...(direction === 'in' ? ['-R'] : [])];
  return new Promise((resolve, reject) => {
    execFile('ip', args, (error, stdout) => {
      if (error !== null) return reject(new Error(stdout, { cause: error }));
      // oxlint-disable-next-line no-unsafe-type-assertion -- iperf3's own format
      const { end } = JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } };
      resolve(end.sum_received.bits_per_second / 8000);
    });
  });
}

for (const link of ['br0', 'veth0']) {
  test(`${link}: each direction gets its rate, and all of it again without one`, async () => {
    const limits: HostObject = { kind: 'bandwidth', link: name(link), inbound: { average: 5000 }, outbound: { average: 2500 } };
    await perform(system, create(limits));
    const limited = { in: await measure('in'), out: await measure('out') };

    const looser: HostObject = { kind: 'bandwidth', link: name(link), inbound: { average: 5000 } };
    expect((await system.observe([looser])).get(keyOf(looser))).not.toEqual(looser);
    await perform(system, update(limits, looser));
    expect((await system.observe([looser])).get(keyOf(looser))).toEqual(looser);
    const half = { in: await measure('in'), out: await measure('out') };

    await perform(system, remove(looser));
    const free = { in: await measure('in'), out: await measure('out') };
    console.log(link, { limited, half, free });
    expect(sh('ip -o link')).not.toContain('ifb');
    for (const [found, wanted] of [
      [limited.in, 5000],
      [limited.out, 2500],
      [half.in, 5000],
    ] as const) {
      expect(found).toBeGreaterThan(wanted * 0.7);
      expect(found).toBeLessThan(wanted * 1.15);
    }
    expect(Math.min(half.out, free.in, free.out)).toBeGreaterThan(20_000);
  });
}

test('limits on a link that is not there are refused by name, and taking them away is fine', async () => {
  const limits: HostObject = { kind: 'bandwidth', link: name('nope'), inbound: { average: 1 } };
  expect((await system.perform([create(limits)])).map((error) => error?.message)).toEqual([
    'cannot set bandwidth limits on nope: there is no interface nope',
  ]);
  await perform(system, remove(limits));
});

test("another's shaper is not ours to take away", async () => {
  sh('tc qdisc add dev br0 root handle 77: tbf rate 1mbit burst 10kb latency 50ms');
  const limits: HostObject = { kind: 'bandwidth', link: name('br0'), inbound: { average: 9 } };
  expect((await system.observe([limits])).size).toBe(0);
  await perform(system, remove(limits));
  expect(sh('tc qdisc show dev br0')).toContain('tbf 77:');
  sh('tc qdisc del dev br0 root');
});
