import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from '../../src/lab/command.ts';
import { viaduct } from './harness.ts';

const root = join(dirname(viaduct), '..');

/** The commands between ```sh and ``` after the mark. */
function tourOf(file: string): string {
  const [, tour] = /<!-- tour -->\n```sh\n(.*?)```/s.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  return tour ?? expect.fail(`${file} has no tour`);
}

const withoutComments = (script: string): string => script.replaceAll(/^#.*\n/gm, '');

describe('the five minutes of the README', () => {
  let lab: ChildProcess;
  let socket: string | undefined;
  let printed = '';

  beforeAll(async () => {
    lab = spawn(viaduct, ['lab', 'up'], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    if (lab.stdout === null) throw new TypeError('its output is piped');
    for await (const line of createInterface({ input: lab.stdout })) {
      printed += `${line}\n`;
      socket ??= /export VIADUCT_SOCKET=(\S+)/.exec(line)?.[1];
      if (line.endsWith('lab check')) break;
    }
  });
  afterAll(async () => {
    if (lab.exitCode === null && lab.kill()) await once(lab, 'exit');
    rmSync('/tmp/shop.yaml', { force: true });
  });

  test('the lab says that every way is as the network types promise', () => {
    expect(printed).toContain('All 50 ways are as the network types promise.');
  });

  test('every command of the tour works as written, and the lab is gone afterwards', async () => {
    const env = { PATH: `${dirname(viaduct)}:${process.env.PATH ?? ''}`, VIADUCT_SOCKET: socket ?? '', LC_ALL: 'C.UTF-8' };
    const { code, stdout, stderr } = await run(['bash', '-ec', tourOf('README.md')], { env, timeoutMs: 60_000 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const said of [
      'Hello 203.0.113.2',
      'Hello 192.168.123.',
      'Guest "till" runs with 10.20.30.10.',
      'Guest "scale" runs with 10.20.30.11.',
      'no way out, as promised',
      'Network shop has been undefined',
    ]) {
      expect(stdout).toContain(said);
    }
    if (lab.exitCode === null) await once(lab, 'exit');
    expect((await run(['test', '-e', dirname(socket ?? '')])).code).toBe(1);
  });

  test('both READMEs give the same commands', () => {
    expect(withoutComments(tourOf('README.zh-CN.md'))).toBe(withoutComments(tourOf('README.md')));
  });
});
