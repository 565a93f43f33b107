import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

import { ViaductError } from '../model/errors.ts';

/** Waits for a command that has our terminal, and passes on how it ended. Ctrl-C is for the command to answer. */
export async function statusOf(child: ChildProcess): Promise<number> {
  const ignore = (): void => undefined;
  const stop = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', ignore).once('SIGTERM', stop);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
  } catch (cause) {
    throw new ViaductError('program-missing', `The program "${child.spawnfile}" could not be started.`, { cause });
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', stop);
  }
}
