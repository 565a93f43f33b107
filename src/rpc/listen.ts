import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { listenOnFile } from '../service/socket-file.ts';
import type { SocketRights } from '../service/socket-file.ts';

/** Connections to one socket at a time; libvirt's number. */
const maxConnections = 5_000;

const hint =
  'Stop it first (for libvirt: virtnetworkd, virtinterfaced and their .socket units), or serve libvirt clients in another folder.';

export async function listenUnix(path: string, rights: SocketRights, onConnection: (socket: Socket) => void): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    onConnection(socket);
  });
  server.maxConnections = maxConnections;
  const removeFile = await listenOnFile(server, path, rights, hint);
  return {
    async [Symbol.asyncDispose]() {
      // Clients choose between daemons by which files exist, so ours goes first.
      await removeFile();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
