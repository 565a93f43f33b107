import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDoor, type Door } from '../rest/door.ts';
import { run } from './run.ts';

let door: Door;
let env: Record<string, string>;
beforeAll(async () => {
  door = await openDoor(({ name, input }) => {
    if (name === 'network.list') {
      const { active, inactive } = input as { active?: boolean; inactive?: boolean };
      return [
        ...(inactive === true && active !== true ? [] : [{ name: 'default' }]),
        ...(active === true && inactive !== true ? [] : [{ name: 'dark' }]),
      ];
    }
    if (name === 'port.list') return [{ uuid: 'u-1' }];
    return [{ name: 'eth0' }];
  });
  env = { VIADUCT_SOCKET: door.socketPath };
});
afterAll(() => door[Symbol.asyncDispose]());

const complete = async (...words: string[]) => (await run(['__complete', ...words], { env })).stdout.split('\n').slice(0, -1);

describe('the word that is being typed is completed with', () => {
  it.each([
    ['verbs', ['net-sta'], ['net-start']],
    ['verbs after options', ['-c', 'qemu:///system', '--socket', '/x', 'net-und'], ['net-undefine', 'net-undo']],
    ['what a noun can do', ['net', 'dum'], ['dumpxml']],
    ['networks, live', ['net-info', ''], ['dark', 'default']],
    ['networks that are not running, to start', ['net-start', ''], ['dark']],
    ['networks that are running, to stop', ['net', 'destroy', ''], ['default']],
    ['a network given by its option', ['net-start', '--network', ''], ['dark']],
    ['options', ['net-autostart', '--d'], ['--disable']],
    ['options that are not there yet', ['net-autostart', '--disable', '--di'], []],
    ['the commands of net-update', ['net-update', 'default', 'add'], ['add', 'add-first', 'add-last']],
    ['its sections', ['net-update', 'default', 'add', 'ip-'], ['ip-dhcp-host', 'ip-dhcp-range']],
    ['files', ['net-define', ''], [':file']],
    ['files after an option', ['net-list', '--socket', ''], [':file']],
    ['ports of the network that stands there', ['net-port-delete', 'default', ''], ['u-1']],
    ['interfaces', ['iface-mac', ''], ['eth0']],
    ['shells', ['completion', ''], ['bash', 'fish', 'zsh']],
    ['verbs to explain', ['help', 'net-un'], ['net-undefine', 'net-undo']],
    ['nothing for a verb nobody knows', ['frob', ''], []],
  ])('%s', async (_, words, candidates) => expect(await complete(...words)).toEqual(candidates));

  it('nothing, and without a word of complaint, where no daemon is', async () => {
    expect(await run(['__complete', 'net-start', ''], { env: { VIADUCT_SOCKET: '/nowhere' } })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });
});

it('the script for bash offers what the program says, and files where it says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-completion-'));
  try {
    await writeFile(
      join(folder, 'viaduct'),
      '#!/bin/sh\ncase "$*" in "__complete net-start d") printf "dark\\ndefault\\n";; "__complete net-define l") echo :file;; esac\n',
    );
    await chmod(join(folder, 'viaduct'), 0o755);
    await writeFile(join(folder, 'lab.xml'), '');
    await writeFile(join(folder, 'script'), (await run(['completion', 'bash'])).stdout);
    const asked = (...words: string[]) =>
      execFileSync(
        'bash',
        [
          '--norc',
          '-c',
          `cd ${folder}; PATH=${folder}:$PATH; . ./script; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _viaduct; echo "\${COMPREPLY[@]}"`,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(asked('viaduct', 'net-start', 'd')).toBe('dark default');
    expect(asked('viaduct', 'net-define', 'l')).toBe('lab.xml');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it.each(['zsh', 'fish'])('there is a script for %s', async (shell) =>
  expect((await run(['completion', shell])).stdout).toContain('__complete'),
);
