import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { outside, services } from '../../src/lab/addresses.ts';
import type { Guest } from '../../src/lab/guest.ts';
import { eventually, pause, TestHost } from './harness.ts';

/** A specification of one network; `more` are further lines of YAML. */
function spec({ mode = 'nat', stp = false, gateway = '192.168.71.1', more = '', range = '192.168.71.2-192.168.71.200' } = {}): string {
  return `apiVersion: viaduct/v1
kind: Network
name: blue
mode: ${mode}
bridge: {name: virbr1, stp: ${stp}}
addresses: [{address: ${gateway}/24, dhcp: {ranges: [${range}]}}]
${more}`;
}

let host: TestHost;
let ann: Guest;
let bob: Guest;
let anns = '';
let bobs = '';
let iperfPort = 5300;

beforeAll(async () => {
  host = await TestHost.create();
  await host.host.sh('sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0');
  await host.client.call('spec.apply', { text: spec() });
  await host.world.announce('192.168.71.0/24');
  [ann, bob] = [host.world.guest('ann'), host.world.guest('bob')];
  // Ann's wire is Viaduct's, Bob's is another program's.
  await ann.createEmpty();
  await host.client.call('port.create', { network: 'blue', name: 'ann', link: { kind: 'veth', netns: 'ann', name: 'ann0' } });
  await bob.create({ link: 'bob0', mac: '52:54:00:00:71:02' });
  await bob.plug('bob0', 'virbr1');
  for (const guest of [ann, bob]) if ((await guest.dhcp()) === undefined) throw new Error(`no lease in ${guest.name}`);
  [anns, bobs] = [(await ann.addresses())[0] ?? '', (await bob.addresses())[0] ?? ''];
  await bob.agent.call('listenTcp', { port: services.echo });
}, 60_000);
afterAll(() => host?.close());

/** What is between guests, from a guest to the outside and from the host to a guest. */
interface Loss {
  /** Echoes of ten in a second that were not answered. */
  readonly neighbour: number;
  readonly outside: number;
  readonly host: number;
  /** Seconds without a byte of a stream to the outside, and whether connections broke. */
  readonly silence: number;
  readonly broken: readonly string[];
}

/** Runs `body` while pings at ten a second, two connections and an iperf3 stream go on. */
async function whileTalking(body: () => Promise<unknown>, seconds = 4): Promise<Loss> {
  const port = String((iperfPort += 1));
  const server = host.outside.start(
    ['iperf3', '-s', '-1', '-p', port, '-B', outside.server.ipv4, '--idle-timeout', '15', '--forceflush'],
    ['ignore', 'pipe', 'ignore'],
  );
  await once(server.stdout!, 'data');
  // Where the way out ends, it waits for its server for ever.
  const patience = ['timeout', '-k', '1', String(seconds + 3)];
  const stream = ann.run(
    [
      ...patience,
      'iperf3',
      '-c',
      outside.server.ipv4,
      '-p',
      port,
      '--connect-timeout',
      '2000',
      '-t',
      String(seconds),
      '-i',
      '0.1',
      '-b',
      '50M',
      '-J',
    ],
    { timeoutMs: 30_000 },
  );
  const pings = Promise.all([lost(ann, bobs, seconds), lost(ann, outside.server.ipv4, seconds), lost(host.host, anns, seconds)]);
  const flows = await Promise.all(
    [outside.server.ipv4, bobs].map((to) =>
      // There may be no way out before.
      ann.agent.call('startFlow', { to, port: services.echo, everyMs: 20 }).then(
        ({ flow }) => flow,
        () => undefined,
      ),
    ),
  );
  await pause(1000);
  await body();
  const [neighbour, out, fromHost] = await pings;
  const ended = await Promise.all(flows.flatMap((flow) => (flow === undefined ? [] : [ann.agent.call('stopFlow', { flow })])));
  const { intervals = [] } = JSON.parse((await stream).stdout || '{}') as { intervals?: { sum: { bytes: number } }[] };
  server.kill();
  return {
    neighbour,
    outside: out,
    host: fromHost,
    silence: intervals.filter(({ sum }) => sum.bytes === 0).length / 10,
    broken: ended.flatMap(({ broken }) => broken ?? []),
  };
}

