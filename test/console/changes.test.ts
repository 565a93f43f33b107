import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Client } from '../../src/rest/client.ts';
import { eventually } from '../netns/harness.ts';
import { natXml } from '../netns/daemon-space.ts';
import { findings } from './axe.ts';
import { ConsoleTest } from './browser.ts';

/** What was changed, and the way back: from the message, from the history, after a reload, and for a network that is gone. */
let lab: ConsoleTest;
beforeAll(async () => {
  lab = await ConsoleTest.open({ services: false });
});
afterAll(() => lab[Symbol.asyncDispose]());

const api: Client['call'] = (name, input) => lab.host.client.call(name, input);
async function isBack(name: string): Promise<void> {
  await eventually(`${name} runs again`, async () => (await api('network.list', { active: true })).some((one) => one.name === name));
}
const dialog = (page: Page) => page.getByRole('dialog');

async function remove(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByText(`${name} was deleted.`).first().waitFor();
}

test('an address that leads nowhere is a page with the way back, in both languages', async () => {
  const page = await lab.visit('/no/such/page');
  await page.getByRole('heading', { name: 'There is no such page', level: 1 }).waitFor();
  expect(await page.locator('#main').textContent()).toContain('/no/such/page');
  await page.getByRole('button', { name: 'To the topology' }).press('Enter');
  await page.waitForURL(/#\/$/);
  const chinese = await lab.visit('/no/such/page', { language: 'zh-CN' });
  await chinese.getByRole('heading', { name: '没有这个页面', level: 1 }).waitFor();
});

test('reversible: a deleted network comes back as it was, from the message', async () => {
  await lab.host.start(natXml('gone', 21));
  const { xml } = await api('network.xml', { network: 'gone', inactive: true });
  const page = await lab.visit('/networks');
  await remove(page, 'gone');
  await page.getByRole('button', { name: 'Undo' }).click();
  await isBack('gone');
  expect((await api('network.xml', { network: 'gone', inactive: true })).xml).toBe(xml);
});

test('reversible: after a reload too, from the page of the network that is no more, with the plan before', async () => {
  await lab.host.start(natXml('lost', 22));
  const { xml } = await api('network.xml', { network: 'lost', inactive: true });
  const page = await lab.visit('/networks');
  await remove(page, 'lost');
  await page.goto(`${lab.url}#/networks/lost`);
  await page.reload();
  await page.getByRole('heading', { name: 'It was here before' }).waitFor();
  await page.getByRole('row').filter({ hasText: 'deleted' }).getByRole('button', { name: /Undo/ }).press('Enter');
  await dialog(page).getByText('define network "lost"').waitFor();
  expect(await dialog(page).getByLabel('Start it again too').isChecked()).toBe(true);
  expect(await findings(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: 'Undo' }).press('Enter');
  await isBack('lost');
  expect((await api('network.xml', { network: 'lost', inactive: true })).xml).toBe(xml);
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
});

test('history: each change of a network with who made it, its difference, and the way back of just that one', async () => {
  await lab.host.start(natXml('office', 23));
  await api('network.update', {
    network: 'office',
    command: 'add-last',
    section: 'dns-host',
    xml: "<host ip='10.77.23.9'><hostname>printer</hostname></host>",
    live: true,
    config: true,
  });
  const page = await lab.visit('/networks/office');
  await page.getByRole('tab', { name: 'History' }).click();
  await page.waitForURL('**/#/networks/office/history');
  const row = page.getByRole('row').filter({ hasText: 'definition changed' });
  expect(await row.textContent()).toContain('root');
  await row.getByRole('button', { name: 'Difference' }).click();
  await dialog(page).locator('.viaduct-diff-new').filter({ hasText: '<hostname>printer</hostname>' }).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await row.getByRole('button', { name: /Undo/ }).click();
  await dialog(page).getByText('change the definition of network "office"').waitFor();
  await dialog(page).getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('row').filter({ hasText: 'takes change' }).waitFor();
  expect((await api('network.xml', { network: 'office' })).xml).not.toContain('printer');
  expect((await api('network.get', { network: 'office' })).active).toBe(true);
  await row.last().getByText('as it is now').waitFor();
});

test('the changes of all networks stand on the activity page, in Chinese too, with their plan in Chinese', async () => {
  const page = await lab.visit('/activity', { language: 'zh-CN' });
  await page.getByRole('heading', { name: '网络的变更' }).waitFor();
  const row = page.getByRole('row').filter({ hasText: 'office' }).filter({ hasText: '已启动' });
  await row.getByRole('button', { name: /撤销/ }).click();
  await dialog(page).getByText('停止网络“office”').waitFor();
  await dialog(page).getByText('删除网桥 vb-office').waitFor();
  expect(await dialog(page).textContent()).not.toMatch(/delete|remove|Guests/);
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
});

test('the plan of a new network is in Chinese for a reader of Chinese, whatever its kind', async () => {
  const page = await lab.visit('/networks/new', { language: 'zh-CN' });
  const steps = page.locator('.pf-v6-c-card .pf-v6-c-list li');
  for (const kind of ['通过本机访问互联网', '彼此之间以及本机', '仅彼此之间', '以自己的地址经路由访问局域网', '由我自己的防火墙决定']) {
    await page.getByRole('radio', { name: kind }).check();
    await page.locator('button:enabled', { hasText: '创建并启动' }).waitFor();
    const lines = await steps.allTextContents();
    expect(lines.length, kind).toBeGreaterThan(2);
    for (const line of lines) expect(line, kind).toMatch(/[一-鿿]/);
  }
});

test('a clone is made by the daemon, with a subnet, a bridge and an UUID of its own; a name that is taken is refused at the form', async () => {
  const page = await lab.visit('/networks/office');
  await page.getByRole('button', { name: 'Clone office' }).click();
  await page.getByLabel('Name').fill('lost');
  await dialog(page).getByRole('button', { name: 'Clone' }).click();
  await dialog(page).getByText('That did not work').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByLabel('Name').fill('branch');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/#/networks/branch');
  const [office, branch] = [await api('network.get', { network: 'office' }), await api('network.get', { network: 'branch' })];
  expect(branch.active).toBe(true);
  for (const key of ['uuid', 'bridge', 'addresses'] as const) expect(branch[key], key).not.toEqual(office[key]);
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
