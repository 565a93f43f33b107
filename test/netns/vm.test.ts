import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { outside } from '../../src/lab/addresses.ts';
import { Vm } from '../../src/lab/vm.ts';
import { eventually, pause, TestHost } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

let host: TestHost;
const machines: Vm[] = [];
const addresses: string[] = [];

beforeAll(async () => {
  host = await TestHost.create();
  await host.start(networkXml({ name: 'blue', bridge: 'virbr5', subnet: 75, forward: "<forward mode='nat'/>" }));
  for (const name of ['ann', 'bob']) {
    await host.client.call('port.create', { network: 'blue', name, for: 'qemu' });
    const { argv = [] } = await host.client.call('port.arguments', { port: name });
    const vm = new Vm(name, host.host, host.folder);
    await vm.start(argv);
    machines.push(vm);
  }
  for (const vm of machines) addresses.push((await vm.lease(40_000))?.replace(/\/.*/, '') ?? `no lease: ${vm.log}`);
}, 90_000);

afterAll(async () => {
  for (const vm of machines) await vm.stop();
  await host?.close();
});

const [ann, bob] = [0, 1];
const reaches = async (from: number, to: string) => (await machines[from]!.exec(`ping -c 3 -W 5 ${to}`)).code === 0;

test('S097: two virtual machines that QEMU runs on the ports it was told get their leases', async () => {
  expect(addresses).toEqual([expect.stringMatching(/^192\.168\.75\.\d+$/), expect.stringMatching(/^192\.168\.75\.\d+$/)]);
  for (const [index, name] of ['ann', 'bob'].entries()) {
    expect(await host.client.call('port.get', { port: name, details: true })).toMatchObject({
      state: 'up',
      addresses: [{ address: addresses[index], source: 'lease' }],
    });
  }
});

test('they reach each other, the host and the outside, and the host reaches them', async () => {
  expect(await reaches(ann, addresses[bob]!)).toBe(true);
  expect(await reaches(bob, addresses[ann]!)).toBe(true);
  expect(await reaches(ann, '192.168.75.1')).toBe(true);
  expect(await reaches(ann, outside.server.ipv4)).toBe(true);
  expect(await host.host.ping(addresses[ann]!, { tries: 3 })).toBe(true);
});

test('S096: S098: viaduct list and domiflist show them in virsh’s columns', async () => {
  const { mac } = await host.client.call('port.get', { port: 'ann' });
  expect(await host.must('list', '--all')).toBe(
    ' Id   Name   State\n----------------------\n -    ann    running\n -    bob    running\n\n',
  );
  expect(await host.must('domiflist', 'ann')).toBe(
    ` Interface   Type      Source   Model    MAC\n------------------------------------------------------------\n vnet0       network   blue     virtio   ${mac}\n\n`.replace(
      /-{60}/,
      '-'.repeat(` Interface   Type      Source   Model    ${mac}`.length + 2),
    ),
  );
  expect(await host.must('domifaddr', 'ann')).toContain(` vnet0      ${mac}    ipv4         ${addresses[ann]}/24\n`);
});

test('S133: a virtual machine whose port is renewed sees its cable pulled, asks, and gets the address now reserved for it', async () => {
  const { mac } = await host.client.call('port.get', { port: 'ann' });
  const old = addresses[ann]!;
  const carrier = machines[ann]!.exec('for i in $(seq 60); do cat /sys/class/net/eth0/carrier; sleep 0.1; done');
  expect(
    await host.client.call('network.update', {
      network: 'blue',
      command: 'add-last',
      section: 'ip-dhcp-host',
      xml: `<host mac='${mac}' ip='192.168.75.200'/>`,
    }),
  ).toMatchObject({
    renewed: [{ mac, link: 'vnet0', asked: 'qmp', from: old, to: '192.168.75.200' }],
  });
  expect((await carrier).stdout).toMatch(/^[01\n]*0\n[01\n]*1\n$/);
  await eventually('the guest has its new address', async () =>
    (await machines[ann]!.exec('ip -4 -o addr show eth0')).stdout.includes('192.168.75.200/'),
  );
  addresses[ann] = '192.168.75.200';
  expect(await host.client.call('port.renew', { port: 'ann' })).toEqual({
    mac,
    link: 'vnet0',
    asked: 'qmp',
    from: '192.168.75.200',
    to: '192.168.75.200',
  });
  expect(await reaches(ann, addresses[bob]!)).toBe(true);
});

