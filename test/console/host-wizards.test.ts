import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { hostAddress, services } from '../../src/lab/addresses.ts';
import { eventually } from '../netns/harness.ts';
import { filesOf, hasIfupdown, withIfupdown } from '../netns/ifupdown-host.ts';
import { findings } from './axe.ts';
import { ConsoleTest, type View } from './browser.ts';

/** The Host page's wizards, on a host whose own card goes into a bridge while somebody outside talks to it. */
let lab: ConsoleTest;
beforeAll(async () => {
  lab = await ConsoleTest.open();
  await lab.host.host.agent.call('listenTcp', { port: services.echo });
});
afterAll(() => lab[Symbol.asyncDispose]());
afterEach(async () => {
  if ((await lab.host.client.call('host.status', {})).waiting !== undefined) await lab.host.client.call('host.rollback', {});
  for (const { name } of await lab.host.client.call('bridge.list', {}))
    await lab.host.client.call('bridge.delete', { bridge: name, seconds: 0 });
});

const bridges = async () => (await lab.host.client.call('bridge.list', {})).map(({ name }) => name);
const addressesOf = (link: string) => lab.host.host.sh(`ip -br -4 address show dev ${link}`);
const question = (page: Page): Locator => page.getByRole('region', { name: /^(A change of the host|等待确认的主机变更)/ });
const left = async (page: Page): Promise<number> => Number(/\? (\d+) s/.exec((await question(page).textContent()) ?? '')?.[1]);

