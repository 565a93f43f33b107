import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ViaductError } from '../../../src/model/errors.ts';
import { statuses } from '../../../src/rest/errors.ts';
import { inputs } from '../../../src/rest/inputs.ts';
import { describeApi } from '../../../src/rest/openapi.ts';
import { operationNames, routes } from '../../../src/rest/routes.ts';
import { openDoor, type Door } from './door.ts';

let door: Door;
let refusal: unknown;
beforeAll(async () => {
  door = await openDoor(({ name }) => {
    if (refusal !== undefined) throw refusal;
    return name === 'status.get' ? { version: '9.9' } : { done: name };
  });
});
afterAll(() => door[Symbol.asyncDispose]());

describe('every operation has a path', () => {
  it('of its own: no two operations share method and path', () => {
    const places = operationNames.map((name) => `${routes[name].method} ${routes[name].path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(places).size).toBe(operationNames.length);
  });

  it('and checks its input', () => expect(Object.keys(inputs).toSorted()).toEqual([...operationNames].toSorted()));

  it.each(operationNames)('%s answers under its path with the names in it', async (name) => {
    const { method, path } = routes[name];
    const described = describeApi('1') as { paths: Record<string, Record<string, { operationId: string }>> };
    expect(described.paths[`/api/v1${path}`]?.[method.toLowerCase()]?.operationId).toBe(name);
    const { body } = await door.http(method, `/api/v1${path.replaceAll(/\{(\w+)\}/g, 'a%20$1')}`);
    const call = door.calls.at(-1);
    const refused = (body as { error?: { params: { operation: string } } }).error;
    if (refused !== undefined) expect(refused.params.operation).toBe(name);
    else
      expect(call).toMatchObject({ name, input: Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => [key, `a ${key}`])) });
  });
});

describe('input comes from the path, the query and the body', () => {
  it.each([
    ['GET', '/networks?inactive&active=false', undefined, 'network.list', { inactive: true, active: false }],
    ['GET', '/networks/lab/leases?mac=52:54:00:00:00:01', undefined, 'network.leases', { network: 'lab', mac: '52:54:00:00:00:01' }],
    ['PUT', '/networks/lab/ports/web/bandwidth', '{"inbound":null}', 'port.setBandwidth', { network: 'lab', port: 'web', inbound: null }],
    ['PUT', '/networks/lab/autostart', '{"autostart":true}', 'network.autostart', { network: 'lab', autostart: true }],
    ['POST', '/networks/实验/start', '', 'network.start', { network: '实验' }],
    ['POST', '/call/network.start', '{"network":"lab"}', 'network.start', { network: 'lab' }],
  ])('%s %s %s', async (method, path, body, name, input) => {
    const { status } = await door.http(method, `/api/v1${encodeURI(path)}`, body);
    expect(status).toBe(200);
    expect(door.calls.at(-1)).toMatchObject({ name, input, caller: { uid: 0, user: 'root', pid: 42, door: 'rest', mayWrite: true } });
  });
});

describe('a wrong request is refused with the reason, and nothing is called', () => {
  it.each([
    ['broken JSON', 'POST', '/api/v1/networks', '{"xml":', 400, /not JSON/],
    ['a list', 'POST', '/api/v1/networks', '[]', 400, /JSON object/],
    ['a member of a wrong type', 'POST', '/api/v1/networks', '{"xml":1}', 400, /network\.define does not accept this as "xml"/],
    ['a missing member', 'PUT', '/api/v1/networks/lab/autostart', '{}', 400, /as "autostart"/],
    ['an unknown member', 'POST', '/api/v1/networks/lab/start', '{"force":true}', 400, /force/],
    ['an unknown operation', 'POST', '/api/v1/call/network.burn', '{}', 400, /no operation "network\.burn"/],
    ['a member of Object', 'POST', '/api/v1/call/constructor', '{}', 400, /no operation "constructor"/],
    ['an unknown path', 'GET', '/api/v1/nothing', undefined, 404, /GET \/api\/v1\/nothing/],
    ['an unknown section', 'PATCH', '/api/v1/networks/lab', '{"command":"add-last","section":"foo","xml":"<a/>"}', 400, /as "section"/],
    ['too large a body', 'POST', '/api/v1/networks', JSON.stringify({ xml: 'x'.repeat(17 * 1024 * 1024) }), 400, /larger than 16 MiB/],
  ])('%s', async (_, method, path, body, status, message) => {
    const before = door.calls.length;
    const answer = await door.http(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error: { code: 'invalid-argument', message: expect.stringMatching(message), params: expect.any(Object) },
    });
    expect(door.calls.length).toBe(before);
  });

  it('a page from elsewhere may not ask, the own one may', async () => {
    const ask = (host: string, origin: string) => door.http('POST', '/api/v1/networks/lab/start', '', { host, origin });
    expect((await ask('127.0.0.1:8420', 'http://127.0.0.1:8420')).status).toBe(200);
    expect((await ask('[::1]:8420', 'http://[::1]:8420')).status).toBe(200);
    expect((await ask('127.0.0.1:8420', 'http://evil.example')).status).toBe(403);
    expect((await ask('127.0.0.1:8420', 'null')).status).toBe(403);
    expect((await ask('rebound.example:8420', 'http://rebound.example:8420')).status).toBe(403);
  });

  it('a name of a stranger that was pointed at us may not even read', async () => {
    const look = (headers: Record<string, string>) => door.http('GET', '/api/v1/networks', undefined, headers);
    expect((await look({ host: 'rebound.example:8420' })).status).toBe(403);
    expect((await look({ host: '127.0.0.1:8420', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await look({ host: '127.0.0.1:8420', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('errors of the service', () => {
  it.each(Object.entries(statuses))('%s has status %i', async (code, status) => {
    refusal = new ViaductError(code as keyof typeof statuses, 'No.', { hint: 'Try.', params: { network: 'lab' } });
    const answer = await door.http('GET', '/api/v1/status');
    refusal = undefined;
    expect(answer).toMatchObject({ status, body: { error: { code, message: 'No.', hint: 'Try.', params: { network: 'lab' } } } });
  });

  it('a bug is logged with its cause and told without it', async () => {
    refusal = new TypeError('x is not a function');
    const answer = await door.http('GET', '/api/v1/status');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('x is not a function');
    expect(door.logged.at(-1)).toMatchObject({ err: refusal });
    refusal = undefined;
  });
});

it('the description of the API names every operation with what goes in and comes out', async () => {
  const { body } = await door.http('GET', '/api/openapi.json');
  expect(body).toMatchObject({ openapi: '3.1.0', info: { version: '9.9' } });
  const { paths } = body as { paths: Record<string, Record<string, Record<string, unknown>>> };
  const define = paths['/api/v1/call/network.define']?.['post'];
  expect(define).toMatchObject({
    requestBody: { content: { 'application/json': { schema: { properties: { xml: { type: 'string' } }, required: ['xml'] } } } },
  });
  expect(paths['/api/v1/networks/{network}/xml']?.['get']).toMatchObject({
    parameters: [
      { name: 'network', in: 'path', required: true },
      { name: 'inactive', in: 'query', required: false, schema: { type: 'boolean' } },
    ],
  });
  expect(JSON.stringify(body)).not.toContain('$schema');
});
