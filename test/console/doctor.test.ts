import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Client } from '../../src/rest/client.ts';
import { eventually, type TestGuest } from '../netns/harness.ts';
import { natXml } from '../netns/daemon-space.ts';
import { findings } from './axe.ts';
import { ConsoleTest } from './browser.ts';

/** Why something does not work, in words: the doctor, who reaches whom, and what the words mean. */
let lab: ConsoleTest;
let web: TestGuest;
beforeAll(async () => {
  lab = await ConsoleTest.open({ services: false });
  await lab.host.host.sh('rm -f /etc/sysctl.d/* /etc/udev/rules.d/*; mkdir -p /etc/sysctl.d /etc/udev/rules.d');
  await lab.host.start(natXml('office', 50));
  await lab.host.start("<network><name>quiet</name><bridge name='vb-quiet'/></network>");
  web = await lab.host.guest('vb-office', { name: 'web1' });
  await web.dhcp();
  const other = await lab.host.guest('vb-office', { name: 'db1' });
  await other.dhcp();
});
afterAll(() => lab[Symbol.asyncDispose]());

const api: Client['call'] = (name, input) => lab.host.client.call(name, input);
const dialog = (page: Page) => page.getByRole('dialog');
const filterSwitch = (): Promise<string> => lab.host.host.sh('sysctl -n net.bridge.bridge-nf-call-iptables').then((text) => text.trim());

test('the doctor names what is in the way, shows the plan, puts it right by a click and back by another', async () => {
  await lab.host.host.sh('for key in iptables ip6tables arptables; do sysctl -qw net.bridge.bridge-nf-call-$key=1; done');
  const page = await lab.visit('/doctor');
  const card = page.locator('.viaduct-finding').filter({ hasText: 'bridge vb-office' }).filter({ hasText: 'bridge-nf-call-iptables=1' });
  await card.waitFor();
  expect(await findings(page)).toEqual([]);
  await card.getByRole('button', { name: /Put it right/ }).press('Enter');
  await dialog(page).getByText('set sysctl net.bridge.bridge-nf-call-iptables=0').waitFor();
  await dialog(page).getByText('write /etc/sysctl.d/99-viaduct-bridge.conf').waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: 'Put it right' }).press('Enter');
  await page.getByText('Done; it holds from the next start of this host on too.').waitFor();
  expect(await filterSwitch()).toBe('0');
  await card.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Put back what the doctor changed' }).click();
  await dialog(page).getByText('remove /etc/sysctl.d/99-viaduct-bridge.conf').waitFor();
  await dialog(page).getByRole('button', { name: 'Put back what the doctor changed' }).click();
  await page.getByText('It is as it was before.').waitFor();
  await eventually('the switch is as it was', async () => (await filterSwitch()) === '1');
});

test('in Chinese the doctor finds the same, in Chinese, and so does its plan', async () => {
  const page = await lab.visit('/doctor', { language: 'zh-CN', dark: true });
  const { findings: found } = await api('doctor.examine', {});
  const cards = page.locator('.viaduct-finding');
  await cards.nth(found.length - 1).waitFor();
  expect(await cards.count()).toBe(found.length);
  for (const text of await cards.locator('.pf-v6-c-card__body p').allTextContents()) expect(text).toMatch(/[一-鿿]/);
  await cards.filter({ hasText: '网桥 vb-office' }).getByRole('button', { name: /修复/ }).click();
  await dialog(page).getByText('设置内核开关 net.bridge.bridge-nf-call-iptables=0').waitFor();
  expect(await findings(page)).toEqual([]);
});

test('who reaches whom: a sentence for each layer, with every switch on the way, at an address one can send', async () => {
  const page = await lab.visit('/reach');
  await page.getByText('Pick two ends.').waitFor();
  await page.getByLabel('From').fill(web.link);
  await page.getByLabel('To', { exact: true }).fill('outside');
  await page.keyboard.press('Enter');
  await page.getByText("hides its guests behind the host's address").waitFor();
  await page.getByRole('list', { name: 'The way of the frame' }).getByText('vb-office').first().waitFor();
  expect(page.url()).toContain('from=');
  expect(await findings(page)).toEqual([]);
  const sent = await lab.page({ language: 'zh-CN' });
  await sent.goto(page.url());
  await sent.getByText(/的虚拟机以宿主机的地址对外/).waitFor();
  await page.getByLabel('To', { exact: true }).fill('nobody-here');
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('That did not work').waitFor();
});

test('words: what a term means stands where it is used, and all of them on a page of their own', async () => {
  const page = await lab.visit('/networks/office');
  await page.getByRole('button', { name: 'What is “Bridge”?' }).press('Enter');
  await page.getByText('A switch inside the kernel.').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByText('A switch inside the kernel.').waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await dialog(page).getByRole('link', { name: 'Words' }).click();
  await page.getByRole('heading', { name: 'Words', level: 1 }).waitFor();
  await page.getByLabel('Search words').fill('spanning');
  await page.getByText('spanning tree', { exact: false }).first().waitFor();
  const chinese = await lab.visit('/words', { language: 'zh-CN' });
  await chinese.getByText('网桥（bridge）').waitFor();
});

test('the plot of a network has no dates from before there was data', async () => {
  const page = await lab.page();
  // The second look is held back, so that the empty plot stays.
  let looks = 0;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/call/topology.get', async (route) => {
    looks += 1;
    if (looks > 1) await held;
    await route.continue();
  });
  await page.goto(`${lab.url}#/networks/office`);
  await page.getByText('No traffic has been measured yet.').waitFor();
  expect(await page.locator('.uplot').count()).toBe(0);
  release();
  await page.locator('.uplot').waitFor();
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
