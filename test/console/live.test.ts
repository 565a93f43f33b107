import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { natXml } from '../netns/daemon-space.ts';
import { ConsoleTest } from './browser.ts';

/** The picture follows the kernel, whoever changed it. */
let lab: ConsoleTest;
let page: Page;
beforeAll(async () => {
  lab = await ConsoleTest.open();
  await lab.host.start(natXml('office', 10));
  page = await lab.visit('/');
  await node('office').waitFor();
});
afterAll(() => lab[Symbol.asyncDispose]());

const node = (text: string) => page.locator('.react-flow__node').filter({ hasText: text });

test('S112: a bridge without ports is called idle, not down', async () => {
  await node('office').click();
  expect(await node('office').locator('[title="idle: no ports"]').count()).toBe(1);
  expect(await lab.host.host.sh('ip -br link show vb-office')).toMatch(/DOWN|NO-CARRIER/);
});

test('S003, S023: a bridge is drawn with its port to the host: an address, and a MAC of its own', async () => {
  expect(await node('office').locator('.viaduct-host-port').textContent()).toContain('10.77.10.1');
  const [link] = await lab.host.host.ip<{ address: string }[]>('link', 'show', 'vb-office');
  await node('office').click();
  await page
    .getByRole('complementary', { name: 'Details' })
    .getByText(link?.address ?? '')
    .waitFor();
});

test('S120, S009: a port plugged in from the shell is on the page within a second, with both halves', async () => {
  const guest = await lab.host.guest();
  await guest.plug(guest.link, 'vb-office');
  const began = performance.now();
  await node(guest.link).waitFor({ timeout: 5000 });
  expect(performance.now() - began).toBeLessThan(1000);
  await guest.dhcp();
  await node(guest.link).getByText(guest.mac).waitFor();
  await node(guest.link).getByText('10.77.10.').waitFor();
});

test('a guest that was chosen is not hidden behind the panel that tells of it, also after the picture was moved by hand', async () => {
  const guest = await lab.host.guest('vb-office');
  await node(guest.link).click();
  const panel = page.getByRole('complementary', { name: 'Details' });
  const isBeside = async (): Promise<boolean> => {
    const [box, edge] = [await node(guest.link).boundingBox(), await panel.boundingBox()];
    return box !== null && edge !== null && box.x + box.width <= edge.x;
  };
  await expect.poll(isBeside, { timeout: 5000 }).toBe(true);
  await panel.getByRole('button', { name: 'Close' }).click();
  await page.mouse.move(700, 750);
  await page.mouse.down();
  await page.mouse.move(760, 760, { steps: 5 });
  await page.mouse.up();
  await node(guest.link).click();
  await expect.poll(isBeside, { timeout: 5000 }).toBe(true);
  await panel.getByRole('button', { name: 'Close' }).click();
});

test('S120: a port pulled from the shell is gone from the page within a second', async () => {
  const guest = await lab.host.guest('vb-office');
  await node(guest.link).waitFor();
  await lab.host.host.sh(`ip link delete ${guest.link}`);
  await node(guest.link).waitFor({ state: 'detached', timeout: 1000 });
});

test('a guest that nobody named has the name it gave when it asked for an address, and belongs to no hypervisor', async () => {
  const guest = await lab.host.guest('vb-office', { name: 'printer' });
  await guest.dhcp();
  await node(guest.link).getByText('printer').waitFor();
  expect(await node(guest.link).textContent()).not.toContain('libvirt');
});

test('S020: the wiring of an OpenStack node is drawn read-only with its owner, without any configuration', async () => {
  await lab.host.host.sh(
    'ip link add brq1a2b3c4d-5e type bridge; ip link set brq1a2b3c4d-5e up; ip tuntap add tap99aabbcc-dd mode tap; ip link set tap99aabbcc-dd master brq1a2b3c4d-5e up',
  );
  await node('brq1a2b3c4d-5e').getByText('openstack').waitFor();
  await node('tap99aabbcc-dd').getByText('openstack').waitFor();
  await node('brq1a2b3c4d-5e').click();
  await page.getByText('Belongs to openstack: shown, never touched.').waitFor();
});

