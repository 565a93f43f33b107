import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { outside, services } from '../../src/lab/addresses.ts';
import { eventually, TestHost, type TestGuest } from './harness.ts';
import { defaultNetwork, networkXml } from './traffic-networks.ts';

describe('the default network', () => {
  let host: TestHost;
  let guest: TestGuest;

  beforeAll(async () => {
    host = await TestHost.create();
    await host.start(defaultNetwork);
    guest = await host.guest('virbr0', { name: 'vm1' });
  });
  afterAll(() => host?.close());

  test('S026 S121: virbr0 is up with the address and the MAC of the definition', async () => {
    const { xml } = await host.client.call('network.xml', { network: 'default' });
    const mac = /<mac address='(.*?)'/.exec(xml)?.[1];
    const [bridge] = await host.host.ip<{ address: string; addr_info: { local: string; prefixlen: number }[] }[]>(
      'address',
      'show',
      'dev',
      'virbr0',
    );
    expect(bridge?.address).toBe(mac);
    expect(bridge?.addr_info.filter(({ local }) => !local.includes(':'))).toMatchObject([{ local: '192.168.122.1', prefixlen: 24 }]);
  });

  test('S026 S117 S126 S132: a guest gets address, route, resolver and an hour from it', async () => {
    const lease = (await guest.dhcp({ tries: 12 })) ?? expect.fail('no lease');
    expect(lease).toMatchObject({ prefix: 24, router: '192.168.122.1', dns: ['192.168.122.1'], server: '192.168.122.1', seconds: 3600 });
    const last = Number(/^192\.168\.122\.(\d+)$/.exec(lease.address)?.[1]);
    expect(last).toBeGreaterThanOrEqual(2);
    expect(last).toBeLessThanOrEqual(254);
  });

  test('S120: a guest that is plugged in is seen as a port of the bridge within a second', async () => {
    const other = await host.guest('virbr0', { name: 'vm2' });
    const plugged = async (): Promise<boolean> => {
      const bridges = await host.client.call('bridge.list', {});
      return bridges.some(
        ({ name, network, ports }) => name === 'virbr0' && network === 'default' && ports.some((port) => port.name === other.link),
      );
    };
    await eventually('the port is listed', plugged, 1000);
  });

  test('S119 S135: the lease is listed with MAC and name, and the host reaches the guest there', async () => {
    const [address = ''] = await guest.addresses();
    const lease = await eventually('the lease is listed', async () =>
      (await host.client.call('network.leases', { network: 'default' })).find(({ mac }) => mac === guest.mac),
    );
    expect(lease).toMatchObject({ family: 'ipv4', address, prefix: 24, hostname: 'vm1', bridge: 'virbr0' });
    expect(await host.host.ping(address, { tries: 3 })).toBe(true);
  });

  test("S119: the lease file keeps dnsmasq's form: expiry, MAC, address, name, client id", async () => {
    const [address = ''] = await guest.addresses();
    const files = await host.host.sh(`find ${host.folder} -name '*.leases' ! -name 'outside.leases'`);
    const lines = files
      .split('\n')
      .filter(Boolean)
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^\\d{10} ${guest.mac} ${address} vm1 \\S+$`)));
  });

  test('S135 S141: through NAT the guest looks a name up and reaches it', async () => {
    const answer = await guest.agent.call('resolve', { server: '192.168.122.1', name: outside.server.name });
    expect(answer).toMatchObject({ ok: true, records: [outside.server.ipv4] });
    expect(await guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo })).toMatchObject({ ok: true });
    const ping = await guest.must(['ping', '-n', '-c', '1', outside.server.ipv4]);
    expect(Number(/ttl=(\d+)/.exec(ping)?.[1])).toBe(63); // The outside answers with 64; the host is one hop.
  });
});

describe('ranges and reservations', () => {
  let host: TestHost;

  beforeAll(async () => {
    host = await TestHost.create();
  });
  afterAll(() => host?.close());

  test("addresses come from the range, and when it is exhausted nobody gets another's", async () => {
    await host.start(
      networkXml({
        name: 'small',
        bridge: 'virbr1',
        subnet: 51,
        forward: "<forward mode='nat'/>",
        dhcp: "<range start='192.168.51.10' end='192.168.51.12'/>",
      }),
    );
    const guests = await Promise.all([0, 1, 2].map(() => host.guest('virbr1')));
    const leases = await Promise.all(guests.map((guest) => guest.dhcp({ tries: 8 })));
    expect(leases.map((lease) => lease?.address ?? '').toSorted((one, other) => one.localeCompare(other))).toEqual([
      '192.168.51.10',
      '192.168.51.11',
      '192.168.51.12',
    ]);
    const fourth = await host.guest('virbr1');
    expect(await fourth.dhcp({ tries: 3 })).toBeUndefined();
    expect(await host.client.call('network.leases', { network: 'small' })).toHaveLength(3);
  });

  test('S130: a reservation by MAC gives the promised address, and a default route', async () => {
    const mac = '52:54:00:6b:3c:58';
    await host.start(
      networkXml({
        name: 'reserved',
        bridge: 'virbr2',
        subnet: 52,
        forward: "<forward mode='nat'/>",
        dhcp: `<range start='192.168.52.100' end='192.168.52.200'/><host mac='${mac}' name='vm1' ip='192.168.52.2'/>`,
      }),
    );
    const guest = await host.guest('virbr2', { mac });
    expect(await guest.dhcp()).toMatchObject({ address: '192.168.52.2', router: '192.168.52.1' });
    expect(await guest.routes()).toContainEqual(expect.objectContaining({ dst: 'default', gateway: '192.168.52.1' }));
    expect((await (await host.guest('virbr2')).dhcp())?.address).not.toBe('192.168.52.2');
  });

  test('S095: a reservation added to a running network holds for the next request, and dnsmasq is not restarted', async () => {
    const before = await host.dnsmasqPids();
    const guest = await host.guest('virbr2');
    const xml = `<host mac='${guest.mac}' name='late' ip='192.168.52.77'/>`;
    await host.client.call('network.update', {
      network: 'reserved',
      command: 'add-last',
      section: 'ip-dhcp-host',
      xml,
      live: true,
      config: true,
    });
    expect((await guest.dhcp())?.address).toBe('192.168.52.77');
    expect(await host.dnsmasqPids()).toEqual(before);
  });

  test('a lease survives a restart of the network and of the daemon', async () => {
    const guest = await host.guest('virbr2');
    const first = await guest.dhcp();
    await host.stopDaemon();
    await host.startDaemon();
    expect((await guest.dhcp())?.address).toBe(first?.address);
    await host.client.call('network.destroy', { network: 'reserved' });
    await host.client.call('network.start', { network: 'reserved' });
    await guest.plug(guest.link, 'virbr2');
    expect((await guest.dhcp({ tries: 8 }))?.address).toBe(first?.address);
  });

  test('S126: a routed guest gets an IPv6 address and a default route by router advertisement', async () => {
    await host.start(networkXml({ name: 'six', bridge: 'virbr3', subnet: 53, forward: "<forward mode='route'/>" }));
    const guest = await host.guest('virbr3');
    expect(await guest.ipv6()).toMatch(/^fd00:53:/);
    expect(await guest.routes('ipv6')).toContainEqual(expect.objectContaining({ dst: 'default' }));
  });

  test('S028: on an isolated network DHCP gives no default route, and the router advertises none', async () => {
    await host.start(networkXml({ name: 'alone', bridge: 'virbr4', subnet: 54 }));
    const guest = await host.guest('virbr4');
    expect((await guest.dhcp())?.router).toBeUndefined();
    expect(await guest.ipv6()).toMatch(/^fd00:54:/);
    expect((await guest.routes('ipv6')).some(({ dst }) => dst === 'default')).toBe(false);
  });

  test('DHCPv6 gives an address from its range to a client that asks', async () => {
    await host.start(`<network><name>dhcp6</name><bridge name='virbr5' stp='off'/>
      <ip family='ipv6' address='fd00:55::1' prefix='64'><dhcp><range start='fd00:55::100' end='fd00:55::1ff'/></dhcp></ip></network>`);
    const guest = await host.guest('virbr5');
    const { address } = await guest.agent.call('dhcp6', { clientId: '00:03:00:01:52:54:00:00:00:01' });
    expect(address).toMatch(/^fd00:55::1[0-9a-f]{2}$/);
  });
});
