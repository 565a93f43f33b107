import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonFrames, Ovsdb } from '../../../src/system/ovsdb.ts';

/** A server that answers each request by its method, over a socket of its own. */
async function server(answers: Readonly<Record<string, (params: readonly unknown[]) => object>>, greeting = '') {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-ovsdb-'));
  const path = join(folder, 'db.sock');
  const heard: { method?: string; result?: unknown }[] = [];
  const listening = createServer((socket) => {
    socket.write(greeting);
    const frames = new JsonFrames();
    socket.on('data', (chunk) => {
      for (const text of frames.take(chunk)) {
        const message = JSON.parse(text) as { id: unknown; method?: string; params: unknown[] };
        heard.push(message);
        const answer = message.method === undefined ? undefined : answers[message.method]?.(message.params);
        if (answer !== undefined) socket.write(JSON.stringify({ id: message.id, ...answer }));
      }
    });
    socket.on('error', () => undefined);
  });
  listening.listen(path);
  await once(listening, 'listening');
  return {
    path,
    heard,
    [Symbol.asyncDispose]: async () => {
      listening.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test('objects are cut apart however they come, and whatever is in their strings', () => {
  const value = fc.object({ values: [fc.string({ unit: 'grapheme' }), fc.integer()], withNullPrototype: false });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 9 }), (objects, size) => {
      const bytes = Buffer.from(objects.map((one) => JSON.stringify(one)).join(''));
      const frames = new JsonFrames();
      const found: string[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...frames.take(bytes.subarray(at, at + size)));
      expect(found).toEqual(objects.map((one) => JSON.stringify(one)));
    }),
  );
});

test('a transaction answers what each operation did', async () => {
  await using there = await server({ transact: ([database]) => ({ error: null, result: [{ rows: [{ name: database }] }, { count: 1 }] }) });
  using db = await Ovsdb.connect(there.path);
  expect(await db.transact('Open_vSwitch', [{ op: 'select' }, { op: 'mutate' }])).toEqual([
    { rows: [{ name: 'Open_vSwitch' }] },
    { count: 1 },
  ]);
});

test('one that is refused fails with the words of the operation', async () => {
  await using there = await server({
    transact: () => ({ error: null, result: [{}, null, { error: 'constraint violation', details: 'tag is 0 to 4095' }] }),
  });
  using db = await Ovsdb.connect(there.path);
  await expect(db.transact('Open_vSwitch', [])).rejects.toThrow('constraint violation: tag is 0 to 4095');
});

test('it answers when the server asks whether it is there, and hears updates', async () => {
  await using there = await server(
    { monitor: () => ({ error: null, result: {} }) },
    '{"id":"echo","method":"echo","params":["are you there?"]}',
  );
  using db = await Ovsdb.connect(there.path);
  await db.monitor('Open_vSwitch', { Port: ['name'] });
  expect(there.heard).toContainEqual({ id: 'echo', result: ['are you there?'], error: null });
});

test('when the connection is lost, who waits is told', async () => {
  await using there = await server({ transact: () => undefined as never });
  const db = await Ovsdb.connect(there.path);
  const asked = db.transact('Open_vSwitch', []);
  let closed = false;
  db.onClose = () => (closed = true);
  db[Symbol.dispose]();
  await expect(asked).rejects.toThrow('lost');
  expect(closed).toBe(false);
});