async function lost(from: Pick<Guest, 'run'>, to: string, seconds: number): Promise<number> {
  const { stdout } = await from.run(['ping', '-n', '-q', '-i', '0.1', '-c', String(seconds * 10), '-W', '1', to], { timeoutMs: 60_000 });
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(stdout) ?? [];
  return Number(sent) - Number(received);
}

const nothing = { neighbour: 0, outside: 0, host: 0, broken: [] };
const guests = 'Guests of network blue (ann, bob0)';
const dnsPauses = 'DHCP and DNS of network blue pause for less than a second';

const changes: { name: string; text: string; says: string[]; loss?: (loss: Loss) => void }[] = [
  { name: 'another domain', text: spec({ more: 'domain: blue.test' }), says: [dnsPauses] },
  { name: 'no domain', text: spec(), says: [dnsPauses] },
  { name: 'another range', text: spec({ range: '192.168.71.2-192.168.71.210' }), says: [dnsPauses] },
  { name: 'a routed network', text: spec({ mode: 'route' }), says: [dnsPauses] },
  { name: 'NAT again', text: spec(), says: [`${guests} are no longer reached from outside`] },
  {
    name: 'isolation',
    text: spec({ mode: 'isolated' }),
    says: [dnsPauses, `${guests} lose their way out`],
    loss: ({ outside: out, neighbour, host: fromHost }) => {
      expect(out).toBeGreaterThan(20);
      expect({ neighbour, fromHost }).toEqual({ neighbour: 0, fromHost: 0 });
    },
  },
  {
    name: 'a way out again',
    text: spec(),
    says: [dnsPauses],
    loss: ({ neighbour, host: fromHost }) => expect({ neighbour, fromHost }).toEqual({ neighbour: 0, fromHost: 0 }),
  },
  { name: 'an open network', text: spec({ mode: 'open' }), says: [dnsPauses] },
  { name: 'NAT after that', text: spec(), says: [dnsPauses, `${guests} are no longer reached from outside`] },
  {
    name: 'spanning tree',
    text: spec({ stp: true }),
    says: ['Guests that are plugged into network blue from now on wait 4 seconds until frames pass'],
  },
  { name: 'no spanning tree', text: spec(), says: [] },
  {
    name: 'a smaller MTU',
    text: spec({ more: 'mtu: 1400' }),
    says: [`Packets of more than 1400 bytes do not reach ${guests.replace('G', 'g')} until they renew their leases`, dnsPauses],
  },
  { name: 'the usual MTU again', text: spec(), says: [dnsPauses] },
  { name: 'limits', text: spec({ more: 'bandwidth: {inbound: {average: 100000}, outbound: {average: 100000}}' }), says: [] },
  { name: 'no limits', text: spec(), says: [] },
  { name: 'guards', text: spec({ more: 'guard: {mac: true, ra: true}' }), says: [] },
  { name: 'no guards', text: spec(), says: [] },
];

describe('a running network changes: the plan says who loses what, and nobody loses more', () => {
  for (const { name, text, says, loss } of changes) {
    test(name, async () => {
      const { steps } = await host.client.call('spec.plan', { text });
      expect(new Set(steps.flatMap(({ interrupts }) => interrupts ?? []))).toEqual(new Set(says));
      const lostHere = await whileTalking(() => host.client.call('spec.apply', { text }));
      if (loss !== undefined) return loss(lostHere);
      expect(lostHere).toMatchObject(nothing);
      expect(lostHere.silence).toBeLessThanOrEqual(0.2);
    });
  }

  test('another gateway: guests find it when they renew, and not before', async () => {
    const text = spec({ gateway: '192.168.71.254' });
    const { steps } = await host.client.call('spec.plan', { text });
    expect(steps.flatMap(({ interrupts }) => interrupts ?? [])).toContain(
      `${guests} lose their gateway 192.168.71.1 until they renew their leases`,
    );
    expect(await whileTalking(() => host.client.call('spec.apply', { text }))).toMatchObject({ neighbour: 0, broken: [] });
    // It goes on for as long as the guest remembers whose frames go to the gateway.
    await ann.sh('ip neighbour flush dev eth0');
    expect(await ann.ping(outside.server.ipv4)).toBe(false);
    await ann.dhcp();
    expect(await ann.ping(outside.server.ipv4, { tries: 3 })).toBe(true);
    await host.client.call('spec.apply', { text: spec() });
    await ann.dhcp();
  });

  test('a guest that is plugged in under spanning tree waits as long as was said', async () => {
    await host.client.call('spec.apply', { text: spec({ stp: true }) });
    const cyd = await host.guest('virbr1', { name: 'cyd' });
    await cyd.address('192.168.71.240/24');
    const began = performance.now();
    await eventually('it reaches the host', () => cyd.ping('192.168.71.1'), 10_000);
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThan(2500);
    expect(waited).toBeLessThan(6000);
    await cyd.remove();
    await eventually('it is forgotten', async () => (await host.client.call('network.get', { network: 'blue' })).ports === 2);
    await host.client.call('spec.apply', { text: spec() });
  });
});

