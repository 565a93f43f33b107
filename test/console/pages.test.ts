import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually } from '../netns/harness.ts';
import { natXml } from '../netns/daemon-space.ts';
import { findings, still } from './axe.ts';
import { ConsoleTest, type View } from './browser.ts';

let lab: ConsoleTest;
beforeAll(async () => {
  lab = await ConsoleTest.open({ uplink: 'bridge' });
  await lab.host.start(natXml('office', 30));
  const guest = await lab.host.guest('vb-office');
  await guest.dhcp();
  await lab.host.client.call('port.create', { network: 'office', name: 'db1', for: 'qemu' });
});
afterAll(() => lab[Symbol.asyncDispose]());

const paths = [
  '/',
  '/networks',
  '/networks/new',
  '/networks/office',
  '/networks/office/ports',
  '/networks/office/leases',
  '/networks/office/dns',
  '/networks/office/forwards',
  '/networks/office/rules',
  '/networks/office/definition',
  '/networks/office/history',
  '/guests',
  '/host',
  '/activity',
  '/doctor',
  '/reach',
  '/reach?from=db1&to=broadcast',
  '/words',
  '/no/such/page',
];

async function settle(page: Page, path: string): Promise<void> {
  await page.goto(`${lab.url}#${path}`);
  await page.locator('#main h1').first().waitFor({ state: 'attached' });
  await still(page);
}

const views: readonly (View & { readonly name: string })[] = [
  { name: 'English, light', language: 'en-US' },
  { name: 'English, dark', language: 'en-US', dark: true },
  { name: 'Chinese, light', language: 'zh-CN' },
  { name: 'Chinese, dark', language: 'zh-CN', dark: true },
];
for (const { name, ...view } of views) {
  test(`axe finds nothing serious on any page, ${name}`, async () => {
    const page = await lab.page(view);
    const found: string[] = [];
    for (const path of paths) {
      await settle(page, path);
      found.push(...(await findings(page)).map((finding) => `${path} ${finding}`));
    }
    expect(found).toEqual([]);
    await page.close();
  });
}

test('both languages: every page is in the one that was chosen, and the choice stays', async () => {
  const page = await lab.visit('/networks');
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('heading', { name: '网络', exact: true }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: '网络', exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  for (const path of paths) {
    await settle(page, path);
    expect(await page.locator('nav').first().textContent()).toContain('拓扑');
    expect(await page.locator('#main h1').first().textContent(), path).toMatch(/[一-鿿]|office/);
  }
});

test('every page can be read at 360 pixels: nothing is wider than the screen', async () => {
  const page = await lab.page({ width: 360 });
  const wide: string[] = [];
  for (const path of paths) {
    await settle(page, path);
    const width = await page.evaluate<number>(
      'Math.max(document.documentElement.scrollWidth, document.querySelector("#main").scrollWidth)',
    );
    if (width > 362) wide.push(`${path} ${width}`);
  }
  expect(wide).toEqual([]);
});

test('the keyboard is enough: palette, search, rows, help', async () => {
  const page = await lab.visit('/');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').fill('office');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/#/networks/office');
  await page.goto(`${lab.url}#/networks`);
  await page.getByRole('link', { name: 'office' }).waitFor();
  await page.locator('body').click({ position: { x: 700, y: 850 } });
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/#/networks/office');
  await page.getByRole('heading', { name: 'office', level: 1 }).waitFor();
  await page.goto(`${lab.url}#/guests`);
  await page.getByRole('grid', { name: 'Guests' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('nothing has this name');
  await eventually('only the head of the table is left', async () => (await page.getByRole('row').count()) === 1);
  await page.keyboard.press('Escape');
  await page.locator('h1').click();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard keys' }).waitFor();
});

test('dark mode is remembered', async () => {
  const page = await lab.visit('/networks');
  await page.getByRole('button', { name: 'Dark mode' }).click();
  await page.reload();
  await page.locator('html.pf-v6-theme-dark').waitFor();
});

test('an empty host teaches: three intents, each opens its form', async () => {
  await using empty = await ConsoleTest.open();
  const page = await empty.visit('/');
  await page.getByText('No networks yet').waitFor();
  await page.getByRole('button', { name: 'Each other and this host' }).click();
  expect(await page.getByRole('radio', { name: 'Each other and this host' }).isChecked()).toBe(true);
  expect(empty.complaints).toEqual([]);
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