/** Opens the wizard and goes as far as its preview. */
async function previewBridge(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: 'New bridge' }).click();
  const dialog = page.getByRole('dialog', { name: 'New bridge' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('eth0', { exact: true }).check();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByLabel('Seconds to confirm').waitFor();
  return dialog;
}

async function makeBridge(page: Page, name: string, seconds: number): Promise<void> {
  const dialog = await previewBridge(page, name);
  await dialog.getByLabel('Seconds to confirm').fill(String(seconds));
  await dialog.getByRole('button', { name: 'Make the bridge' }).click();
  await question(page).getByText('Keep these changes?').waitFor();
}

test('S004: a bridge over the card by clicks: shown first, kept, undone; a connection from outside lives through it all', async () => {
  const { flow } = await lab.host.outside.agent.call('startFlow', { to: hostAddress.ipv4, port: services.echo, everyMs: 20 });
  const page = await lab.visit('/host');
  const dialog = await previewBridge(page, 'br0');
  await dialog.getByText('create bridge br0').waitFor();
  expect(await dialog.textContent()).toContain(`These addresses move to another device: ${hostAddress.ipv4}`);
  expect(await bridges()).toEqual([]);
  await dialog.getByRole('button', { name: 'Make the bridge' }).click();
  await question(page).getByRole('button', { name: 'Keep' }).waitFor();
  await page.locator('.viaduct-keep:focus').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('The changes of the host are kept.').waitFor();
  expect(await addressesOf('br0')).toContain(hostAddress.ipv4);
  expect(await lab.host.outside.ping(hostAddress.ipv4, { tries: 3 })).toBe(true);
  const managed = page.getByRole('grid', { name: 'Who manages what' }).getByRole('row').filter({ hasText: 'br0' });
  await managed.getByText('Viaduct itself').waitFor();

  await page.getByRole('button', { name: 'Undo the last change' }).click();
  await page.getByRole('dialog').getByText('It was kept on').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
  await question(page).getByRole('button', { name: 'Keep' }).click();
  await question(page).waitFor({ state: 'detached' });
  expect(await bridges()).toEqual([]);
  expect(await addressesOf('eth0')).toContain(hostAddress.ipv4);
  const { broken, received } = await lab.host.outside.agent.call('stopFlow', { flow });
  expect(broken).toBeUndefined();
  expect(received).toBeGreaterThan(0);
  await page.close();
});

test('a browser that cannot reach the daemon confirms nothing: the bridge is taken back, and the page says so when it is back', async () => {
  const page = await lab.visit('/host');
  await makeBridge(page, 'br1', 6);
  await page.context().setOffline(true);
  await page.getByText('The daemon does not answer').waitFor();
  await eventually('the bridge is gone', async () => (await bridges()).length === 0, 20_000);
  await page.getByText('so it takes it back by itself, and this page reconnects').waitFor();
  await page.context().setOffline(false);
  await page.getByText('The time is over: everything was put back to what it was.').waitFor();
  expect(await addressesOf('eth0')).toContain(hostAddress.ipv4);
  await page.close();
});

test('a closed page confirms nothing either', async () => {
  const page = await lab.visit('/host');
  await makeBridge(page, 'br1', 5);
  await page.close();
  expect(await bridges()).toEqual(['br1']);
  await eventually('the bridge is gone', async () => (await bridges()).length === 0, 20_000);
});

test('a reload goes on with the time that is left, on whichever page; "Take back" puts everything back', async () => {
  const page = await lab.visit('/host');
  await makeBridge(page, 'br2', 120);
  await eventually('time passes', async () => (await left(page)) < 120);
  const before = await left(page);
  await page.reload();
  await question(page).getByText('Keep these changes?').waitFor();
  expect(await left(page)).toBeLessThanOrEqual(before);
  const { waiting } = await lab.host.client.call('host.status', {});
  expect(Math.abs((await left(page)) - (waiting?.left ?? 0) / 1000)).toBeLessThan(3);
  await page.goto(`${lab.url}#/networks`);
  await page.getByRole('heading', { name: 'Networks', exact: true }).waitFor();
  await question(page).getByRole('button', { name: 'Take back' }).click();
  await page.getByText('The change was taken back').waitFor();
  expect(await bridges()).toEqual([]);
  await page.close();
});

test('a change from the command line asks on every open page, and an answer there is seen here', async () => {
  const page = await lab.visit('/');
  await lab.host.must('bridge', 'create', 'br3', '--port', 'eth0', '--for', '120');
  await question(page).getByText('Keep these changes?').waitFor();
  await lab.host.must('host', 'confirm');
  await page.getByText('The changes of the host are kept.').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByText('The changes of the host are kept.').waitFor({ state: 'detached' });
  await page.close();
});

test('a bridge loses and gets its port, and goes, by clicks', async () => {
  await lab.host.client.call('bridge.create', { bridge: 'br4', seconds: 0 });
  const page = await lab.visit('/host');
  const row = page.getByRole('grid', { name: 'Bridges' }).getByRole('row').filter({ hasText: 'br4' });
  const act = async (button: string, apply: string): Promise<void> => {
    await row.getByRole('button', { name: `${button}: br4` }).click();
    const dialog = page.getByRole('dialog');
    const preview = dialog.getByRole('button', { name: 'Preview' });
    const done = dialog.getByRole('button', { name: apply });
    await preview.or(done).waitFor();
    if (await preview.isVisible()) await preview.click();
    await dialog.locator('button:enabled', { hasText: apply }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await act('Add a port', 'Add the port');
  await question(page).getByRole('button', { name: 'Keep' }).click();
  await row.getByText('eth0').waitFor();
  expect(await addressesOf('br4')).toContain(hostAddress.ipv4);
  await act('Remove a port', 'Remove the port');
  await question(page).getByRole('button', { name: 'Take back' }).click();
  await page.getByText('The change was taken back').waitFor();
  expect(await lab.host.outside.ping(hostAddress.ipv4, { tries: 3 })).toBe(true);
  await act('Delete', 'Delete the bridge');
  await question(page).getByRole('button', { name: 'Keep' }).click();
  await row.waitFor({ state: 'detached' });
  expect(await addressesOf('eth0')).toContain(hostAddress.ipv4);
  await page.close();
});

test('a VLAN says why 0 and 4095 are none; what this kernel cannot do is refused in the preview, with a way out', async () => {
  const page = await lab.visit('/host');
  await page.getByRole('button', { name: 'New VLAN' }).click();
  const dialog = page.getByRole('dialog', { name: 'New VLAN' });
  const id = dialog.getByLabel('VLAN ID');
  const preview = dialog.getByRole('button', { name: 'Preview' });
  for (const [tag, why] of [
    ['0', 'only carries a priority'],
    ['4095', 'reserved by IEEE 802.1Q'],
    ['5000', 'twelve bits'],
  ] as const) {
    await id.fill(tag);
    await dialog.getByText(why).waitFor();
    expect(await preview.isDisabled()).toBe(true);
  }
  await id.fill('10');
  await dialog.getByLabel('Uplink').selectOption('eth0');
  await dialog.getByLabel('Address of this host').fill('192.168.10.1/24');
  await preview.click();
  const { code, stderr } = await lab.host.cli('vlan', 'create', '10', '--uplink', 'eth0', '--dry-run');
  if (code === 0) {
    await dialog.getByText('create bridge brvlan10').waitFor();
  } else {
    expect(stderr).toContain('CONFIG_VLAN_8021Q');
    await dialog.getByText('CONFIG_VLAN_8021Q').first().waitFor();
    await dialog.getByText('What helps').waitFor();
    expect(await dialog.getByRole('button', { name: 'Make the VLAN' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Back' }).click();
    expect(await id.inputValue()).toBe('10');
  }
  expect(await bridges()).toEqual([]);
  await page.close();
});

const views: readonly (View & { readonly title: string })[] = [
  { title: 'English, light', language: 'en-US' },
  { title: 'English, dark', language: 'en-US', dark: true },
  { title: 'Chinese, light', language: 'zh-CN' },
  { title: 'Chinese, dark', language: 'zh-CN', dark: true },
];
test.each(views)('axe and the keyboard, $title: both wizards, the preview and the question', async ({ title, ...view }) => {
  await lab.host.client.call('bridge.create', { bridge: 'br5', seconds: 0 });
  const page = await lab.visit('/host', view);
  const zh = title.startsWith('Chinese');
  await page.getByRole('button', { name: zh ? '新建 VLAN' : 'New VLAN' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  for (const button of zh ? ['添加端口: br5', '删除: br5'] : ['Add a port: br5', 'Delete: br5']) {
    await page.getByRole('button', { name: button }).press('Enter');
    await dialog.waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: zh ? '新建网桥' : 'New bridge' }).press('Enter');
  await dialog.getByLabel('eth0', { exact: true }).press('Space');
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: zh ? '预览' : 'Preview' }).press('Enter');
  await dialog.locator('button:enabled', { hasText: zh ? '建立网桥' : 'Make the bridge' }).waitFor();
  expect(await findings(page)).toEqual([]);
  await dialog.getByRole('button', { name: zh ? '建立网桥' : 'Make the bridge' }).press('Enter');
  await question(page).getByRole('button').first().waitFor();
  expect(await findings(page)).toEqual([]);
  await question(page)
    .getByRole('button', { name: zh ? '撤回' : 'Take back' })
    .press('Enter');
  await page.getByText(zh ? '更改已撤回' : 'The change was taken back').waitFor();
  expect(await findings(page)).toEqual([]);
  await page.close();
});

describe.skipIf(!hasIfupdown)('a host of ifupdown', () => {
  let debian: ConsoleTest;
  beforeAll(async () => {
    debian = await ConsoleTest.open({ daemon: false });
    await withIfupdown(debian.host);
    // A gateway that nobody reaches from there.
    await debian.host.host.sh(
      "printf '\\nauto eth7\\niface eth7 inet static\\n  address 10.1.1.1/24\\n  gateway 10.9.9.1\\n' >> /etc/network/interfaces",
    );
    await debian.host.startDaemon();
  });
  afterAll(() => debian[Symbol.asyncDispose]());

  test('the table names its file and line; the preview is the difference of that file; not kept, the file is as it was', async () => {
    const before = await filesOf(debian.host);
    const page = await debian.visit('/host');
    const row = page.getByRole('grid', { name: 'Who manages what' }).getByRole('row').filter({ hasText: 'eth0' }).first();
    expect(await row.textContent()).toMatch(/ifupdown.*\/etc\/network\/interfaces, line \d+/);
    const finding = page.locator('.viaduct-finding').filter({ hasText: 'eth7' });
    expect(await finding.textContent()).toContain('10.9.9.1');
    expect(await finding.textContent()).toContain('What helps');
    expect(await findings(page)).toEqual([]);
    const dialog = await previewBridge(page, 'br0');
    const diff = dialog.locator('pre');
    expect(await diff.textContent()).toContain('+iface br0 inet static');
    expect(await filesOf(debian.host)).toBe(before);
    await dialog.getByLabel('Seconds to confirm').fill('8');
    await dialog.getByRole('button', { name: 'Make the bridge' }).click();
    await question(page).getByText('Keep these changes?').waitFor({ timeout: 60_000 });
    expect(await question(page).textContent()).toContain('/etc/network/interfaces');
    expect(await filesOf(debian.host)).not.toBe(before);
    await page.getByText('The time is over: everything was put back').waitFor({ timeout: 60_000 });
    expect(await filesOf(debian.host)).toBe(before);
    expect(await debian.host.outside.ping(hostAddress.ipv4, { tries: 3 })).toBe(true);
    expect(debian.complaints).toEqual([]);
  });
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
