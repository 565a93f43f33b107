import { setTimeout } from 'node:timers/promises';

import { TestHost } from '../test/netns/harness.ts';
import { elapsed, median, type Figure } from './figure.ts';
import { natNetwork, numbers, specOf } from './networks.ts';

const group = 'flatness';
const rounds = 9;

/**
 * What one network more costs beside many: the wait for it, and the processor time of everybody on the host. Every
 * dnsmasq hears of every address and route that comes or goes, so what each of them does with it counts as often as
 * there are networks.
 */
export async function flatness(counts: readonly number[] = [1, 100, 300, 1000]): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  let first: { start: number; cpu: number } | undefined;
  for (const count of counts) {
    await using host = await TestHost.create();
    await host.client.call('spec.apply', { text: specOf(numbers(count)) });
    await startAndStop(host, count);
    const before = await cpuMs(host);
    const starts: number[] = [];
    for (let round = 0; round < rounds; round++) starts.push(await startAndStop(host, count));
    // What was set going by the last round belongs to it.
    await setTimeout(300);
    const measured = { start: median(starts), cpu: ((await cpuMs(host)) - before) / rounds };
    first ??= measured;
    const beside = `${(measured.start / first.start).toFixed(2)} and ${(measured.cpu / first.cpu).toFixed(2)} times that beside ${counts[0]}`;
    figures.push(
      { group, name: `start one network beside ${count}`, value: measured.start, unit: 'ms', beside },
      { group, name: `processor time of starting and stopping it beside ${count}`, value: measured.cpu, unit: 'ms' },
    );
  }
  return figures;
}

async function startAndStop({ client }: TestHost, count: number): Promise<number> {
  const { name, xml } = natNetwork(count);
  const took = await elapsed(async () => {
    await client.call('network.define', { xml });
    await client.call('network.start', { network: name });
  });
  await client.call('network.destroy', { network: name });
  await client.call('network.undefine', { network: name });
  return took;
}

/** Of all processes of the host, those that ended and were waited for included; in ticks of 10 ms. */
async function cpuMs({ host }: TestHost): Promise<number> {
  const stats = await host.sh('cat /proc/[0-9]*/stat');
  const ticks = stats.split('\n').flatMap((line) => {
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return fields.length > 15 ? fields.slice(11, 15).map(Number) : [];
  });
  return ticks.reduce((sum, one) => sum + one, 0) * 10;
}
