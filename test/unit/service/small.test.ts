import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emptyCatalog } from '../../../src/model/catalog.ts';
import { version } from '../../../src/model/version.ts';
import { Backoff } from '../../../src/service/backoff.ts';
import { parseConfig } from '../../../src/service/config.ts';
import { withGuests } from '../../../src/service/guests.ts';
import { newMac, newUuid, seededBytes } from '../../../src/service/ids.ts';
import { Queue } from '../../../src/service/queue.ts';
import { nat, running } from './samples.ts';

const repository = new URL('../../../', import.meta.url);

test('the version is the package’s', () => {
  expect(version).toBe((JSON.parse(readFileSync(new URL('package.json', repository), 'utf8')) as { version: string }).version);
});

describe('the configuration file', () => {
  test('that is shipped says what is so without it', () => {
    expect(parseConfig(readFileSync(new URL('packaging/viaduct.yaml', repository), 'utf8'), '')).toEqual(parseConfig('', ''));
  });
  const cases: { text: string; want: RegExp }[] = [
    { text: 'stateDir: here', want: /^f\.yaml:1:11: stateDir: / },
    { text: 'log:\n  level: loud', want: /^f\.yaml:2:10: log\.level: / },
    { text: 'a: [', want: /^f\.yaml:1:\d+: / },
    { text: 'stateDirs: /x', want: /^f\.yaml:1:1: .*stateDirs/ },
  ];
  for (const { text, want } of cases)
    test(`with ${JSON.stringify(text)} is refused, with line and column`, () => expect(() => parseConfig(text, 'f.yaml')).toThrow(want));
});

describe('a queue', () => {
  test('lets one task end before the next begins, also after a failure', async () => {
    const queue = new Queue();
    const order: string[] = [];
    const task = (name: string, ms: number) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, ms));
      order.push(`${name} ends`);
      if (name === 'b') throw new Error('b');
    };
    await Promise.allSettled([queue.run(task('a', 10)), queue.run(task('b', 1)), queue.run(task('c', 1))]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });
  test('passes over who gave up waiting', async () => {
    const queue = new Queue();
    const first = queue.run(() => new Promise((resolve) => setTimeout(resolve, 10)));
    await expect(queue.run(() => Promise.resolve(), AbortSignal.timeout(1))).rejects.toMatchObject({ name: 'TimeoutError' });
    await first;
  });
});

test('what breaks again and again is left alone for longer and longer, and forgiven after a minute', () => {
  const backoff = new Backoff<string>();
  const delays = Array.from({ length: 12 }, (_, index) => {
    backoff.count('n', index);
    return backoff.delay('n', index);
  });
  expect(delays).toEqual([0, 0, 0, 0, 0, 0, 0, 100, 200, 400, 800, 1600]);
  expect(backoff.delay('n', 70_000)).toBe(0);
  expect(backoff.delay('other', 11)).toBe(0);
});

test('S069: a new MAC is libvirt’s kind and nobody else’s', () => {
  const seed = () => seededBytes('x');
  const first = newMac(emptyCatalog, seed());
  expect(first).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
  expect(newMac(running({ ...nat('n'), mac: first }), seed())).not.toBe(first);
  expect(newUuid(emptyCatalog)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('guests are learnt from the kernel, kept while they are on no bridge, and let go when they serve another', () => {
  const link = (name: string, master?: string) => ({ name, master }) as never;
  const guestsOf = (catalog: ReturnType<typeof running>) => [...catalog.networks.values()].map(({ guests }) => guests);
  const learnt = withGuests(running(nat('n')), [link('vb1'), link('vnet0', 'vb1'), link('eth0'), link('vnet1', 'vb1')]);
  expect(guestsOf(learnt)).toEqual([['vnet0', 'vnet1']]);
  expect(withGuests(learnt, [link('vnet0', 'vb1'), link('vnet1', 'vb1')])).toBe(learnt);
  expect(guestsOf(withGuests(learnt, [link('vnet0'), link('vnet1', 'br0')]))).toEqual([['vnet0']]);
  expect(guestsOf(withGuests(learnt, []))).toEqual([[]]);
  // Of a few links: what was not looked at stays.
  expect(guestsOf(withGuests(learnt, [], new Set(['vnet1'])))).toEqual([['vnet0']]);
  expect(guestsOf(withGuests(learnt, [link('vnet2', 'vb1')], new Set(['vnet2', 'eth7'])))).toEqual([['vnet0', 'vnet1', 'vnet2']]);
  expect(withGuests(learnt, [link('eth0')], new Set(['eth0', 'vb1']))).toBe(learnt);
});
