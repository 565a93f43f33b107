import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { outside } from '../../src/lab/addresses.ts';
import { TestHost, type TestGuest } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

const server = '192.168.61.1';

describe('names', () => {
  let host: TestHost;
  let one: TestGuest;
  let other: TestGuest;
  let otherAddress: string;

  beforeAll(async () => {
    host = await TestHost.create();
    await host.start(
      networkXml({
        name: 'names',
        bridge: 'virbr1',
        subnet: 61,
        forward: "<forward mode='nat'/>",
        more: `<domain name='lab.test' localOnly='yes'/>
          <dns><host ip='192.168.61.200'><hostname>printer</hostname></host><txt name='note' value='hello there'/>
          <srv service='ldap' protocol='tcp' domain='lab.test' target='printer.lab.test' port='389' priority='1' weight='2'/></dns>`,
      }),
    );
    [one, other] = await Promise.all([host.guest('virbr1', { name: 'ann' }), host.guest('virbr1', { name: 'bob' })]);
    const [first, second] = await Promise.all([one.dhcp(), other.dhcp()]);
    if (first === undefined || second === undefined) throw new Error('no lease');
    otherAddress = second.address;
  });
  afterAll(() => host?.close());

  async function lookUp(name: string, type: 'A' | 'AAAA' | 'PTR' | 'SRV' | 'TXT' = 'A', at = server): Promise<unknown> {
    return one.agent.call('resolve', { server: at, name, type });
  }

  test('S132: the resolver that DHCP names answers', async () => {
    expect((await one.dhcp())?.dns).toEqual([server]);
    expect(await lookUp('printer')).toEqual({ ok: true, records: ['192.168.61.200'] });
  });

  test('a guest is known by the name it gave with its lease, plain and with the domain', async () => {
    expect(await lookUp('bob')).toEqual({ ok: true, records: [otherAddress] });
    expect(await lookUp('bob.lab.test')).toEqual({ ok: true, records: [otherAddress] });
    expect(await lookUp(otherAddress, 'PTR')).toMatchObject({ ok: true, records: ['bob.lab.test'] });
  });

  test('TXT and SRV records of the definition are answered', async () => {
    expect(await lookUp('note', 'TXT')).toEqual({ ok: true, records: [['hello there']] });
    expect(await lookUp('_ldap._tcp.lab.test', 'SRV')).toMatchObject({
      ok: true,
      records: [{ name: 'printer.lab.test', port: 389, priority: 1, weight: 2 }],
    });
  });

  test("other names are asked of the host's own resolver", async () => {
    expect(await lookUp(outside.server.name)).toEqual({ ok: true, records: [outside.server.ipv4] });
    expect(await lookUp(outside.server.name, 'AAAA')).toEqual({ ok: true, records: [outside.server.ipv6] });
  });

  test('S117: it answers on the bridge over IPv6 too', async () => {
    await one.ipv6();
    expect(await lookUp('printer', 'A', 'fd00:61::1')).toEqual({ ok: true, records: ['192.168.61.200'] });
  });

  test("a name of the network's own domain that nobody has is not asked outside", async () => {
    expect(await lookUp('nobody.lab.test')).toEqual({ ok: false, error: 'ENOTFOUND' });
  });

  test("the outside is refused: the service is for the network's guests", async () => {
    await host.world.announce('192.168.61.0/24');
    expect(await host.outside.agent.call('resolve', { server, name: 'printer' })).toMatchObject({ ok: false });
  });
});

describe('forwarders', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await TestHost.create();
    // A second name server outside, which only a forwarder leads to.
    host.outside.start([
      'dnsmasq',
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--user=root',
      '--group=',
      '--pid-file=',
      '--no-resolv',
      '--no-hosts',
      `--listen-address=${outside.server.ipv4}`,
      '--bind-interfaces',
      '--address=/#/198.51.100.53',
    ]);
  });
  afterAll(() => host?.close());

  test('a forwarder for a domain gets its names, others go the usual way', async () => {
    await host.start(
      networkXml({
        name: 'forward',
        bridge: 'virbr1',
        subnet: 62,
        forward: "<forward mode='nat'/>",
        more: `<dns><forwarder domain='corp.test' addr='${outside.server.ipv4}'/></dns>`,
      }),
    );
    const guest = await host.guest('virbr1');
    await guest.dhcp();
    expect(await guest.agent.call('resolve', { server: '192.168.62.1', name: 'intra.corp.test' })).toEqual({
      ok: true,
      records: ['198.51.100.53'],
    });
    expect(await guest.agent.call('resolve', { server: '192.168.62.1', name: outside.server.name })).toEqual({
      ok: true,
      records: [outside.server.ipv4],
    });
  });

  test('with dns enable=no nobody answers, and DHCP still does', async () => {
    await host.start(
      networkXml({ name: 'nodns', bridge: 'virbr2', subnet: 63, forward: "<forward mode='nat'/>", more: "<dns enable='no'/>" }),
    );
    const guest = await host.guest('virbr2');
    expect((await guest.dhcp())?.address).toMatch(/^192\.168\.63\./);
    expect(await guest.agent.call('resolve', { server: '192.168.63.1', name: outside.server.name })).toMatchObject({ ok: false });
    expect(await guest.agent.call('tcp', { to: '192.168.63.1', port: 53 })).toMatchObject({ ok: false });
  });
});
