import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Page } from 'playwright-core';

import { viaduct } from '../test/netns/harness.ts';
import { chromiumPath, startBrowser } from '../test/console/browser.ts';
import type { Figure } from './figure.ts';
import { median } from './figure.ts';

const dist = join(viaduct, '../../dist/console');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** What a browser does with the built console; the daemon's answers are ready-made, so that only the page is measured. Nothing where no chromium is. */
export async function consoleFigures(): Promise<readonly Figure[]> {
  if (chromiumPath === undefined) return [];
  const streams = new Set<ServerResponse>();
  let loaded = 0;
  let firstPage = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': listening\n\n');
      return void streams.add(response);
    }
    if (path.startsWith('/api/'))
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(path)));
    const file = join(dist, path === '/' ? 'index.html' : path);
    const body = gzipSync(readFileSync(file));
    if (/\.(js|css|html)$/.test(file)) loaded += body.length;
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-encoding': 'gzip' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  const browser = await startBrowser();
  try {
    const paints: number[] = [];
    const pictures: number[] = [];
    for (let round = 0; round < 5; round++) {
      loaded = 0;
      const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
      await page.goto(url);
      await page.locator('.react-flow__node').first().waitFor();
      await page.waitForLoadState('load');
      firstPage = loaded;
      paints.push(await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`));
      pictures.push(await pictureTime(page, url));
      if (round < 4) await page.context().close();
    }
    const [page] = browser.contexts().at(-1)?.pages() ?? [];
    if (page === undefined) throw new Error('the last page is gone');
    const { longest, frames } = await underEvents(page, streams);
    const all = readdirSync(join(dist, 'assets'))
      .filter((name) => /\.(js|css)$/.test(name))
      .reduce((sum, name) => sum + statSync(join(dist, 'assets', name)).size, 0);
    return [
      {
        group: 'console',
        name: 'first page, gzip',
        value: firstPage / 1000,
        unit: 'kB',
        goal: { atMost: 350 },
        beside: `${(all / 1000).toFixed(0)} kB in all pages, not packed`,
      },
      { group: 'console', name: 'first contentful paint', value: median(paints), unit: 'ms', goal: { atMost: 1000 } },
      { group: 'console', name: '300 nodes laid out and interactive', value: median(pictures), unit: 'ms', goal: { atMost: 1000 } },
      { group: 'console', name: '60 events/s: longest task', value: longest, unit: 'ms', goal: { atMost: 200 } },
      { group: 'console', name: '60 events/s: frames', value: frames, unit: '/s', goal: { atLeast: 30 } },
    ];
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** From the list of networks to the picture: until a click on a node has opened its panel. */
async function pictureTime(page: Page, url: string): Promise<number> {
  await page.goto(`${url}#/networks`);
  await page.getByRole('heading', { name: 'Networks', exact: true }).waitFor();
  return page.evaluate<number>(`(async () => {
    const began = performance.now();
    location.hash = '#/';
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    while (document.querySelectorAll('.react-flow__node').length < 300) await frame();
    document.querySelector('.react-flow__node').click();
    while (!document.querySelector('aside')) await frame();
    return performance.now() - began;
  })()`);
}

/** Five seconds of 60 events a second, each of which makes what is shown stale. */
async function underEvents(page: Page, streams: ReadonlySet<ServerResponse>): Promise<{ longest: number; frames: number }> {
  const measured = page.evaluate<{ longest: number; frames: number }>(`new Promise((done) => {
    let longest = 0, frames = 0;
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration); }).observe({ entryTypes: ['longtask'] });
    const count = () => { frames++; requestAnimationFrame(count); };
    requestAnimationFrame(count);
    setTimeout(() => done({ longest, frames: frames / 5 }), 5000);
  })`);
  const event = `data: ${JSON.stringify({ at: 1, kind: 'links-changed', links: ['vnet1'] })}\n\n`;
  const timer = setInterval(() => streams.forEach((stream) => stream.write(event)), 1000 / 60);
  const result = await measured;
  clearInterval(timer);
  return result;
}

const guests = 288;
let looks = 0;

function answer(path: string): unknown {
  if (path === '/api/session') return { isIn: true, user: 'root', mayWrite: true };
  if (path.endsWith('/topology.get')) return topology();
  if (path.endsWith('/status.get')) return { networks: { troubled: [] } };
  return [];
}

/** A NIC, eleven networks and their guests; the counters grow with every look. */
function topology(): unknown {
  looks++;
  const switches = Array.from({ length: 10 }, (_, at) => ({
    id: `switch/virbr${at}`,
    kind: 'switch',
    label: `net${at}`,
    bridge: `virbr${at}`,
    link: `virbr${at}`,
    owner: 'viaduct',
    state: 'up',
    stp: false,
    network: { name: `net${at}`, uuid: String(at), mode: 'nat', veryIsolated: false },
    hostPort: { addresses: [`10.0.${at}.1/24`] },
  }));
  const nodes = Array.from({ length: guests }, (_, at) => ({
    id: `guest/vnet${at}`,
    kind: 'guest',
    label: `web${at}`,
    tap: `vnet${at}`,
    link: `vnet${at}`,
    mac: '52:54:00:00:00:01',
    owner: 'viaduct',
    state: 'up',
    addresses: [`10.0.${at % 10}.${at}`],
  }));
  const nic = {
    id: 'link/eth0',
    kind: 'nic',
    label: 'eth0',
    link: 'eth0',
    owner: 'host',
    state: 'up',
    addresses: ['192.0.2.2/24'],
    carriesDefaultRoute: true,
  };
  const edges = [
    { id: 'out', from: 'outside', to: nic.id, kind: 'wire', link: 'eth0' },
    ...switches.map(({ id, link }) => ({ id: `nat-${id}`, from: nic.id, to: id, kind: 'nat', link })),
    ...nodes.map(({ id, link }, at) => ({ id: `wire-${id}`, from: `switch/virbr${at % 10}`, to: id, kind: 'wire', link })),
  ];
  const bytes = looks * 100_000;
  const counters = Object.fromEntries(
    [...nodes, ...switches].map(({ link }) => [
      link,
      { rxBytes: bytes, txBytes: bytes, rxPackets: looks, txPackets: looks, rxDropped: 0, txDropped: 0, rxErrors: 0, txErrors: 0 },
    ]),
  );
  return {
    topology: {
      nodes: [{ id: 'outside', kind: 'outside', label: 'outside', owner: 'host', state: 'up' }, nic, ...switches, ...nodes],
      edges,
    },
    counters,
    at: Date.now(),
  };
}
