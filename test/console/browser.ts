import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { existsSync } from 'node:fs';

import { openConsoleDoor } from '../../src/lab/console-door.ts';
import { TestHost, type TestHostOptions } from '../netns/harness.ts';

export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** No requests of its own: a test's browser talks to the test's daemon only. */
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-proxy-server',
  '--disable-dev-shm-usage',
];

export interface View {
  readonly language?: 'en-US' | 'zh-CN';
  readonly dark?: boolean;
  readonly width?: number;
}

/** A host with a daemon, and a browser in front of its console. */
export class ConsoleTest implements AsyncDisposable {
  readonly host: TestHost;
  readonly url: string;
  /** What a page complained about: its console's errors and what nobody caught. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #door: Disposable;

  private constructor(host: TestHost, browser: Browser, door: { readonly url: string } & Disposable) {
    this.host = host;
    this.url = door.url;
    this.#browser = browser;
    this.#door = door;
  }

  static async open(options: TestHostOptions = {}): Promise<ConsoleTest> {
    const host = await TestHost.create(options);
    const door = await openConsoleDoor(host.socket);
    return new ConsoleTest(host, await startBrowser(), door);
  }

  async page({ language = 'en-US', dark = false, width = 1400 }: View = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      locale: language,
      colorScheme: dark ? 'dark' : 'light',
      viewport: { width, height: 900 },
      acceptDownloads: true,
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.url.slice(0, -1) });
    return watched(context, this.complaints);
  }

  /** A page of the console, by its hash address. */
  async visit(path: string, view?: View): Promise<Page> {
    const page = await this.page(view);
    await page.goto(`${this.url}#${path}`);
    await page.locator('#main').waitFor();
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    this.#door[Symbol.dispose]();
    await this.host.close();
  }
}

export function startBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no chromium here; `npm run test:console` installs it');
  return chromium.launch({ executablePath: chromiumPath, args: switches });
}

async function watched(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('response', (response) => {
    // 501 is an answer: this host's kernel or programs cannot do what was asked, and the page says so.
    if (response.status() >= 500 && response.status() !== 501)
      complaints.push(`${response.status()} ${response.url()} ${response.request().postData()}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}
