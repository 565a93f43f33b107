import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { ViaductError } from '../model/errors.ts';

/**
 * Listens on a Unix socket that has its final rights from the moment it has its name: everybody connects, and
 * what somebody may do is decided by who the kernel says he is. A stale file of a daemon that died is replaced; a socket that somebody answers on is not.
 *
 * @returns Removes the file, unless it is somebody else's by now.
 */
export async function listenOnSocket(server: Server, path: string): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  if (await answers(path)) {
    throw new ViaductError('name-in-use', `Another daemon answers on ${path}.`, { hint: 'Stop it first, or choose another socket with --socket.', params: { path } });
  }
  const temporary = join(dirname(path), `.rest.${process.pid}`);
  await rm(temporary, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(temporary, resolve));
  await chmod(temporary, 0o666);
  await rename(temporary, path);
  const { ino } = await lstat(path);
  return async () => {
    const there = await lstat(path).catch(() => undefined);
    if (there?.ino === ino) await rm(path, { force: true });
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path, () => resolve(true));
    probe.once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
}
