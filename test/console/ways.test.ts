import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Client } from '../../src/rest/client.ts';
import { eventually, type TestGuest } from '../netns/harness.ts';
import { natXml } from '../netns/daemon-space.ts';
import { ConsoleTest } from './browser.ts';

/** The ways in which this console is to beat the others. The bridge in four clicks and addresses on bridges are in labs.test.ts. */
let lab: ConsoleTest;
let guest: TestGuest;
beforeAll(async () => {
  lab = await ConsoleTest.open();
  await lab.host.start(natXml('office', 20));
  guest = await lab.host.guest('vb-office', { name: 'web1' });
});
afterAll(() => lab[Symbol.asyncDispose]());

const api: Client['call'] = (name, input) => lab.host.client.call(name, input);

test('who is on it: a guest is listed with its address, its wire and its source within 2 s of the lease', async () => {
  const page = await lab.visit('/networks/office/ports');
  const row = page.getByRole('row').filter({ hasText: guest.mac });
  await row.waitFor();
  const lease = await guest.dhcp();
  const began = performance.now();
  await row.getByText(lease?.address ?? '').waitFor();
  expect(performance.now() - began).toBeLessThan(2000);
  const text = await row.textContent();
  for (const fact of [guest.link, 'web1', 'lease', 'up']) expect(text).toContain(fact);
});

test('conflicts while typing: a subnet that is taken is named with its holder and a free one, at its field', async () => {
  const page = await lab.visit('/networks/new');
  await page.getByLabel('Subnet', { exact: true }).fill('10.77.20.1/24');
  const help = page
    .locator('.pf-v6-c-form__group')
    .filter({ has: page.locator('#address') })
    .locator('.pf-v6-c-helper-text');
  await help.getByText(/office/).waitFor();
  expect(await help.textContent()).toMatch(/\d+\.\d+\.\d+\.0\/24/);
  expect(await page.getByRole('button', { name: 'Create and start' }).isDisabled()).toBe(true);
});

test('errors at the field: 10.1.1.999 is marked where it stands', async () => {
  const page = await lab.visit('/networks/new');
  await page.getByLabel('Subnet', { exact: true }).fill('10.1.1.999/24');
  await eventually('the field is marked', async () => (await page.locator('#address').getAttribute('aria-invalid')) === 'true');
  const help = page
    .locator('.pf-v6-c-form__group')
    .filter({ has: page.locator('#address') })
    .locator('.pf-v6-c-helper-text');
  expect(await help.textContent()).toContain('10.1.1.999');
});

