import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostAddress, lanDhcp, outside, services } from '../../src/lab/addresses.ts';
import { TestHost, type TestGuest } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

describe('very isolated network', () => {
  let host: TestHost;
  let one: TestGuest;
  let other: TestGuest;

  beforeAll(async () => {
    host = await TestHost.create();
    await host.start(networkXml({ name: 'quiet', bridge: 'virbr1' }));
    [one, other] = await Promise.all([host.guest('virbr1'), host.guest('virbr1')]);
    await Promise.all([
      one.address('10.10.101.251/24'),
      other.address('10.10.101.252/24'),
      one.address('fd00:101::1/64'),
      other.address('fd00:101::2/64'),
    ]);
  });
  afterAll(() => host?.close());

  test('S029 S123: its guests reach each other', async () => {
    expect([await one.ping('10.10.101.252', { tries: 3 }), await one.ping('fd00:101::2', { tries: 3 })]).toEqual([true, true]);
  });

  test('S029 S124: its bridge has no address at all, and no process serves it', async () => {
    const [bridge] = await host.host.ip<{ addr_info: unknown[] }[]>('address', 'show', 'dev', 'virbr1');
    expect(bridge?.addr_info).toEqual([]);
    expect(await host.dnsmasqPids()).toEqual([]);
  });

  test('S124: the host cannot be reached, even when it has an address of the same subnet elsewhere', async () => {
    await host.host.must(['ip', 'address', 'add', '10.10.101.1/24', 'dev', 'lo']);
    expect(await one.ping('10.10.101.1')).toBe(false);
    expect(await one.ping(hostAddress.ipv4)).toBe(false);
  });
});

describe('bridged network', () => {
  let host: TestHost;
  let one: TestGuest;
  let other: TestGuest;

  beforeAll(async () => {
    host = await TestHost.create({ uplink: 'bridge' });
    await host.start("<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>");
    [one, other] = await Promise.all([host.guest('br0'), host.guest('br0')]);
  });
  afterAll(() => host?.close());

  test("S032: a guest gets an address of the LAN from the LAN's own server", async () => {
    const lease = await one.dhcp();
    expect(lease).toMatchObject({ server: outside.lan.ipv4, router: outside.lan.ipv4 });
    expect(Number(lease?.address.split('.')[3])).toBeGreaterThanOrEqual(Number(lanDhcp.start.split('.')[3]));
  });

  test('S032 S134: guests, host and outside all reach each other', async () => {
    const lease = (await other.dhcp()) ?? expect.fail('no lease');
    await other.agent.call('listenTcp', { port: services.echo });
    const pings = [
      one.ping(lease.address, { tries: 3 }),
      one.ping(hostAddress.ipv4, { tries: 3 }),
      one.ping(outside.server.ipv4, { tries: 3 }),
      host.outside.ping(lease.address, { tries: 3 }),
      host.host.ping(lease.address, { tries: 3 }),
    ];
    expect(await Promise.all(pings)).toEqual([true, true, true, true, true]);
    expect(await host.outside.agent.call('tcp', { to: lease.address, port: services.echo })).toMatchObject({
      ok: true,
      seen: outside.lan.ipv4,
    });
  });

  test("the host's bridge is left as it was when the network stops", async () => {
    await host.client.call('network.destroy', { network: 'lan' });
    const [bridge] = await host.host.ip<{ operstate: string }[]>('link', 'show', 'dev', 'br0');
    expect(bridge?.operstate).toBe('UP');
    expect(await host.host.ping(outside.server.ipv4, { tries: 3 })).toBe(true);
  });
});
