import { chmod, chown, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { ViaductError } from '../model/errors.ts';

export interface SocketRights {
  readonly mode: number;
  /** Group of the file; our own when absent. */
  readonly gid?: number;
}

/**
 * Lets a server listen on a Unix socket that has its final rights from the moment it has its name. A stale file of a
 * daemon that died is replaced; a socket that somebody answers on is not.
 *
 * @param hint What to do when somebody answers on it.
 * @returns Removes the file, unless it is somebody else's by now.
 */
export async function listenOnFile(server: Server, path: string, rights: SocketRights, hint: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await checkFree(path, hint);
  const temporary = join(dirname(path), `.${process.pid}.${count++}`);
  await rm(temporary, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(temporary, resolve));
  if (rights.gid !== undefined) await chown(temporary, process.getuid?.() ?? 0, rights.gid);
  await chmod(temporary, rights.mode);
  await rename(temporary, path);
  const { ino } = await lstat(path);
  return async () => {
    const there = await lstat(path).catch(() => undefined);
    if (there?.ino === ino) await rm(path, { force: true });
  };
}

let count = 0;

async function checkFree(path: string, hint: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket())
    throw new ViaductError('name-in-use', `${path} exists and is not a socket.`, {
      hint: 'Move it away, or choose another place.',
      params: { path },
    });
  if (await answers(path)) throw new ViaductError('name-in-use', `Another daemon answers on ${path}.`, { hint, params: { path } });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
