import { chmod, chown, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { ViaductError } from '../model/errors.ts';

export interface SocketRights {
  readonly mode: number;
  /** Group of the file; our own when absent. */
  readonly gid?: number;
}

/** Connections to one socket at a time; libvirt's number. */
const maxConnections = 5_000;

/**
 * Listens on a Unix socket that has its final rights from the moment it has its name. A stale file of a
 * daemon that died is replaced; a socket that somebody answers on is not.
 */
export async function listenUnix(path: string, rights: SocketRights, onConnection: (socket: Socket) => void): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await checkFree(path);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    onConnection(socket);
  });
  server.maxConnections = maxConnections;
  const temporary = join(dirname(path), `.${process.pid}.${count++}`);
  await rm(temporary, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(temporary, resolve));
  if (rights.gid !== undefined) await chown(temporary, ourUid(), rights.gid);
  await chmod(temporary, rights.mode);
  await rename(temporary, path);
  const { ino } = await lstat(path);
  return {
    async [Symbol.asyncDispose]() {
      // Clients choose between daemons by which files exist, so ours goes first, unless it is somebody else's by now.
      const there = await lstat(path).catch(() => undefined);
      if (there?.ino === ino) await rm(path, { force: true });
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

let count = 0;

function ourUid(): number {
  return process.getuid?.() ?? 0;
}

async function checkFree(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket()) throw new ViaductError('name-in-use', `${path} exists and is not a socket.`, { hint: 'Move it away, or serve libvirt clients in another folder.' });
  if (await answers(path)) {
    throw new ViaductError('name-in-use', `Another daemon answers on ${path}.`, {
      hint: 'Stop it first (for libvirt: virtnetworkd, virtinterfaced and their .socket units), or serve libvirt clients in another folder.',
    });
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
