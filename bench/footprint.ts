import { TestHost } from '../test/netns/harness.ts';
import { elapsed, median, type Figure } from './figure.ts';
import { numbers, specOf } from './networks.ts';

const group = 'footprint';

/** Memory with 100 networks, the return after a restart, and what one command costs. */
export async function footprint(counts: readonly number[] = [100, 300]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const restartGoals: Readonly<Record<number, number>> = { 100: 500, 300: 700, 1000: 1500 };
  for (const count of counts) {
    await using host = await TestHost.create();
    await host.client.call('spec.apply', { text: specOf(numbers(count)) });
    if (count === 100) figures.push(...(await memory(host, count)), ...(await commands(host)));
    await host.stopDaemon('KILL');
    const began = performance.now();
    await host.startDaemon();
    await host.client.call('network.list', {});
    const value = performance.now() - began;
    const atMost = restartGoals[count];
    figures.push({
      group,
      name: `restart until the API answers, ${count} networks`,
      value,
      unit: 'ms',
      ...(atMost === undefined ? {} : { goal: { atMost } }),
    });
  }
  return figures;
}

async function memory(host: TestHost, count: number): Promise<Figure[]> {
  const helpers = await host.dnsmasqPids();
  const rss = await kib(host, host.daemonPid, 'Rss');
  const pss = await Promise.all(helpers.map((pid) => kib(host, pid, 'Pss')));
  return [
    { group, name: `daemon RSS, ${count} networks`, value: rss / 1024, unit: 'MiB', goal: { atMost: 90 } },
    { group, name: 'helper processes per network', value: helpers.length / count, unit: '', goal: { atMost: 1 } },
    { group, name: 'helper PSS per network', value: pss.reduce((sum, one) => sum + one, 0) / count, unit: 'KiB', goal: { atMost: 560 } },
  ];
}

async function kib(host: TestHost, pid: number, field: 'Rss' | 'Pss'): Promise<number> {
  const text = await host.host.sh(`cat /proc/${pid}/smaps_rollup`);
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
}

async function commands(host: TestHost): Promise<Figure[]> {
  const time = async (body: () => Promise<unknown>): Promise<number> => {
    const rounds: number[] = [];
    for (let round = 0; round < 11; round++) rounds.push(await elapsed(body));
    return median(rounds);
  };
  const bare = await time(() => host.host.run([process.execPath, '-e', '0']));
  const list = await time(() => host.cli('net-list'));
  const api = await time(() => host.client.call('network.list', {}));
  return [
    {
      group,
      name: '`viaduct net-list`, 100 networks',
      value: list,
      unit: 'ms',
      goal: { atMost: bare * 1.25 },
      beside: `node -e 0: ${bare.toFixed(1)} ms`,
    },
    { group, name: 'network.list over the socket, 100 networks', value: api, unit: 'ms' },
  ];
}
