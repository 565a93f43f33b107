import { once } from 'node:events';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { NetworkSummary } from '../../src/service/operation-types.ts';
import { outside, services } from '../../src/lab/addresses.ts';
import { eventually, pause, TestHost, type TestGuest } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

let host: TestHost;
let guest: TestGuest;

beforeAll(async () => {
  host = await TestHost.create();
  await host.start(
    networkXml({ name: 'steady', bridge: 'virbr1', subnet: 71, forward: "<forward mode='nat'><nat ipv6='yes'/></forward>" }),
  );
  await host.client.call('network.create', { xml: networkXml({ name: 'passing', bridge: 'virbr2', subnet: 72 }) });
  guest = await host.guest('virbr1');
  if ((await guest.dhcp()) === undefined || (await guest.ipv6()) === undefined) throw new Error('the guest got no address');
});

afterAll(() => host?.close());

/** Runs `body` while a ping, a chatty connection and an iperf3 stream go through NAT; resolves to what each lost. */
async function whileTrafficFlows(body: () => Promise<void>): Promise<{ pingsLost: number; connection: object; emptyIntervals: number }> {
  const server = host.outside.start(['iperf3', '--server', '--one-off', '--bind', outside.server.ipv4]);
  await pause(200);
  const iperf = guest.run(['iperf3', '--client', outside.server.ipv4, '--time', '6', '--interval', '0.1', '--bitrate', '200M', '--json'], {
    timeoutMs: 30_000,
  });
  const pings = guest.run(['ping', '-n', '-q', '-i', '0.02', '-c', '250', outside.server.ipv4], { timeoutMs: 30_000 });
  const { flow } = await guest.agent.call('startFlow', { to: outside.server.ipv4, port: services.echo, everyMs: 5 });
  await pause(500);
  await body();
  const [{ stdout: report }, { stdout: summary }] = await Promise.all([iperf, pings]);
  const connection = await guest.agent.call('stopFlow', { flow });
  if (server.exitCode === null) await once(server, 'exit');
  const { intervals } = JSON.parse(report) as { intervals: { sum: { bytes: number } }[] };
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(summary) ?? [];
  return { pingsLost: Number(sent) - Number(received), connection, emptyIntervals: intervals.filter(({ sum }) => sum.bytes === 0).length };
}

describe('while traffic flows', () => {
  test('S118: kill -9 of the daemon and its return disturb nothing', async () => {
    const dnsmasq = await host.dnsmasqPids();
    const loss = await whileTrafficFlows(async () => {
      await host.stopDaemon('KILL');
      await pause(1000);
      await host.startDaemon();
    });
    expect(loss).toMatchObject({ pingsLost: 0, emptyIntervals: 0 });
    expect(loss.connection).not.toHaveProperty('broken');
    expect(await host.dnsmasqPids()).toEqual(dnsmasq);
  });

  test('S118: kill -9 of dnsmasq disturbs nothing, and another one serves soon', async () => {
    const before = await host.dnsmasqPids();
    const loss = await whileTrafficFlows(async () => {
      await host.host.must(['kill', '-9', ...before.map(String)]);
      await eventually('every dnsmasq is back', async () => (await host.dnsmasqPids()).length === before.length);
    });
    expect(loss).toMatchObject({ pingsLost: 0, emptyIntervals: 0 });
    expect((await host.dnsmasqPids()).some((pid) => before.includes(pid))).toBe(false);
    expect(await guest.dhcp()).toBeDefined();
  });
});

async function listed(): Promise<readonly NetworkSummary[]> {
  const all = await host.client.call('network.list', {});
  return all.toSorted((one, other) => one.name.localeCompare(other.name));
}

test('after kill -9 persistent, transient and stopped networks are what they were', async () => {
  await host.client.call('network.define', { xml: networkXml({ name: 'asleep', bridge: 'virbr3', subnet: 73 }) });
  const before = await listed();
  const bridges = await host.host.ip<{ ifindex: number }[]>('link', 'show', 'type', 'bridge');
  await host.stopDaemon('KILL');
  await host.startDaemon();
  expect(await listed()).toEqual(before);
  expect((await host.host.ip<{ ifindex: number }[]>('link', 'show', 'type', 'bridge')).map(({ ifindex }) => ifindex)).toEqual(
    bridges.map(({ ifindex }) => ifindex),
  );
});

test('a dnsmasq that died while the daemon was dead is started again', async () => {
  await host.stopDaemon('KILL');
  const before = await host.dnsmasqPids();
  await host.host.must(['kill', '-9', ...before.map(String)]);
  await host.startDaemon();
  await eventually('every dnsmasq is back', async () => (await host.dnsmasqPids()).length === before.length);
  expect(await guest.dhcp()).toBeDefined();
});

test('S070: forwarding comes back when somebody turns it off', async () => {
  await host.host.must(['sysctl', '-qw', 'net.ipv4.ip_forward=0']);
  await host.stopDaemon('KILL');
  await host.startDaemon();
  expect(await host.host.sh('cat /proc/sys/net/ipv4/ip_forward')).toBe('1\n');
  expect(await guest.ping(outside.server.ipv4, { tries: 3 })).toBe(true);
});

test('S090: a network that is stopped and started takes its guests back', async () => {
  await host.client.call('network.destroy', { network: 'steady' });
  expect(await guest.ping(outside.server.ipv4)).toBe(false);
  await host.client.call('network.start', { network: 'steady' });
  await eventually('the guest reaches the outside again', () => guest.ping(outside.server.ipv4));
});

test('destroying a network leaves nothing of it behind', async () => {
  await host.client.call('network.destroy', { network: 'steady' });
  await host.client.call('network.destroy', { network: 'passing' });
  expect(await host.host.ip('link', 'show', 'type', 'bridge')).toEqual([]);
  expect(await host.dnsmasqPids()).toEqual([]);
  expect(await host.host.sh('nft list ruleset')).not.toMatch(/virbr1|192\.168\.71/);
  expect((await host.client.call('network.list', {})).map(({ name }) => name)).not.toContain('passing');
});