test('a virtual machine does not see its tap go down, so nobody pretends to have asked one without a monitor of its own', async () => {
  // QEMU's monitor talks to one client at a time.
  const other = createConnection(join(host.folder, 'vm-bob.qmp'));
  await once(other, 'data');
  expect(await host.client.call('port.renew', { port: 'bob' })).toMatchObject({ link: 'vnet1', asked: 'none', from: addresses[bob] });
  expect((await host.client.call('network.leases', { network: 'blue' })).map(({ address }) => address)).toContain(addresses[bob]);
  const carrier = machines[bob]!.exec('for i in $(seq 20); do cat /sys/class/net/eth0/carrier; sleep 0.1; done');
  await host.host.sh('ip link set vnet1 down; sleep 1; ip link set vnet1 up');
  expect((await carrier).stdout).toMatch(/^(?:1\n)+$/);
  other.destroy();
});

/** Pings a guest ten times a second while `body` runs; resolves to the echoes that were lost. */
async function lostDuring(to: string, body: () => Promise<unknown>): Promise<number> {
  const pings = host.host.run(['ping', '-n', '-q', '-i', '0.1', '-c', '80', '-W', '2', to], { timeoutMs: 30_000 });
  await pause(1000);
  await body();
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec((await pings).stdout) ?? [];
  return Number(sent) - Number(received);
}

/** As {@link lostDuring}, from one guest to the other. */
async function lostBetweenGuests(body: () => Promise<unknown>): Promise<number> {
  const pings = machines[ann]!.exec(`ping -i 0.1 -c 40 -W 2 ${addresses[bob]}`);
  await pause(1000);
  await body();
  const [, sent, received] = /(\d+) packets transmitted, (\d+) packets received/.exec((await pings).stdout) ?? [];
  return Number(sent) - Number(received);
}

test('S118: kill -9 of the daemon and its return cost no guest a packet', async () => {
  const lost = await lostDuring(addresses[ann]!, async () => {
    await host.stopDaemon('KILL');
    await pause(1000);
    await host.startDaemon();
  });
  expect(lost).toBeLessThanOrEqual(1);
  expect(await reaches(ann, addresses[bob]!)).toBe(true);
});

async function cycle(): Promise<void> {
  await host.client.call('network.destroy', { network: 'blue' });
  await host.client.call('network.start', { network: 'blue' });
}

test('S090: net-destroy and net-start: both machines are back at once, with the addresses they had', async () => {
  // Emulated machines stall by themselves when this one is busy: the best of three is the network's own.
  const lost: number[] = [];
  while (lost.length < 3 && !lost.some((count) => count <= 1)) lost.push(await lostBetweenGuests(cycle));
  expect(Math.min(...lost)).toBeLessThanOrEqual(1);
  expect(await reaches(ann, '192.168.75.1')).toBe(true);
  expect(await reaches(bob, outside.server.ipv4)).toBe(true);
  expect(await machines[bob]!.exec('ip -4 -o addr show eth0').then(({ stdout }) => stdout)).toContain(addresses[bob]);
});

test('a machine that is switched off is listed as such, and its wire has no name', async () => {
  await machines[bob]!.stop();
  await pause(300);
  expect(await host.must('list', '--all')).toMatch(/ -    bob    shut off\n/);
  expect(await host.must('domiflist', 'bob')).toMatch(/\n -           network   blue     virtio   52:54:00/);
});
