import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Client } from '../../src/rest/client.ts';
import { natXml } from '../netns/daemon-space.ts';
import { findings } from './axe.ts';
import { ConsoleTest } from './browser.ts';

/** What can be done with one port from the table it stands in. */
let lab: ConsoleTest;
beforeAll(async () => {
  lab = await ConsoleTest.open({ uplink: 'bridge', services: false });
  await lab.host.start(natXml('office', 30));
  await lab.host.start(natXml('branch', 31));
  await lab.host.start("<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>");
  await api('port.create', { network: 'office', name: 'web1', link: { kind: 'tap' } });
  await api('port.create', { network: 'lan', name: 'db1', link: { kind: 'tap' } });
});
afterAll(() => lab[Symbol.asyncDispose]());

const api: Client['call'] = (name, input) => lab.host.client.call(name, input);
const dialog = (page: Page) => page.getByRole('dialog');

/** Opens the menu of a port's row by the keyboard and chooses one entry. */
async function choose(page: Page, port: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `: ${port}` }).press('Enter');
  await page.getByRole('menuitem', { name: entry }).press('Enter');
  await dialog(page).waitFor();
}

test('a port moves to another network with its wire, and the table follows', async () => {
  const before = await api('port.get', { port: 'web1' });
  const page = await lab.visit('/guests');
  await choose(page, 'web1', 'Move to another network');
  await dialog(page).getByText('leaves office').waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog(page).getByLabel('To network').selectOption('branch');
  await dialog(page).getByRole('button', { name: 'Move' }).press('Enter');
  await page.getByText('web1 is on branch now.').waitFor();
  const row = page.getByRole('row').filter({ hasText: 'web1' });
  await row.getByRole('link', { name: 'branch' }).waitFor();
  const after = await api('port.get', { port: 'web1' });
  expect(after.device).toBe(before.device);
  expect(await lab.host.host.sh(`ip -o link show ${after.device}`)).toContain('master vb-branch');
});

test('a move that cannot be stays in its dialog with the reason, in Chinese', async () => {
  await api('network.define', { xml: "<network><name>far</name><forward mode='bridge'><interface dev='eth0'/></forward></network>" });
  const page = await lab.visit('/guests', { language: 'zh-CN' });
  await choose(page, 'web1', '移到其他网络');
  await dialog(page).getByLabel('目标网络').selectOption('far');
  await dialog(page).getByRole('button', { name: '移动' }).click();
  await dialog(page).getByText('操作未成功').waitFor();
  expect(await dialog(page).locator('.pf-v6-c-alert').textContent()).toMatch(/[一-鿿].*far/);
  expect((await api('port.get', { port: 'web1' })).network.name).toBe('branch');
});

test('the VLANs of a port are set where the kernel can, and refused in the dialog where it cannot', async () => {
  const page = await lab.visit('/networks/lan/ports');
  await choose(page, 'db1', 'VLAN');
  await dialog(page).getByRole('radio', { name: 'Access port' }).check();
  await dialog(page).getByLabel('VLAN tag').fill('4095');
  await dialog(page).getByText('4095 is not a VLAN').waitFor();
  expect(await dialog(page).getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await dialog(page).getByLabel('VLAN tag').fill('10');
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  const refused = dialog(page)
    .getByText(/CONFIG_BRIDGE_VLAN_FILTERING|does not filter VLANs/)
    .first();
  const cell = page.getByRole('row').filter({ hasText: 'db1' }).getByText('10', { exact: true });
  await refused.or(cell).waitFor();
  const { vlan } = await api('port.get', { port: 'db1' });
  expect(vlan).toEqual((await refused.isVisible()) ? undefined : { tags: [{ id: 10 }] });
});

test('a trunk is typed as ranges with a native VLAN; what is sent is what was typed', async () => {
  // This kernel may not filter VLANs: what the page asks for is looked at, and the daemon answers it.
  const page = await lab.visit('/networks/lan/ports');
  await choose(page, 'db1', 'VLAN');
  await dialog(page).getByRole('radio', { name: 'Trunk' }).check();
  await dialog(page).getByLabel('VLAN tags').fill('10, 20-22');
  await dialog(page).getByLabel('Native VLAN').fill('1');
  const asked = page.waitForRequest('**/call/port.setVlan');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const { vlan } = (await asked).postDataJSON() as { vlan: unknown };
  expect(vlan).toEqual({ trunk: true, tags: [{ id: 1, nativeMode: 'untagged' }, ...[10, 20, 21, 22].map((id) => ({ id }))] });
});

test('the model of a card is chosen when a guest is attached, and shown with its port and arguments', async () => {
  const page = await lab.visit('/networks/branch/ports');
  await page.getByRole('button', { name: 'Attach a guest' }).click();
  await page.locator('#port-name').fill('old1');
  const model = dialog(page).getByLabel('Card model');
  await model.waitFor();
  const { models } = await api('nic.models', {});
  await (models.length === 0 ? model.fill('e1000') : model.selectOption('e1000'));
  expect(await findings(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: 'Attach a guest' }).click();
  await dialog(page).getByText('Card model: e1000').waitFor();
  await dialog(page).getByText(/e1000/).nth(0).waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('row').filter({ hasText: 'old1' }).getByText('e1000').waitFor();
  expect((await api('port.get', { port: 'old1' })).model).toBe('e1000');
});

test('from the picture too: the panel of a guest has the same menu, and the way to why it reaches whom', async () => {
  const page = await lab.visit('/');
  const node = page.locator('.react-flow__node').filter({ hasText: 'web1' });
  await node.press('Enter');
  const panel = page.getByRole('complementary', { name: 'Details' });
  await panel.getByRole('button', { name: ': web1' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Move to another network' }).press('Enter');
  await dialog(page).getByText('leaves branch').waitFor();
  await page.keyboard.press('Escape');
  expect(await findings(page)).toEqual([]);
  await panel.getByRole('button', { name: ': web1' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Whom it reaches, and why' }).press('Enter');
  await page.getByRole('heading', { name: 'Who reaches whom' }).waitFor();
  expect(await page.getByLabel('From').inputValue()).toBe((await api('port.get', { port: 'web1' })).device);
});

test('unplugging asks first and names the network', async () => {
  const page = await lab.visit('/networks/branch/ports');
  await choose(page, 'old1', 'Unplug');
  await dialog(page).getByText('loses its network branch').waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: 'Cancel' }).press('Enter');
  expect(await api('port.list', {})).toHaveLength(3);
  await choose(page, 'old1', 'Unplug');
  await dialog(page).getByRole('button', { name: 'Unplug' }).press('Enter');
  await page.getByRole('row').filter({ hasText: 'old1' }).waitFor({ state: 'detached' });
  expect(await api('port.list', {})).toHaveLength(2);
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});

test('S111: the menu of a guest that libvirt runs has the way to its console', async () => {
  await api('port.create', { network: 'office', owner: { name: "ann's vm", uuid: '4dea22b3-1d52-d8f3-2516-782e98ab3fa0' } });
  const page = await lab.visit('/guests');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: ": ann's vm" }).press('Enter');
  await page.getByRole('menuitem', { name: 'Copy the way to its console' }).press('Enter');
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`virsh console 'ann'\\''s vm'`);
});
