import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostAddress, outside, services } from '../../src/lab/addresses.ts';
import { eventually, TestHost, type TestGuest } from './harness.ts';
import { defaultNetwork, networkXml } from './traffic-networks.ts';

describe('NAT in detail', () => {
  let host: TestHost;

  beforeAll(async () => {
    host = await TestHost.create();
    // A second way out, to the same outside.
    await host.host.sh(`
      ip link add eth1 type veth peer name lan1 netns outside
      ip address add 192.0.2.2/24 dev eth1; ip link set eth1 up
      ip -n outside address add 192.0.2.1/24 dev lan1; ip -n outside link set lan1 up`);
    await host.outside.agent.call('listenUdp', { port: services.echo, addresses: ['192.0.2.1'] });
    // Addresses that the host may use for its guests.
    await host.outside.must(['ip', 'route', 'add', '203.0.113.16/28', 'via', hostAddress.ipv4]);
  });
  afterAll(() => host?.close());

  async function guestOf(name: string, bridge: string): Promise<TestGuest> {
    const guest = await host.guest(bridge, { name });
    if ((await guest.dhcp()) === undefined) throw new Error(`no lease in ${name}`);
    return guest;
  }

  test('S027: a copy of the default network has a bridge, subnet, MAC and UUID of its own, and its guests reach the outside', async () => {
    await host.start(defaultNetwork);
    expect(await host.must('net', 'copy', 'default', 'natnet', '--start')).toContain(
      'Network natnet defined as a copy of default: 192.168.123.1/24, ',
    );
    const [one, two] = await Promise.all(['default', 'natnet'].map((network) => host.client.call('network.xml', { network })));
    const own = (xml = '') => [/<uuid>.*/, /<mac .*/, /<bridge name='[^']*'/, /<ip .*/, /<range .*/].map((part) => part.exec(xml)?.[0]);
    const [first, second] = [own(one?.xml), own(two?.xml)];
    expect(second).not.toContain(undefined);
    expect(second.filter((text) => first.includes(text))).toEqual([]);
    const { bridge = '' } = await host.client.call('network.get', { network: 'natnet' });
    const guest = await guestOf('natnet', bridge);
    expect(await guest.addresses()).toEqual([expect.stringMatching(/^192\.168\.123\./)]);
    expect(await guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo })).toMatchObject({ ok: true });
    await host.must('net-destroy', 'natnet');
    await host.must('net-undefine', 'natnet');
    await host.must('net-destroy', 'default');
  });

  test('with dev= guests leave by that uplink only', async () => {
    await host.start(networkXml({ name: 'bydev', bridge: 'virbr1', subnet: 91, forward: "<forward mode='nat' dev='eth1'/>" }));
    const guest = await guestOf('bydev', 'virbr1');
    expect(await guest.agent.call('tcp', { to: '192.0.2.1', port: services.echo })).toMatchObject({ ok: true, seen: '192.0.2.2' });
    expect(await guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo })).toMatchObject({ ok: false });
    expect(await guest.ping(outside.lan.ipv4)).toBe(false);
  });

  test('with an address range the outside sees one of these addresses', async () => {
    await host.start(
      networkXml({
        name: 'byrange',
        bridge: 'virbr2',
        subnet: 92,
        forward: "<forward mode='nat'><nat><address start='203.0.113.20' end='203.0.113.22'/></nat></forward>",
      }),
    );
    const guest = await guestOf('byrange', 'virbr2');
    const answer = await guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo });
    expect(answer).toMatchObject({ ok: true, seen: expect.stringMatching(/^203\.0\.113\.2[0-2]$/) as string });
  });

  test('with a port range the outside sees these ports', async () => {
    await host.start(
      networkXml({
        name: 'byport',
        bridge: 'virbr3',
        subnet: 93,
        forward: "<forward mode='nat'><nat><port start='40000' end='40009'/></nat></forward>",
      }),
    );
    const guest = await guestOf('byport', 'virbr3');
    const answers = await Promise.all([1, 2, 3].map(() => guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo })));
    for (const answer of answers) {
      if (!answer.ok) expect.fail(answer.error);
      expect(answer.seenPort).toBeGreaterThanOrEqual(40_000);
      expect(answer.seenPort).toBeLessThanOrEqual(40_009);
    }
  });

  test('an error about an open flow comes back to the guest', async () => {
    await host.start(networkXml({ name: 'errors', bridge: 'virbr4', subnet: 94, forward: "<forward mode='nat'/>" }));
    const guest = await guestOf('errors', 'virbr4');
    expect(await guest.agent.call('udp', { to: outside.server.ipv4, port: 9 })).toEqual({ ok: false, error: 'ECONNREFUSED' });
  });

  test("the host's multicast to the bridge keeps its source address and port", async () => {
    const guest = await host.guest('virbr4');
    const listener = guest.start(
      ['timeout', '5', 'tcpdump', '-Z', 'root', '-lnni', 'eth0', '-c', '1', 'udp', 'port', '5353'],
      ['ignore', 'pipe', 'ignore'],
    );
    let heard = '';
    listener.stdout?.setEncoding('utf8').on('data', (text: string) => (heard += text));
    await eventually('the guest hears it', async () => {
      await host.host.agent.call('udp', { to: '224.0.0.251', port: 5353, from: '192.168.94.1', sourcePort: 500, timeoutMs: 200 });
      return heard !== '';
    });
    expect(heard).toContain('IP 192.168.94.1.500 > 224.0.0.251.5353');
  });
});

test('S127: from a routed network the host answers, and its router only when it knows the way back', async () => {
  await using host = await TestHost.create();
  await host.start(networkXml({ name: 'plain', bridge: 'virbr1', subnet: 95, forward: "<forward mode='route'/>" }));
  const guest = await host.guest('virbr1');
  await guest.dhcp();
  expect(await guest.ping('192.168.95.1', { tries: 3 })).toBe(true);
  expect(await guest.ping(hostAddress.ipv4, { tries: 3 })).toBe(true);
  expect(await guest.ping(outside.lan.ipv4)).toBe(false);
  await host.world.announce('192.168.95.0/24');
  expect(await guest.ping(outside.lan.ipv4, { tries: 3 })).toBe(true);
});

test('foreign nft tables are left alone, and theirs still count', async () => {
  await using host = await TestHost.create();
  const rules =
    'table inet theirs {\n chain forward {\n type filter hook forward priority 0; policy accept;\n ip daddr 198.51.100.80 tcp dport 7 counter drop\n }\n}\n';
  await host.host.must(['nft', '-f', host.file('theirs.nft', rules)]);
  const before = await host.host.sh('nft list table inet theirs');
  await host.start(networkXml({ name: 'beside', bridge: 'virbr1', subnet: 96, forward: "<forward mode='nat'/>" }));
  const guest = await host.guest('virbr1');
  await guest.dhcp();
  expect(await guest.ping(outside.server.ipv4, { tries: 3 })).toBe(true);
  expect(await guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo })).toMatchObject({ ok: false });
  await host.client.call('network.destroy', { network: 'beside' });
  const uncounted = (table: string): string => table.replaceAll(/packets \d+ bytes \d+/g, '');
  expect(uncounted(await host.host.sh('nft list table inet theirs'))).toBe(uncounted(before));
});
