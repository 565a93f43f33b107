import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { runBriefly } from '../../../src/system/kernel/spawn.ts';

const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
const sh = (script: string, withinMs = 5000) => runBriefly('sh', ['-c', script], environment, withinMs);

test('a program tells its status and its words', async () => {
  expect(await sh('echo "no such file: $1" >&2; echo lost; exit 3')).toEqual({ code: 3, words: 'no such file: \n' });
});

test('its environment is the given one, and no file of ours is open in it', async () => {
  const { words } = await runBriefly('sh', ['-c', 'ls -l /proc/self/fd >&2; env >&2'], { PATH: environment.PATH, WORD: 'a b' }, 5000);
  expect(words).toContain('WORD=a b');
  expect(words).not.toMatch(/ [4-9] -> | \d\d -> /);
  expect(words).not.toContain('HOME=');
});

test('signals that Node ignores are back at their defaults', async () => {
  expect((await sh('kill -PIPE $$; echo alive >&2')).code).toBe(128 + 13);
});

test('one that goes into the background is done when its first process is', async () => {
  const before = Date.now();
  expect(await sh('sleep 3 & echo ready >&2')).toEqual({ code: 0, words: 'ready\n' });
  expect(Date.now() - before).toBeLessThan(2500);
});

test('one that takes too long is killed', async () => {
  expect((await sh('exec sleep 60', 100)).code).toBe(128 + 9);
});

test('a program that is not there is told', async () => {
  await expect(runBriefly('no-such-program', [], environment, 1000)).rejects.toMatchObject({ code: 'ENOENT' });
});

test("Node's own children are still collected by Node", async () => {
  const [own] = await Promise.all([once(spawn('sh', ['-c', 'exit 7']), 'exit'), ...Array.from({ length: 20 }, () => sh('exit 0'))]);
  expect(own).toEqual([7, null]);
});
