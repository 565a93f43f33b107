import { TestHost } from '../test/netns/harness.ts';
import { elapsed, median, type Figure } from './figure.ts';
import { guestNetwork, numbers } from './networks.ts';

const group = 'flatness of ports';
const rounds = 31;
/** Requests at a time: a Unix socket lets no more than a few hundred wait to be taken. */
const atOnce = 100;

/** What one port more costs on a network that has few and that has many: how long its maker waits for it, and for its end. */
export async function portFlatness(counts: readonly number[] = [20, 1000]): Promise<readonly Figure[]> {
  await using host = await TestHost.create();
  const { create } = await guestNetwork(host);
  const remove = (number: number) => host.client.call('port.delete', { port: `g${number}` });

  const measured: { readonly count: number; readonly make: number; readonly end: number }[] = [];
  for (const count of counts) {
    const before = measured.at(-1)?.count ?? 0;
    for (let next = before; next < count; next += atOnce)
      await Promise.all(numbers(Math.min(atOnce, count - next)).map((number) => create(next + number)));
    const makes: number[] = [];
    const ends: number[] = [];
    for (const round of numbers(rounds)) {
      makes.push(await elapsed(() => create(count + round)));
      ends.push(await elapsed(() => remove(count + round)));
    }
    measured.push({ count, make: median(makes), end: median(ends) });
  }
  const [few, many] = [measured[0]!, measured.at(-1)!];
  return [
    ...measured.flatMap(({ count, make, end }): Figure[] => [
      { group, name: `make one port beside ${count}`, value: make, unit: 'ms' },
      { group, name: `remove one port beside ${count}`, value: end, unit: 'ms' },
    ]),
    {
      group,
      name: `make one port beside ${many.count}, against beside ${few.count}`,
      value: many.make / few.make,
      unit: 'times',
      goal: { atMost: 1.5 },
    },
    {
      group,
      name: `remove one port beside ${many.count}, against beside ${few.count}`,
      value: many.end / few.end,
      unit: 'times',
      goal: { atMost: 1.5 },
    },
  ];
}
