import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lockFile } from '../../src/system/lock.ts';
import { notifyManager } from '../../src/system/notify.ts';
import { peerCredentials, sendDescriptor } from '../../src/system/peer.ts';

const folder = mkdtempSync(join(tmpdir(), 'viaduct-peer-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  return server;
}

/** Python speaks the other side: it knows nothing of our code. */
function python(script: string, options: { uid?: number } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('python3', ['-c', script], { ...options, timeout: 10_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}

test('the peer of a Unix socket is known by uid, gid, groups and pid', async () => {
  const path = join(folder, 'who');
  const seen: unknown[] = [];
  const server = await listen(path, (socket) => {
    seen.push(peerCredentials(socket));
    socket.end();
  });
  const pid = await python(
    `import os,socket; os.setgroups([7, 8]); s=socket.socket(socket.AF_UNIX); s.connect(${JSON.stringify(path)}); s.recv(1); print(os.getpid())`,
  );
  expect(seen).toEqual([{ uid: 0, gid: 0, pid: Number(pid), groups: [7, 8] }]);
  server.close();
});

test('a closed connection has no peer, and says so', async () => {
  const path = join(folder, 'gone');
  const server = await listen(path, (socket) => {
    socket.destroy();
    expect(() => peerCredentials(socket)).toThrow('closed');
  });
  await python(`import socket; s=socket.socket(socket.AF_UNIX); s.connect(${JSON.stringify(path)}); s.recv(1)`);
  server.close();
});

test('an open file is handed over with the bytes, after what was written before', async () => {
  const path = join(folder, 'give');
  writeFileSync(join(folder, 'gift'), 'the file itself');
  const server = await listen(path, (socket) => {
    socket.write('before');
    void sendDescriptor(socket, openSync(join(folder, 'gift'), 'r'), Buffer.from('with')).then(() => socket.end('after'));
  });
  const script = `
import array, os, socket
s = socket.socket(socket.AF_UNIX); s.connect(${JSON.stringify(path)})
text, fds = b'', []
while True:
  data, ancillary, _, _ = s.recvmsg(64, 64)
  if not data: break
  for _, _, raw in ancillary: fds += array.array('i', raw)
  text += data
print(text.decode(), os.read(fds[0], 99).decode(), len(fds))
`;
  expect(await python(script)).toBe('beforewithafter the file itself 1\n');
  server.close();
});

for (const where of ['a path', 'the abstract namespace']) {
  test(`systemd is told over ${where}`, async () => {
    const path = where === 'a path' ? join(folder, 'notify') : `@viaduct-test-${process.pid}`;
    const bound = path.replace('@', '\\0');
    const listener = spawn('python3', [
      '-c',
      `import socket; s=socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('${bound}'); print('bound', flush=True); print(s.recv(99).decode(), flush=True)`,
    ]);
    let text = '';
    listener.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text === 'bound\n') notifyManager('READY=1\nSTATUS=Up', path);
    });
    await new Promise((resolve) => listener.on('close', resolve));
    expect(text).toBe('bound\nREADY=1\nSTATUS=Up\n');
  });
}

test('a lock is held by one, and free when it is let go', () => {
  const path = join(folder, 'lock');
  const first = lockFile(path);
  expect(lockFile(path)).toEqual({ holder: String(process.pid) });
  if (Symbol.dispose in first) first[Symbol.dispose]();
  const second = lockFile(path);
  expect(Symbol.dispose in second).toBe(true);
});
