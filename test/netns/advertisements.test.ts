import { afterAll, beforeAll, expect, test } from 'vitest';

import { outside } from '../../src/lab/addresses.ts';
import { eventually, TestHost } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

let host: TestHost;

beforeAll(async () => {
  host = await TestHost.create();
  // As a host that lives from its router's advertisements alone.
  await host.host.sh('ip -6 route del default; ip -6 address flush dev eth0 scope global; sysctl -qw net.ipv6.conf.eth0.accept_ra=1');
  await host.host.sh(`ip link set eth0 down; ip link set eth0 up; ip route replace default via ${outside.lan.ipv4} dev eth0`);
  await eventually('the router has advertised itself', async () => (await defaultRoute()).includes('proto ra'), 20_000);
}, 40_000);
afterAll(() => host?.close());

const defaultRoute = () => host.host.sh('ip -6 route show default');
const acceptRa = async () => (await host.host.sh('cat /proc/sys/net/ipv6/conf/eth0/accept_ra')).trim();

test('S070: an uplink that lives from router advertisements keeps its default route when forwarding is switched on', async () => {
  expect(await acceptRa()).toBe('1');
  const { name } = await host.client.call('network.define', {
    xml: networkXml({ name: 'six', bridge: 'virbr6', subnet: 66, forward: "<forward mode='nat'><nat ipv6='yes'/></forward>" }),
  });
  const { steps } = await host.client.call('network.start', { network: name });
  const said = steps.map(({ summary }) => summary);
  expect(said.indexOf('set sysctl net.ipv6.conf.eth0.accept_ra=2 (value 1 to 2)')).toBeGreaterThanOrEqual(0);
  expect(said.indexOf('set sysctl net.ipv6.conf.eth0.accept_ra=2 (value 1 to 2)')).toBeLessThan(
    said.findIndex((step) => step.includes('conf.all.forwarding=1')),
  );
  expect(await acceptRa()).toBe('2');
  expect(await defaultRoute()).toContain('proto ra');
  expect(await host.host.ping(outside.server.ipv6, { tries: 3 })).toBe(true);
  const guest = await host.guest('virbr6');
  expect(await guest.ipv6()).toBeDefined();
  expect(await guest.ping(outside.server.ipv6, { tries: 3 })).toBe(true);
});

test('and gets it back from whoever takes it, unless advertisements are switched off altogether', async () => {
  await host.host.sh('sysctl -qw net.ipv6.conf.eth0.accept_ra=1');
  await eventually('the switch is put right', async () => (await acceptRa()) === '2');
  await host.host.sh('sysctl -qw net.ipv6.conf.eth0.accept_ra=0; sleep 2');
  expect(await acceptRa()).toBe('0');
  await host.host.sh('sysctl -qw net.ipv6.conf.eth0.accept_ra=2');
});

test('also where the daemon was dead meanwhile', async () => {
  await host.stopDaemon('KILL');
  await host.host.sh('sysctl -qw net.ipv6.conf.eth0.accept_ra=1');
  await host.startDaemon();
  expect(await acceptRa()).toBe('2');
});