test('consequences before stop: the guests that lose their network are named, and start plugs them in again', async () => {
  await guest.dhcp();
  const page = await lab.visit('/networks/office');
  await page.getByRole('button', { name: 'Stop office' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/: web1\./).waitFor();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Start office' }).click();
  await page.getByRole('button', { name: 'Stop office' }).waitFor();
  expect(await lab.host.host.sh(`ip -o link show ${guest.link}`)).toContain('master vb-office');
  expect(await guest.ping('10.77.20.1', { tries: 5 })).toBe(true);
});

test('edit a live network: the definition is checked as one types, the plan says what is done, guests stay', async () => {
  await guest.dhcp();
  const page = await lab.visit('/networks/office/definition');
  const editor = page.getByRole('textbox', { name: 'Definition' });
  await eventually('the definition is shown', async () => (await editor.inputValue()).includes('<name>office</name>'));
  const xml = await editor.inputValue();
  await editor.fill(xml.replace('10.77.20.254', '10.77.20.999'));
  await page.getByText('10.77.20.999').nth(0).waitFor();
  await page.getByText('That did not work').waitFor();
  await editor.fill(xml.replace('10.77.20.254', '10.77.20.99'));
  await page.getByText('This can be applied.').waitFor();
  await page.getByText('This changes the running network at once.').waitFor();
  await page.getByRole('button', { name: 'Apply' }).click();
  await eventually('the running network has the new range', async () =>
    (await api('network.xml', { network: 'office' })).xml.includes('10.77.20.99'),
  );
  expect(await guest.ping('10.77.20.1', { tries: 3 })).toBe(true);
});

test('one picture: from a guest one click to its neighbours, the same names everywhere', async () => {
  const page = await lab.visit('/');
  await page.locator('.react-flow__node').filter({ hasText: 'office' }).click();
  await page.getByRole('complementary').getByRole('link', { name: 'More' }).click();
  await page.waitForURL('**/#/networks/office');
  await page.goto(`${lab.url}#/guests`);
  const row = page.getByRole('row').filter({ hasText: guest.mac });
  await row.getByRole('link', { name: 'office' }).click();
  await page.waitForURL('**/#/networks/office');
});

test('scriptable: what the copy menu gives as virsh commands is what makes the network', async () => {
  const page = await lab.visit('/networks/office');
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('menuitem', { name: 'virsh commands' }).click();
  await page.getByText('Copied').waitFor();
  const script = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(script).toContain('virsh net-define /tmp/network.xml');
  const xml = /<network[\s\S]*<\/network>/.exec(script)?.[0] ?? '';
  const { steps, definitions } = await api('spec.plan', { text: xml });
  expect([...steps, ...definitions]).toEqual([]);
});

test('a lease becomes a reservation and a free address again', async () => {
  await guest.dhcp();
  const page = await lab.visit('/networks/office/leases');
  const row = page.getByRole('row').filter({ hasText: guest.mac });
  await row.getByRole('button', { name: 'Keep this address' }).click();
  await row.getByText('yes', { exact: true }).waitFor();
  expect((await api('network.xml', { network: 'office', inactive: true })).xml).toContain(`mac='${guest.mac}'`);
  await row.getByRole('button', { name: 'Forget' }).click();
  await eventually(
    'it is forgotten',
    async () => !(await api('network.xml', { network: 'office', inactive: true })).xml.includes(guest.mac),
  );
});

test('a pasted list of reservations is taken in; the line that is refused stays with its reason', async () => {
  const page = await lab.visit('/networks/office/leases');
  await page.getByRole('button', { name: 'Add reservations' }).click();
  await page
    .getByLabel('One line for each guest')
    .fill('52:54:00:aa:00:01, 10.77.20.61, db1\n10.77.20.62 52-54-00-aa-00-02\n52:54:00:aa:00:01 10.77.20.63 again');
  await page.getByRole('button', { name: 'Add 3 reservations' }).click();
  await eventually(
    'the refused line stays',
    async () => (await page.getByLabel('One line for each guest').inputValue()) === '52:54:00:aa:00:01 10.77.20.63 again',
  );
  const { xml } = await api('network.xml', { network: 'office', inactive: true });
  expect(xml).toContain(`ip='10.77.20.61'`);
  expect(xml).toContain(`ip='10.77.20.62'`);
});

test('a name added on the DNS page is answered to guests', async () => {
  const page = await lab.visit('/networks/office/dns');
  await page.getByLabel('Names').fill('printer.office');
  await page.getByLabel('Address').fill('10.77.20.9');
  await page.getByRole('button', { name: 'Add name' }).click();
  await page.getByRole('row').filter({ hasText: 'printer.office' }).waitFor();
  const answer = await guest.sh('busybox nslookup printer.office 10.77.20.1 || true');
  expect(answer).toContain('10.77.20.9');
});

test('S108, S110, S105: a guest is attached by a form, its arguments can be copied, its cable pulled', async () => {
  const page = await lab.visit('/networks/office/ports');
  await page.getByRole('button', { name: 'Attach a guest' }).click();
  await page.locator('#port-name').fill('db1');
  await page.getByText('Windows needs virtio-win first').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Attach a guest' }).click();
  await page
    .getByRole('dialog')
    .getByText(/-netdev/)
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  const [port] = (await api('port.list', { details: true })).filter(({ name }) => name === 'db1');
  expect(port?.device).toBeDefined();
  const row = page.getByRole('row').filter({ hasText: 'db1' });
  await row.getByRole('button', { name: /Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Pull the cable' }).click();
  await row.getByText('cable pulled').waitFor();
  expect((await api('port.get', { port: 'db1' })).down).toBe(true);
  await row.getByRole('button', { name: /Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Unplug' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unplug' }).click();
  await row.waitFor({ state: 'detached' });
});

test('what passes a port can be taken along as pcapng', async () => {
  const page = await lab.visit('/networks/office/ports');
  const row = page.getByRole('row').filter({ hasText: guest.mac });
  await row.getByRole('button', { name: /Actions/ }).click();
  const coming = page.waitForEvent('download', { timeout: 20_000 });
  await page.getByRole('menuitem', { name: /Capture/ }).click();
  const pings = guest.sh('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do busybox ping -c 1 -W 1 10.77.20.1; sleep 1; done');
  const path = await (await coming).path();
  const bytes = readFileSync(path);
  expect(bytes.readUInt32LE(0)).toBe(0x0a0d0d0a);
  expect(bytes.readUInt32LE(8)).toBe(0x1a2b3c4d);
  const listing = await lab.host.host.must(['tcpdump', '-n', '-r', path]);
  expect(listing).toContain('ICMP echo request');
  await pings;
});

test('a clone has a subnet and a bridge of its own', async () => {
  const page = await lab.visit('/networks/office');
  await page.getByRole('button', { name: 'Clone office' }).click();
  await page.getByLabel('Name').fill('branch');
  await page.getByRole('dialog').getByRole('button', { name: 'Clone' }).click();
  await page.waitForURL('**/#/networks/branch');
  const [office, branch] = [await api('network.get', { network: 'office' }), await api('network.get', { network: 'branch' })];
  expect(branch.active).toBe(true);
  expect(branch.bridge).not.toBe(office.bridge);
  expect(branch.addresses).not.toEqual(office.addresses);
});

test('tables go out as CSV and JSON', async () => {
  const page = await lab.visit('/networks');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = readFileSync(await (await coming).path(), 'utf8');
  expect(csv.split('\r\n')[0]).toBe('name,active,mode,addresses,bridge,ports,autostart');
  expect(csv).toContain('office,true,nat,10.77.20.1/24,vb-office');
});

test('no page complained', () => {
  expect(lab.complaints).toEqual([]);
});
