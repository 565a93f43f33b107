import { setTimeout as sleep } from 'node:timers/promises';
import { rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import type { ViaductEvent } from '../../../src/model/event.ts';
import type { Uuid } from '../../../src/model/units.ts';
import { connect, type Client } from '../../../src/rest/client.ts';
import { serveRest } from '../../../src/rest/server.ts';
import { openDoor, type Door } from './door.ts';

let door: Door;
let client: Client;
let answer: () => unknown;
beforeEach(async () => {
  answer = () => ({});
  door = await openDoor(() => answer());
  client = connect({ socketPath: door.socketPath });
});
afterEach(async () => {
  client[Symbol.dispose]();
  await door[Symbol.asyncDispose]();
});

const started = (name: string): ViaductEvent => ({ at: 1, kind: 'network-started', network: { name, uuid: `uuid-${name}` as Uuid } });

it('a call reaches the service and brings its answer, in every script', async () => {
  answer = () => ({ xml: '<network>实验</network>' });
  await expect(client.call('network.xml', { network: '实验' })).resolves.toEqual({ xml: '<network>实验</network>' });
  expect(door.calls).toMatchObject([{ name: 'network.xml', input: { network: '实验' } }]);
});

it('what the daemon refuses is thrown as the error it was there', async () => {
  answer = () => {
    throw new ViaductError('network-not-found', "no network with matching name 'x'", { hint: 'Look.', params: { network: 'x' } });
  };
  const error = await client.call('network.start', { network: 'x' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ViaductError);
  expect(error).toMatchObject({
    code: 'network-not-found',
    message: "no network with matching name 'x'",
    hint: 'Look.',
    params: { network: 'x' },
  });
});

it('no daemon is said as such, with the way to start it', async () => {
  const elsewhere = connect({ socketPath: '/nonexistent/viaduct.sock' });
  await expect(elsewhere.call('status.get', {})).rejects.toMatchObject({
    code: 'unreachable',
    message: 'No daemon answers on /nonexistent/viaduct.sock.',
    hint: expect.stringContaining('viaduct daemon'),
  });
});

it('a call given up by its signal ends with the reason', async () => {
  answer = () => new Promise(() => undefined);
  await expect(client.call('status.get', {}, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('a hundred calls at once come back each with its own answer, and none leaves a listener behind', async () => {
  const warnings: unknown[] = [];
  process.on('warning', (warning) => warnings.push(warning));
  const names = Array.from({ length: 100 }, (_, index) => `network-${index}`);
  const signal = AbortSignal.timeout(30_000);
  // With a signal of their own, and without.
  await Promise.all(names.map((network, index) => client.call('network.get', { network }, index < 50 ? signal : undefined)));
  expect(door.calls.map(({ input }) => (input as { network: string }).network).toSorted()).toEqual(names.toSorted());
  await sleep(10);
  expect(warnings).toEqual([]);
});

it('events arrive in order from the moment the stream is there, only of the network asked for', async () => {
  const all = await client.events();
  const some = await client.events({ network: 'lab' });
  for (const name of ['default', 'lab', '实验']) door.emit(started(name));
  door.emit({ at: 2, kind: 'links-changed', links: ['eth0'] });
  expect(await take(all, 4)).toEqual([
    started('default'),
    started('lab'),
    started('实验'),
    { at: 2, kind: 'links-changed', links: ['eth0'] },
  ]);
  expect(await take(some, 1)).toEqual([started('lab')]);
});

it('a stream ends quietly with its signal, and the daemon stops listening for it', async () => {
  const stop = new AbortController();
  const events = await client.events({ signal: stop.signal });
  expect(door.listeners()).toBe(1);
  stop.abort();
  expect(await take(events, 1)).toEqual([]);
  for (let tries = 0; door.listeners() > 0 && tries < 100; tries++) await sleep(10);
  expect(door.listeners()).toBe(0);
});

it('a stream that the daemon cuts off says so', async () => {
  const events = await client.events();
  await door[Symbol.asyncDispose]();
  await expect(take(events, 1)).rejects.toMatchObject({ code: 'unreachable' });
  door = await openDoor();
});

it('everybody may knock at the socket, which replaces a stale file, and yields to nobody who answers', async () => {
  const path = join(dirname(door.socketPath), 'second');
  expect((await stat(door.socketPath)).mode & 0o777).toBe(0o666);
  await leaveSocketAt(path);
  const options = {
    socketPath: path,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    credentials: () => ({ uid: 0, gid: 0, pid: 1 }),
    loopbackUser: () => undefined,
  };
  const service = {
    runOperation: async () => ({}) as never,
    subscribe: () => ({ [Symbol.dispose]() {} }),
    catalog: () => undefined as never,
    close: async () => undefined,
  };
  const first = await serveRest(service, options);
  await expect(serveRest(service, options)).rejects.toMatchObject({ code: 'name-in-use' });
  await expect(connect({ socketPath: path }).call('status.get', {})).resolves.toEqual({});
  await first[Symbol.asyncDispose]();
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

/** As a daemon leaves it that was killed. */
async function leaveSocketAt(path: string): Promise<void> {
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(`${path}.dead`, resolve));
  await rename(`${path}.dead`, path);
  await new Promise((resolve) => dead.close(resolve));
}

async function take(events: AsyncIterable<ViaductEvent>, count: number): Promise<ViaductEvent[]> {
  const taken: ViaductEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}
