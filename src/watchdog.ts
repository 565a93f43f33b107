import { setTimeout } from 'node:timers/promises';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pino from 'pino';
import type { Checkpoint } from './model/catalog.ts';
import { checkpointPath } from './service/interface-files.ts';
import { takeBackAlone } from './service/take-back.ts';
import { bootId } from './system/boot.ts';
import { readText } from './system/files.ts';
import { lockFile } from './system/lock.ts';
import { openSystem } from './system/real.ts';

export interface WatchedFolders {
  readonly stateDir: string;
  readonly runDir: string;
}

/** The daemon takes an unconfirmed change back itself, if it lives; it is given this long. */
const graceMs = 500;
const lookEveryMs = 250;

/**
 * Starts a process that outlives this one, whatever ends it; of our environment it gets only where programs are.
 * Resolves when it watches, so that nothing is risked before.
 */
export async function startWatchdog({ stateDir, runDir }: WatchedFolders): Promise<void> {
  const [program = ''] = process.argv.slice(1);
  const log = openSync(join(runDir, 'watchdog.log'), 'a', 0o600);
  const child = spawn(process.execPath, [program, 'watchdog', '--state-dir', stateDir, '--run-dir', runDir], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    env: { PATH: process.env['PATH'] },
  }) as ChildProcessByStdio<null, Readable, null>;
  closeSync(log);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the watchdog does not run; see ${join(runDir, 'watchdog.log')}`)));
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined); // Later it may end as it likes.
  child.stdout.destroy();
  child.unref();
}

/** `viaduct watchdog`: waits until the change is confirmed or taken back; when the daemon is gone by then, takes it back. */
export async function runWatchdog(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'state-dir': { type: 'string', default: '' }, 'run-dir': { type: 'string', default: '' } },
  });
  const folders: WatchedFolders = { stateDir: values['state-dir'], runDir: values['run-dir'] };
  process.stdout.write('watching\n');
  for (;;) {
    const open = checkpointIn(folders);
    if (open === undefined) return 0;
    const isDue = open.working === true || Date.now() >= open.deadline + graceMs;
    if (isDue && (await takeBack(folders))) return 0;
    await setTimeout(lookEveryMs);
  }
}

function checkpointIn({ stateDir }: WatchedFolders): Pick<Checkpoint, 'deadline' | 'working'> | undefined {
  const text = readText(join(stateDir, checkpointPath));
  return text === undefined ? undefined : (JSON.parse(text) as Checkpoint);
}

/** False while a daemon holds the folders, for then it is its task, and when it fails: it is tried again. */
async function takeBack({ stateDir, runDir }: WatchedFolders): Promise<boolean> {
  const held: Disposable[] = [];
  try {
    for (const folder of [stateDir, runDir]) {
      const lock = lockFile(join(folder, 'lock'));
      if (!(Symbol.dispose in lock)) return false;
      held.push(lock);
    }
    const log = pino({ level: 'info', base: null }, pino.destination({ dest: 2, sync: true }));
    try {
      await using system = await openSystem({ runDir, leaseDir: join(stateDir, 'leases'), log });
      await takeBackAlone({ system, folders: { stateDir, runDir }, boot: bootId(), log });
      return true;
    } catch (cause) {
      log.error({ err: cause }, 'An unconfirmed change of the host cannot be taken back; trying again.');
      return false;
    }
  } finally {
    for (const lock of held) lock[Symbol.dispose]();
  }
}
