import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { emptyCatalog } from '../../src/model/catalog.ts';
import { serveRest } from '../../src/rest/server.ts';
import type { Service } from '../../src/service/service.ts';
import { viaduct } from '../netns/harness.ts';
import { startBrowser } from './browser.ts';

/** The door to other hosts: TLS, a token, a cookie. Behind it a service that has nothing to tell. */
const folder = mkdtempSync(join(tmpdir(), 'viaduct-login-'));
const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), tokenFile: join(folder, 'token') };
const answers: Readonly<Record<string, unknown>> = {
  'topology.get': { topology: { nodes: [], edges: [] }, counters: {}, at: 1 },
  'status.get': { networks: { troubled: [] } },
};
const service: Service = {
  runOperation: async (_caller, name) => (answers[name] ?? []) as never,
  subscribe: () => ({ [Symbol.dispose]: () => undefined }),
  catalog: () => emptyCatalog,
  close: async () => undefined,
};
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const options = {
  consoleDir: join(viaduct, '../../dist/console'),
  loopbackUser: () => undefined,
  credentials: () => ({ uid: 0, gid: 0, pid: 1 }),
  log,
};

let port: number;
let door: AsyncDisposable;
let browser: Browser;
beforeAll(async () => {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=host.example',
      '-addext',
      'subjectAltName=DNS:host.example',
      '-keyout',
      files.key,
      '-out',
      files.cert,
    ],
    { stdio: 'ignore' },
  );
  port = await freePort();
  door = await serveRest(service, { ...options, listen: { host: '127.0.0.1', port, tls: files } });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await door[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('another address than loopback is refused without a certificate, and the way out is said', async () => {
  await expect(serveRest(service, { ...options, listen: { host: '0.0.0.0', port: await freePort() } })).rejects.toMatchObject({
    message: expect.stringContaining('0.0.0.0'),
    hint: expect.stringContaining('tls'),
  });
});

test('the token is made once, and only root reads it', () => {
  expect(statSync(files.tokenFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(files.tokenFile, 'utf8').trim().length).toBeGreaterThan(40);
});

test('without a session the API is shut; the page asks for the token, and says when it is wrong', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  expect((await context.request.get(`https://127.0.0.1:${port}/api/v1/networks`)).status()).toBe(401);
  expect((await context.request.get(`https://127.0.0.1:${port}/api/events`)).status()).toBe(401);
  await page.goto(`https://127.0.0.1:${port}/`);
  await page.getByLabel('Token').fill('not this one');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('This is not the token.').waitFor();
  await page.getByLabel('Token').fill(readFileSync(files.tokenFile, 'utf8').trim());
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('No networks yet').waitFor();
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
  expect(page.url()).not.toContain(readFileSync(files.tokenFile, 'utf8').trim());
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Token').waitFor();
  expect((await context.request.get(`https://127.0.0.1:${port}/api/v1/networks`)).status()).toBe(401);
  await context.close();
});

test('programs show the token with each request', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const response = await context.request.get(`https://127.0.0.1:${port}/api/v1/networks`, {
    headers: { authorization: `Bearer ${readFileSync(files.tokenFile, 'utf8').trim()}` },
  });
  expect(response.status()).toBe(200);
  await context.close();
});

test('a name that is not in the certificate is refused: nobody points his own name at us', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const ask = async (host: string): Promise<number> =>
    (await context.request.get(`https://127.0.0.1:${port}/api/session`, { headers: { host } })).status();
  expect(await ask(`host.example:${port}`)).toBe(200);
  expect(await ask(`evil.example:${port}`)).toBe(403);
  await context.close();
});

test('who guesses is slowed down: after five wrong tokens not even the right one is taken for a minute', async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const show = async (token: string): Promise<string> =>
    (await context.request.post(`https://127.0.0.1:${port}/api/session`, { data: { token } })).text();
  for (let tries = 0; tries < 5; tries++) await show('guess');
  expect(await show(readFileSync(files.tokenFile, 'utf8').trim())).toContain('Too many wrong tokens');
  await context.close();
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
