import { getRequestListener } from '@hono/node-server';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Caller, Log } from '../service/context.ts';
import type { Service } from '../service/service.ts';
import { ViaductError } from '../model/errors.ts';
import { belongs, userName } from './accounts.ts';
import { createApp } from './app.ts';
import { isOwnAddress } from './guard.ts';
import { listenOnSocket } from './listen.ts';

export interface RestOptions {
  /** Unix socket for the command line and local programs: who may connect may write. */
  readonly socketPath?: string;
  /** TCP for browsers, on this host only. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Built console to serve beside the API. */
  readonly consoleDir?: string;
  /** The user at the other end of a loopback connection; undefined when the kernel does not say. */
  loopbackUser(socket: Socket): { readonly uid: number } | undefined;
  /** The process at the other end of a Unix socket (SO_PEERCRED). */
  credentials(socket: Socket): { readonly uid: number; readonly gid: number; readonly pid: number };
  readonly log: Log;
}

const nobody: Caller = { uid: 65_534, gid: 65_534, pid: 0, user: 'nobody', door: 'rest', mayWrite: false };

/** Opens the REST door. Disposing closes it and cuts its connections off; what runs is finished by the service. */
export async function serveRest(service: Service, options: RestOptions): Promise<AsyncDisposable> {
  const callers = new WeakMap<Socket, Caller>();
  const app = createApp({ service, log: options.log, caller: ({ incoming }) => callers.get(incoming.socket) ?? nobody });
  if (options.consoleDir !== undefined) (await import('./console.ts')).serveConsole(app, options.consoleDir);
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const open = (): Server => createServer((request, response) => void answer(request, response));
  const closing: (() => Promise<void>)[] = [];
  const door: AsyncDisposable = {
    async [Symbol.asyncDispose]() {
      await Promise.all(closing.map((close) => close()));
    },
  };

  try {
    if (options.socketPath !== undefined) {
      const server = open();
      server.on('connection', (socket: Socket) => {
        const peer = options.credentials(socket);
        callers.set(socket, { ...peer, user: userName(peer.uid), door: 'rest', mayWrite: true });
      });
      const removeFile = await listenOnSocket(server, options.socketPath);
      closing.push(async () => {
        await removeFile();
        await closeServer(server);
      });
    }
    if (options.listen !== undefined) {
      const { host, port } = options.listen;
      if (!isOwnAddress(host)) {
        throw new ViaductError('invalid-argument', `The console listens on this host only, not on ${host}.`, {
          hint: 'Listen on 127.0.0.1 and reach it through ssh: ssh -L 8420:127.0.0.1:8420 HOST.',
        });
      }
      const server = open();
      server.on('connection', (socket: Socket) => {
        const peer = options.loopbackUser(socket);
        if (peer !== undefined) callers.set(socket, { ...nobody, uid: peer.uid, user: userName(peer.uid), mayWrite: belongs(peer.uid) });
      });
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
      closing.push(() => closeServer(server));
    }
  } catch (error) {
    await door[Symbol.asyncDispose]();
    throw error;
  }
  return door;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
