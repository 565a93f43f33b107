import { getRequestListener } from '@hono/node-server';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { userName } from '../service/accounts.ts';
import type { Caller, Log } from '../service/context.ts';
import type { Service } from '../service/service.ts';
import { listenOnFile } from '../service/socket-file.ts';
import { ViaductError } from '../model/errors.ts';
import { belongs, mayAdminister } from './accounts.ts';
import { createApp, type AppOptions } from './app.ts';
import type { Capture } from './capture.ts';
import { isOwnAddress } from './guard.ts';
import { handOver, type TapDoor } from './descriptor.ts';
import { Login, readToken } from './login.ts';

/** Everybody connects: what somebody may do is decided by who the kernel says it is. */
const everybody = 0o666;

export interface RestOptions {
  /** Unix socket for the command line and local programs: everybody connects, administrators may do everything. */
  readonly socketPath?: string;
  /** TCP for browsers. On an address that other hosts reach, with TLS and a token only. */
  readonly listen?: { readonly host: string; readonly port: number; readonly tls?: TlsFiles };
  /** Listens to a device; a door without it has no captures. */
  readonly capture?: Capture;
  /** Hands open taps over; a door without it hands over none. */
  readonly taps?: TapDoor;
  /** Built console to serve beside the API. */
  readonly consoleDir?: string;
  /** The user at the other end of a loopback connection; undefined when the kernel does not say. */
  loopbackUser(socket: Socket): { readonly uid: number } | undefined;
  /** The process at the other end of a Unix socket (SO_PEERCRED). */
  credentials(socket: Socket): { readonly uid: number; readonly gid: number; readonly pid: number; readonly groups?: readonly number[] };
  readonly log: Log;
}

export interface TlsFiles {
  /** PEM: the certificate, after it those that vouch for it. */
  readonly cert: string;
  readonly key: string;
  /** The secret that lets in; made when there is none. */
  readonly tokenFile: string;
}

const nobody: Caller = { uid: 65_534, gid: 65_534, pid: 0, user: 'nobody', door: 'rest', mayWrite: false };

/** Opens the REST door. Disposing closes it and cuts its connections off; what runs is finished by the service. */
export async function serveRest(service: Service, options: RestOptions): Promise<AsyncDisposable> {
  const callers = new WeakMap<Socket, Caller>();
  const caller: AppOptions['caller'] = ({ incoming }) => callers.get(incoming.socket) ?? nobody;
  const answerer = async (remote?: AppOptions['remote']) => {
    const app = createApp({
      service,
      log: options.log,
      caller,
      ...(options.capture !== undefined && { capture: options.capture }),
      ...(remote !== undefined && { remote }),
    });
    if (options.consoleDir !== undefined) (await import('./console.ts')).serveConsole(app, options.consoleDir);
    return getRequestListener(app.fetch, { overrideGlobalObjects: false });
  };
  const answer = await answerer();
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
        callers.set(socket, { ...peer, user: userName(peer.uid), door: 'rest', mayWrite: true, limited: !mayAdminister(peer) });
      });
      const { taps } = options;
      if (taps !== undefined)
        server.on('upgrade', (request, socket) => void handOver(service, taps, callers.get(request.socket) ?? nobody, request, socket));
      const removeFile = await listenOnFile(
        server,
        options.socketPath,
        { mode: everybody },
        'Stop it first, or choose another socket with --socket.',
      );
      closing.push(async () => {
        await removeFile();
        await closeServer(server);
      });
    }
    if (options.listen !== undefined) {
      const { host, port, tls } = options.listen;
      if (tls === undefined && !isOwnAddress(host)) {
        throw new ViaductError('invalid-argument', `On ${host} other hosts would reach the console without encryption.`, {
          hint: 'Name a certificate and a key as "tls" in the configuration, or listen on 127.0.0.1 and reach it through ssh: ssh -L 8420:127.0.0.1:8420 HOST.',
        });
      }
      const server = tls === undefined ? open() : await openRemote(tls, answerer);
      server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
        // Who comes through the remote door has shown the token: the app lets nobody else through.
        if (tls !== undefined) return void callers.set(socket, { ...nobody, user: `token from ${socket.remoteAddress}`, mayWrite: true });
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

async function openRemote(
  { cert, key, tokenFile }: TlsFiles,
  answerer: (remote: AppOptions['remote']) => Promise<ReturnType<typeof getRequestListener>>,
): Promise<Server> {
  const pem = { cert: readFileSync(cert), key: readFileSync(key) };
  const certificate = new X509Certificate(pem.cert);
  const answer = await answerer({ login: new Login(readToken(tokenFile)), isOwnName: (name) => certificate.checkHost(name) !== undefined });
  return createTlsServer({ ...pem, minVersion: 'TLSv1.2' }, (request, response) => void answer(request, response));
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
