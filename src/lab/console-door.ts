import { createServer, connect, type Server, type Socket } from 'node:net';

import { loopbackPeer } from '../system/tcp-peer.ts';

/** Where the console is looked for first; another port when it is taken. */
const usualPort = 8420;

export interface ConsoleDoor extends Disposable {
  readonly url: string;
}

/**
 * Opens the console of a daemon inside namespaces to browsers outside of them: what comes in on 127.0.0.1 goes on to
 * the daemon's Unix socket, where it counts as ours. So only our own user and root may come in, as the kernel names
 * them; after `sudo` also the user who typed it.
 */
export async function openConsoleDoor(socketPath: string): Promise<ConsoleDoor> {
  const allowed = new Set([0, process.getuid?.() ?? 0]);
  if (process.getuid?.() === 0 && process.env.SUDO_UID !== undefined) allowed.add(Number(process.env.SUDO_UID));
  const open = new Set<Socket>();
  const server = createServer((browser) => {
    const peer = loopbackPeer(browser);
    if (peer === undefined || !allowed.has(peer.uid)) return answer(browser, '403 Forbidden', 'This lab belongs to another user.');
    const daemon = connect(socketPath);
    for (const [one, other] of [
      [browser, daemon],
      [daemon, browser],
    ] as const) {
      open.add(one);
      one.once('close', () => {
        open.delete(one);
        other.end();
      });
    }
    browser.on('error', () => undefined);
    daemon.on('error', () => {
      if (daemon.bytesRead === 0 && daemon.bytesWritten === 0)
        answer(browser, '503 Service Unavailable', 'The lab is being built. Try again in a moment.');
    });
    daemon.once('connect', () => void browser.pipe(daemon).pipe(browser));
  });
  const port = await listen(server, usualPort).catch(() => listen(server, 0));
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.dispose]() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function answer(socket: Socket, status: string, text: string): void {
  socket
    .on('error', () => undefined)
    .end(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\nretry-after: 1\r\n\r\n${text}\n`);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