test('S010: the ports of one broadcast domain have one colour, those of another have another', async () => {
  await lab.host.start(natXml('lab', 11));
  const [one, other] = [await lab.host.guest('vb-office'), await lab.host.guest('vb-lab')];
  const colour = async (text: string): Promise<string> =>
    node(text)
      .locator('.viaduct-node')
      .evaluate((element) => String(element.ownerDocument?.defaultView?.getComputedStyle(element).borderLeftColor));
  // A wire is drawn as soon as it is there, which is before it is on its bridge.
  await expect.poll(() => colour(one.link), { timeout: 5000 }).toBe(await colour('office'));
  await expect.poll(() => colour(other.link), { timeout: 5000 }).toBe(await colour('lab'));
  expect(await colour('office')).not.toBe(await colour('lab'));
});

test('S011, S018: a NIC with VLANs is a trunk, its VLAN and the guests behind it are access ports', async () => {
  // The kernel under test may have no VLAN devices: the daemon's answer is given those of one that has.
  const wired = await lab.page();
  await wired.route('**/call/topology.get', (route) => route.fulfill({ json: vlanHost }));
  await wired.goto(lab.url);
  const role = async (id: string): Promise<string | null> => wired.locator(`[data-id="${id}"] .viaduct-tag`).first().textContent();
  expect(await role('link/eth0')).toBe('trunk');
  expect(await role('link/eth0.10')).toBe('VLAN 10');
  expect(await role('guest/vnet0')).toBe('VLAN 10');
  await wired.close();
});

test('drops of the line to the daemon are said, and the page comes back by itself', async () => {
  await lab.host.stopDaemon('KILL');
  await page.getByText('The line to the daemon is down.').waitFor();
  await lab.host.startDaemon();
  await page.getByText('The line to the daemon is down.').waitFor({ state: 'detached', timeout: 15_000 });
  await node('office').waitFor();
});

test('the page comes back also where a proxy said in the meantime that nobody is there', async () => {
  const proxied = await lab.page();
  let isDown = true;
  await proxied.route('**/api/events', (route) => (isDown ? route.fulfill({ status: 502, body: 'Bad Gateway' }) : route.continue()));
  await proxied.goto(lab.url);
  await proxied.getByText('The line to the daemon is down.').waitFor();
  isDown = false;
  await proxied.getByText('The line to the daemon is down.').waitFor({ state: 'detached' });
  await proxied.close();
});

test('no page complained', () => {
  expect(lab.complaints.filter((text) => !/^50[23]/.test(text))).toEqual([]);
});

const nic = { kind: 'nic', owner: 'host', state: 'up', addresses: [], carriesDefaultRoute: false };
const vlanHost = {
  at: 1,
  counters: {},
  topology: {
    nodes: [
      { ...nic, id: 'link/eth0', label: 'eth0', link: 'eth0' },
      { ...nic, id: 'link/eth0.10', kind: 'vlan', label: 'eth0.10', link: 'eth0.10' },
      {
        id: 'switch/brvlan10',
        kind: 'switch',
        label: 'brvlan10',
        bridge: 'brvlan10',
        link: 'brvlan10',
        owner: 'host',
        state: 'up',
        stp: false,
      },
      { id: 'guest/vnet0', kind: 'guest', label: 'web1', tap: 'vnet0', link: 'vnet0', owner: 'libvirt', state: 'up', addresses: [] },
    ],
    edges: [
      { id: 'a', from: 'link/eth0', to: 'link/eth0.10', kind: 'child' },
      { id: 'b', from: 'link/eth0.10', to: 'switch/brvlan10', kind: 'wire' },
      { id: 'c', from: 'switch/brvlan10', to: 'guest/vnet0', kind: 'wire' },
    ],
  },
};