/** As with virtual machines in vm.test.ts: on a busy machine the best of three is the network's own. */
async function bestOfThree(body: () => Promise<unknown>): Promise<Loss> {
  let best = await whileTalking(body);
  for (let tries = 1; tries < 3 && best.neighbour > 1; tries += 1) {
    const next = await whileTalking(body);
    if (next.neighbour < best.neighbour) best = next;
  }
  return best;
}

describe('a network is stopped and started, or broken: guests are back at once', () => {
  const index = async () => (await host.host.sh('ip -o link show ann0')).split(':')[0];
  const restart = async () => {
    await host.client.call('network.destroy', { network: 'blue' });
    await host.client.call('network.start', { network: 'blue' });
  };

  test('S090: net-destroy says whom it cuts off before it does; with net-start at most one ping of ten a second is lost', async () => {
    const { code, stdout } = await host.cli('net-destroy', 'blue', '--dry-run');
    expect({ code, stdout }).toEqual({
      code: 4,
      stdout: expect.stringContaining(`! ${guests} lose their connection until it is started again\n`) as string,
    });
    expect(await host.cli('net-start', 'blue', '--dry-run')).toMatchObject({ code: 1 });
    const before = await index();
    const { neighbour, outside: out, host: fromHost, broken } = await bestOfThree(restart);
    expect(broken).toEqual([]);
    expect(neighbour).toBeLessThanOrEqual(1);
    expect(Math.max(out, fromHost)).toBeLessThanOrEqual(2);
    expect(await index()).toBe(before);
  });

  test('a changed definition that takes effect with the next start: the same', async () => {
    const { xml } = await host.client.call('network.xml', { network: 'blue', inactive: true });
    await host.client.call('network.define', { xml: xml.replace('<ip ', "<domain name='next.test'/>\n  <ip ") });
    const { neighbour, broken } = await bestOfThree(restart);
    expect(broken).toEqual([]);
    expect(neighbour).toBeLessThanOrEqual(1);
    expect((await host.client.call('network.xml', { network: 'blue' })).xml).toContain('next.test');
  });

  test('a bridge that somebody deletes is there again with every guest', async () => {
    const { neighbour, broken } = await bestOfThree(() => host.host.sh('ip link delete virbr1'));
    expect(broken).toEqual([]);
    expect(neighbour).toBeLessThanOrEqual(3);
    expect(await host.host.sh('ip -o link show master virbr1')).toMatch(/ann0[^]*bob0|bob0[^]*ann0/);
  });

  test('S090: the same with a spanning tree, which libvirt asks for where nobody says: it begins when the guests are in', async () => {
    await host.client.call('spec.apply', { text: spec({ stp: true }) });
    const tree = () => host.host.sh('cat /sys/class/net/virbr1/bridge/stp_state /sys/class/net/virbr1/brif/*/state');
    const { neighbour, broken } = await bestOfThree(restart);
    expect(broken).toEqual([]);
    expect(neighbour).toBeLessThanOrEqual(1);
    expect(await tree()).toBe('1\n3\n3\n');
    const deleted = await bestOfThree(() => host.host.sh('ip link delete virbr1'));
    expect(deleted.neighbour).toBeLessThanOrEqual(3);
    expect(await tree()).toBe('1\n3\n3\n');
    await host.client.call('spec.apply', { text: spec() });
  });

  test('S118: a daemon that starts anew, or is killed, costs nobody anything', async () => {
    for (const signal of ['TERM', 'KILL'] as const) {
      const loss = await whileTalking(async () => {
        await host.stopDaemon(signal);
        await pause(500);
        await host.startDaemon();
      });
      expect(loss).toMatchObject(nothing);
    }
  });
});
