import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { arp, ethernet, send } from './forge.ts';
import { enterNewNetns, namedNetns, sh } from './system-space.ts';

/** Kilobytes per second. A limit holds when what passes is within a quarter of it. */
const within = (rate: number, limit: number): boolean => rate > limit * 0.75 && rate < limit * 1.25;

const host = '10.77.20.1';
let daemon: TestDaemon;
const guests = [1, 2].map((number) => ({
  number,
  netns: namedNetns(`limited${number}`),
  address: `10.77.20.${number + 10}`,
  mac: `52:54:00:00:20:0${number}`,
}));
const [one, two] = guests as [(typeof guests)[0], (typeof guests)[0]];
const servers: ChildProcess[] = [];

beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
});
afterAll(async () => {
  for (const server of servers) server.kill();
  await daemon[Symbol.asyncDispose]();
  for (const { netns } of guests) netns[Symbol.dispose]();
});

async function start(more: string, ...ports: { bandwidth?: object; group?: string; isolated?: boolean }[]): Promise<void> {
  for (const server of servers.splice(0)) server.kill();
  if ((await daemon.run('network.list', {})).length > 0) await daemon.run('network.destroy', { network: 'limits' });
  await daemon.run('network.create', { xml: natXml('limits', 20, more) });
  for (const [index, { bandwidth, ...port }] of ports.entries()) {
    const { netns, number, mac, address } = guests[index]!;
    const { uuid } = await daemon.run('port.create', {
      network: 'limits',
      mac,
      ...port,
      link: { kind: 'veth', name: `wire${number}`, netns: netns.name, inside: 'eth0' },
    });
    if (bandwidth !== undefined) await daemon.run('port.setBandwidth', { network: 'limits', port: uuid, ...bandwidth });
    sh(`ip -n ${netns.name} link set eth0 up; ip -n ${netns.name} address replace ${address}/24 dev eth0`);
  }
  for (const port of ['5201', '5202']) {
    const server = spawn('iperf3', ['-s', '-B', host, '-p', port, '--forceflush'], { stdio: ['ignore', 'pipe', 'ignore'] });
    servers.push(server);
    await new Promise((resolve) => server.stdout.once('data', resolve));
  }
}

/** Over TCP, seen from the guest: `in` is towards it. */
function measure({ netns, number }: (typeof guests)[0], direction: 'in' | 'out', seconds = 1): Promise<number> {
  const argv = [
    'netns',
    'exec',
    netns.name,
    'iperf3',
    '-c',
    host,
    '-p',
    String(5200 + number),
    '-t',
    String(seconds),
    '-J',
    ...(direction === 'in' ? ['-R'] : []),
  ];
  return new Promise((resolve, reject) => {
    execFile('ip', argv, (error, stdout) => {
      if (error !== null) return reject(new Error(stdout, { cause: error }));
      // oxlint-disable-next-line no-unsafe-type-assertion -- iperf3's own format
      resolve((JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } }).end.sum_received.bits_per_second / 8000);
    });
  });
}

describe('bandwidth holds in both directions', () => {
  const rate = "<bandwidth><inbound average='4000'/><outbound average='2000'/></bandwidth>";
  const rows: { name: string; more: string; port: Parameters<typeof start>[1] }[] = [
    { name: 'of a network', more: rate, port: {} },
    { name: 'of a portgroup', more: `<portgroup name='slow'>${rate}</portgroup>`, port: { group: 'slow' } },
    { name: 'of a port', more: '', port: { bandwidth: { inbound: { average: 4000 }, outbound: { average: 2000 } } } },
  ];
  for (const { name, more, port } of rows) {
    test(name, async () => {
      await start(more, port!);
      const found = { in: await measure(one, 'in', 2), out: await measure(one, 'out', 2) };
      console.log(name, found);
      expect(within(found.in, 4000)).toBe(true);
      expect(within(found.out, 2000)).toBe(true);
    });
  }
});

describe('a floor', () => {
  const more = "<bandwidth><inbound average='4000'/></bandwidth>";

  test("is what a guest gets however much others want, and all is anybody's who is alone", async () => {
    await start(more, { bandwidth: { inbound: { average: 4000, floor: 3000 } } }, {});
    const alone = await measure(two, 'in');
    const [promised, rest] = await Promise.all([measure(one, 'in', 3), measure(two, 'in', 3)]);
    console.log('floor', { alone, promised, rest });
    expect(within(alone, 4000)).toBe(true);
    expect(within(promised, 3000)).toBe(true);
    expect(within(rest, 1000)).toBe(true);
  });

  test('that goes leaves its share to all, and the host is then as planned', async () => {
    const ports = await daemon.run('port.list', { network: 'limits' });
    await daemon.run('port.setBandwidth', {
      network: 'limits',
      port: ports.find(({ mac }) => mac === one.mac)?.uuid ?? '',
      inbound: { average: 4000 },
    });
    expect(sh('tc class show dev vb-limits').trim().split('\n')).toHaveLength(1);
    const [first, second] = await Promise.all([measure(one, 'in', 2), measure(two, 'in', 2)]);
    expect(within(first + second, 4000)).toBe(true);
  });

  test('survives a restart of the daemon, and is put back when somebody removes it', async () => {
    await start(more, { bandwidth: { inbound: { average: 4000, floor: 3000 } } });
    const classes = sh('tc class show dev vb-limits');
    await daemon.restart();
    expect(sh('tc class show dev vb-limits')).toBe(classes);
    sh('tc class del dev vb-limits classid 1:3 2>/dev/null || tc qdisc del dev vb-limits root');
    await daemon.restart();
    expect(sh('tc class show dev vb-limits').split('\n').toSorted()).toEqual(classes.split('\n').toSorted());
  });
});

test('isolated ports do not hear each other, and reach the host', async () => {
  const hears = (guest: (typeof guests)[0]): number =>
    Number(sh(`ip netns exec ${guest.netns.name} cat /sys/class/net/eth0/statistics/rx_packets`));
  const call = () =>
    send(one.netns.name, 'eth0', [ethernet('ff:ff:ff:ff:ff:ff', one.mac, 0x0806, arp(1, one.mac, one.address, two.address))], 50);
  await start('', {}, {});
  const open = hears(two);
  call();
  expect(hears(two) - open).toBeGreaterThanOrEqual(50);
  await start("<port isolated='yes'/>", {}, {});
  const isolated = hears(two);
  call();
  expect(hears(two) - isolated).toBeLessThan(50);
  sh(`ip netns exec ${one.netns.name} busybox ping -c 1 -W 2 ${host}`);
});
