import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Client } from '../../src/rest/client.ts';
import { hostAddress } from '../../src/lab/addresses.ts';
import { eventually, type TestGuest } from '../netns/harness.ts';
import { natXml } from '../netns/daemon-space.ts';
import { findings } from './axe.ts';
import { ConsoleTest } from './browser.ts';

/** Ports of the host that lead to guests: made by clicks, tried by a real connection from the outside. */
let lab: ConsoleTest;
let guest: TestGuest;
beforeAll(async () => {
  lab = await ConsoleTest.open();
  await lab.host.start(natXml('office', 40));
  guest = await lab.host.guest('vb-office', { name: 'web1' });
  await guest.dhcp();
});
afterAll(() => lab[Symbol.asyncDispose]());

const api: Client['call'] = (name, input) => lab.host.client.call(name, input);
const rowOf = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

test('a forward is added by clicks, leads where it says, and is taken away with a way back', async () => {
  await guest.agent.call('listenTcp', { port: 7 });
  const page = await lab.visit('/networks/office');
  await page.getByRole('tab', { name: 'Forwards' }).click();
  await page.getByText('No port of the host leads here yet').waitFor();
  await page.getByLabel('Host port').fill('8080');
  await page.getByLabel('Guest and port').fill('web1:7');
  await page.keyboard.press('Enter');
  await rowOf(page, '8080')
    .getByText(/10\.77\.40\.\d+:7/)
    .waitFor();
  expect(await findings(page)).toEqual([]);
  expect(await lab.host.outside.agent.call('tcp', { to: hostAddress.ipv4, port: 8080 })).toMatchObject({ ok: true });
  await page.getByRole('button', { name: 'Remove tcp 8080' }).press('Enter');
  await rowOf(page, '8080').waitFor({ state: 'detached' });
  expect(await api('forward.list', { network: 'office' })).toEqual([]);
  await page.getByRole('button', { name: 'Undo' }).click();
  await rowOf(page, '8080').waitFor();
  expect(await api('forward.list', { network: 'office' })).toMatchObject([{ listen: '8080', to: 'web1:7' }]);
});

test('what is no port is marked while it is typed; what the daemon refuses is said at the form, in Chinese', async () => {
  const page = await lab.visit('/networks/office/forwards', { language: 'zh-CN' });
  await page.getByLabel('主机端口').fill('99999');
  await page.getByLabel('虚拟机和端口').fill('web1:80');
  await eventually('the field is marked', async () => (await page.getByLabel('主机端口').getAttribute('aria-invalid')) === 'true');
  expect(await page.getByRole('button', { name: '添加转发' }).isDisabled()).toBe(true);
  await page.getByLabel('主机端口').fill('8080');
  await page.getByRole('button', { name: '添加转发' }).click();
  await page.getByText('操作未成功').waitFor();
  expect(await findings(page)).toEqual([]);
});

test('a network that leads nowhere says why it has no forwards', async () => {
  await lab.host.start("<network><name>quiet</name><bridge name='vb-quiet'/></network>");
  const page = await lab.visit('/networks/quiet/forwards');
  await page.getByText('A network of mode Very isolated has no forwards').waitFor();
});

test('a new network is made with its forwards; a wrong one is marked at its row and holds the button', async () => {
  const page = await lab.visit('/networks/new');
  await page.getByLabel('Name').fill('shop');
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByRole('button', { name: 'Add forward' }).click();
  await page.getByLabel('Host port').fill('8443');
  await page.getByLabel('Guest and port').fill('till:443:1');
  await page.getByText("'till:443:1' is no guest to forward to").waitFor();
  const create = page.getByRole('button', { name: 'Create and start' });
  expect(await create.isDisabled()).toBe(true);
  await page.getByLabel('Guest and port').fill('till:443');
  await page.getByText('urn:viaduct:forwards').first().waitFor();
  expect(await findings(page)).toEqual([]);
  await create.click();
  await page.waitForURL('**/#/networks/shop');
  expect(await api('forward.list', { network: 'shop' })).toMatchObject([{ protocol: 'tcp', listen: '8443', to: 'till:443' }]);
  await page.getByRole('tab', { name: 'Forwards' }).click();
  await rowOf(page, '8443').getByText('nowhere: the guest is not known yet').waitFor();
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
