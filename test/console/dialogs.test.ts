import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { natXml } from '../netns/daemon-space.ts';
import { findings } from './axe.ts';
import { ConsoleTest, type View } from './browser.ts';

/** Every dialog, in both languages and in light and dark: opened and closed by the keyboard, without a serious finding of axe. */
let lab: ConsoleTest;
beforeAll(async () => {
  lab = await ConsoleTest.open({ services: false });
  await lab.host.start(natXml('office', 60));
  await lab.host.client.call('port.create', { network: 'office', name: 'db1', link: { kind: 'tap' } });
  await lab.host.host.sh('for key in iptables ip6tables arptables; do sysctl -qw net.bridge.bridge-nf-call-$key=1; done');
});
afterAll(() => lab[Symbol.asyncDispose]());

/** Where each is, and the keys or buttons that open it: its names in English and Chinese. */
const dialogs: readonly { readonly name: string; readonly path: string; readonly open: readonly RegExp[]; readonly keys?: string }[] = [
  { name: 'palette', path: '/networks', open: [], keys: 'Control+k' },
  { name: 'help', path: '/networks', open: [], keys: '?' },
  { name: 'stop', path: '/networks', open: [/^(Stop|停止) office/] },
  { name: 'delete', path: '/networks', open: [/^(Delete|删除) office/] },
  { name: 'clone', path: '/networks/office', open: [/^(Clone|克隆) office/] },
  { name: 'attach', path: '/networks/office/ports', open: [/^(Attach a guest|接入虚拟机)$/] },
  { name: 'arguments', path: '/networks/office/ports', open: [/: db1$/, /^(Arguments for its program|运行程序的参数)$/] },
  { name: 'move', path: '/networks/office/ports', open: [/: db1$/, /^(Move to another network|移到其他网络)$/] },
  { name: 'VLAN', path: '/networks/office/ports', open: [/: db1$/, /^VLAN$/] },
  { name: 'limits', path: '/networks/office/ports', open: [/: db1$/, /^(Limits|限速)$/] },
  { name: 'unplug', path: '/networks/office/ports', open: [/: db1$/, /^(Unplug|断开)$/] },
  { name: 'reservations', path: '/networks/office/leases', open: [/^(Add reservations|添加地址保留)$/] },
  { name: 'undo', path: '/networks/office/history', open: [/^(Undo|撤销) \d+$/] },
  { name: 'difference', path: '/networks/office/history', open: [/^(Difference|差异)$/] },
  { name: 'remedy', path: '/doctor', open: [/^(Put it right|修复)/] },
  { name: 'word', path: '/networks/office', open: [/^(What is “Bridge”|什么是“网桥”)/] },
];

const views: readonly (View & { readonly title: string })[] = [
  { title: 'English, light', language: 'en-US' },
  { title: 'Chinese, dark', language: 'zh-CN', dark: true },
];

async function openDialog(page: Page, { path, open, keys }: (typeof dialogs)[number]): Promise<void> {
  // From nowhere: the page before has some of the same buttons, until it is gone.
  await page.goto('about:blank');
  await page.goto(`${lab.url}#${path}`);
  await page.locator('#main h1').first().waitFor();
  if (keys !== undefined) await page.keyboard.press(keys);
  for (const [position, name] of open.entries())
    await page
      .getByRole(position === 0 ? 'button' : 'menuitem', { name })
      .first()
      .press('Enter');
  await page.getByRole('dialog').waitFor();
}

describe.each(views)('$title', (view) => {
  let page: Page;
  beforeAll(async () => {
    page = await lab.page(view);
  });
  afterAll(() => page.close());

  test.each(dialogs)('$name', async (dialog) => {
    await openDialog(page, dialog);
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
