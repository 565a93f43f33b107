import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { isLoopback, loopbackPeer } from '../../../src/system/tcp-peer.ts';

/** A connection to a server of ours, seen from its side. */
async function accepted(
  host: string,
  dial: (port: number) => { end(): void },
): Promise<{ readonly socket: Socket; readonly close: () => void }> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  const connection = once(server, 'connection');
  const client = dial(typeof address === 'object' && address !== null ? address.port : 0);
  const [socket] = (await connection) as [Socket];
  return {
    socket,
    close: () => {
      client.end();
      socket.destroy();
      server.close();
    },
  };
}

test.each(['127.0.0.1', '::1'])('a connection over %s tells its user', async (host) => {
  const { socket, close } = await accepted(host, (port) => connect(port, host));
  expect(loopbackPeer(socket)).toEqual({ uid: process.getuid?.() });
  close();
});

test.runIf(process.getuid?.() === 0)('another user is told apart', async () => {
  const { socket, close } = await accepted('127.0.0.1', (port) => {
    const child = spawn('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; read -u 3 line`], {
      uid: 65_534,
      gid: 65_534,
      stdio: 'ignore',
    });
    return { end: () => child.kill() };
  });
  expect(loopbackPeer(socket)).toEqual({ uid: 65_534 });
  close();
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.0.2.1', false],
  ['::ffff:192.0.2.1', false],
  ['fe80::1', false],
])('%s is loopback: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
