import { afterAll, beforeAll, expect, test } from 'vitest';

import { hostAddress, outside } from '../../src/lab/addresses.ts';
import { ConsoleTest } from './browser.ts';

/** The tutorials' labs, by clicks only; what they promise is asked of real packets. */
let lab: ConsoleTest;
beforeAll(async () => {
  lab = await ConsoleTest.open({ uplink: 'bridge' });
});
afterAll(() => lab[Symbol.asyncDispose]());

/** Answers the first question of the new network, names it, and presses the button. Resolves to its bridge. */
async function create(intent: string, name: string): Promise<string> {
  const page = await lab.visit('/networks/new');
  await page.getByRole('radio', { name: intent }).check();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create and start' }).click();
  await page.waitForURL(`**/#/networks/${name}`);
  await page.getByText('active', { exact: true }).waitFor();
  await page.close();
  return (await lab.host.client.call('network.bridgeName', { network: name })).bridge;
}

test('S106: a NAT network made by clicks gives its guest an address and the way out', async () => {
  const guest = await lab.host.guest(await create('The internet, through this host', 'nat1'));
  expect(await guest.dhcp()).toBeDefined();
  expect(await guest.ping(outside.server.ipv4, { tries: 5 })).toBe(true);
});

test('S106, S025: an isolated network made by clicks: the host answers, the outside does not', async () => {
  const guest = await lab.host.guest(await create('Each other and this host', 'isolated1'));
  const lease = await guest.dhcp();
  expect(lease).toBeDefined();
  expect(await guest.ping(lease?.server ?? '', { tries: 3 })).toBe(true);
  expect(await guest.ping(outside.server.ipv4)).toBe(false);
});

test('S025: a very isolated network made by clicks: guests reach each other, nobody else is there', async () => {
  const bridge = await create('Only each other', 'quiet');
  const [one, other] = [await lab.host.guest(bridge), await lab.host.guest(bridge)];
  await one.address('10.9.9.1/24');
  await other.address('10.9.9.2/24');
  // The bridge has libvirt's spanning tree: a port that is new forwards after twice two seconds.
  expect(await one.ping('10.9.9.2', { tries: 20 })).toBe(true);
  expect(await lab.host.host.addresses(bridge)).toEqual([]);
});

test('S025: a routed network is shown with the return route its LAN needs, and that route is the one', async () => {
  const page = await lab.visit('/networks/new');
  await page.getByRole('radio', { name: 'The LAN, routed' }).check();
  await page.getByLabel('Name').fill('routed1');
  const hint = await page.getByText(/ip route add .* via /).textContent();
  const [, route = ''] = /(ip route add \S+ via \S+)/.exec(hint ?? '') ?? [];
  expect(route).toContain(`via ${hostAddress.ipv4}`);
  await page.getByRole('button', { name: 'Create and start' }).click();
  await page.waitForURL('**/#/networks/routed1');
  const guest = await lab.host.guest((await lab.host.client.call('network.bridgeName', { network: 'routed1' })).bridge);
  const lease = await guest.dhcp();
  expect(await guest.ping(outside.lan.ipv4)).toBe(false);
  await lab.host.outside.must(route.split(' '));
  expect(await lab.host.outside.ping(lease?.address ?? '', { tries: 5 })).toBe(true);
});

test('S025, S052: a LAN bridge in four clicks; its guest gets an address from the LAN, and the console says how it knows it', async () => {
  const page = await lab.visit('/networks');
  let clicks = 0;
  const click = async (name: string | RegExp, role: 'button' | 'radio' = 'button'): Promise<void> => {
    clicks++;
    await page.getByRole(role, { name }).first().click();
  };
  await click('New network');
  await click('My LAN, directly', 'radio');
  await page.getByText('What will be done').waitFor();
  const name = await page.getByLabel('Name').inputValue();
  await click('Create and start');
  await page.waitForURL(`**/#/networks/${name}`);
  expect(clicks).toBeLessThanOrEqual(4);
  const guest = await lab.host.guest('br0');
  const lease = await guest.dhcp();
  expect(lease?.server).toBe(outside.lan.ipv4);
  expect(await guest.ping(hostAddress.ipv4, { tries: 3 })).toBe(true);
  await page.getByRole('tab', { name: 'Ports' }).click();
  const row = page.getByRole('row').filter({ hasText: guest.mac });
  await row.getByText(lease?.address ?? '').waitFor();
  expect(await row.textContent()).toContain('seen on the wire');
});

test('S025: a VLAN on a bridge starts where the kernel can, and is refused while it is typed where it cannot', async () => {
  const page = await lab.visit('/networks/new');
  await page.getByRole('radio', { name: 'One VLAN of my LAN' }).check();
  await page.getByLabel('Name').fill('vlan10');
  await page.getByLabel('VLAN tag').fill('10');
  const button = page.getByRole('button', { name: 'Create and start' });
  const refused = page.getByText('CONFIG_BRIDGE_VLAN_FILTERING').first();
  const ready = page.locator('button:enabled', { hasText: 'Create and start' });
  await refused.or(ready).waitFor();
  const canFilter = !(await refused.isVisible());
  if (canFilter) {
    await button.click();
    await page.getByRole('heading', { name: 'vlan10' }).waitFor();
  } else {
    expect(await button.isDisabled()).toBe(true);
  }
  const names = (await lab.host.client.call('network.list', {})).map(({ name }) => name);
  expect(names.includes('vlan10')).toBe(canFilter);
});

test('S025: every kind has a picture, and the table of who reaches whom changes with it', async () => {
  const page = await lab.visit('/networks/new');
  const answers = new Map<string, string>();
  for (const intent of [
    'The internet, through',
    'My LAN, directly',
    'Each other and this host',
    'Only each other',
    'The LAN, routed',
    'Whatever my own',
    'One VLAN',
    'The LAN, through one NIC',
  ]) {
    await page.getByRole('radio', { name: intent }).check();
    expect(await page.locator('form ~ *, svg[role=img]').last().isVisible()).toBe(true);
    answers.set(
      intent,
      (await page.locator('[data-reach]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-reach')))).join(),
    );
  }
  expect(answers.get('The internet, through')).toContain('outside-guest-replies');
  expect(answers.get('Each other and this host')).toContain('guest-outside-no');
  expect(answers.get('Only each other')).toContain('guest-host-no');
  expect(answers.get('The LAN, through one NIC')).toContain('guest-host-no');
  expect(new Set(answers.values()).size).toBeGreaterThanOrEqual(5);
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
