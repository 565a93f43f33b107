import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostAddress, outside } from '../../src/lab/addresses.ts';
import { eventually, TestHost, type TestGuest } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

const echo = 7;

describe('ports of the host that lead to guests', () => {
  let host: TestHost;
  let web: TestGuest;
  let neighbour: TestGuest;

  beforeAll(async () => {
    host = await TestHost.create();
    await host.host.sh('sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0');
    await host.start(
      networkXml({ name: 'blue', bridge: 'virbr1', subnet: 61, forward: "<forward mode='nat'><nat ipv6='yes'/></forward>" }),
    );
    web = await guestOf('web');
    neighbour = await guestOf('neighbour');
    for (const guest of [web, neighbour]) await guest.agent.call('listenTcp', { port: echo });
    await host.client.call('forward.add', { network: 'blue', protocol: 'tcp', listen: '8080', to: `web:${echo}` });
  });
  afterAll(() => host?.close());

  async function guestOf(name: string): Promise<TestGuest> {
    const guest = await host.guest('virbr1', { name });
    if ((await guest.dhcp()) === undefined) throw new Error(`no lease in ${name}`);
    return guest;
  }

  async function addressOf(guest: TestGuest): Promise<string> {
    return (await guest.addresses())[0] ?? '';
  }

  test('lead there from the outside, with the source as it was', async () => {
    expect(await host.outside.agent.call('tcp', { to: hostAddress.ipv4, port: 8080 })).toMatchObject({ ok: true, seen: outside.lan.ipv4 });
  });

  test('lead there from the host itself, by any of its addresses but loopback', async () => {
    expect(await host.host.agent.call('tcp', { to: hostAddress.ipv4, port: 8080 })).toMatchObject({ ok: true });
    expect(await host.host.agent.call('tcp', { to: '192.168.61.1', port: 8080 })).toMatchObject({ ok: true });
    expect(await host.host.agent.call('tcp', { to: '127.0.0.1', port: 8080 })).toMatchObject({ ok: false, error: 'ECONNREFUSED' });
  });

  test('lead there from a neighbour and from the guest itself', async () => {
    for (const guest of [neighbour, web])
      expect(await guest.agent.call('tcp', { to: hostAddress.ipv4, port: 8080 })).toMatchObject({ ok: true, seen: '192.168.61.1' });
  });

  test('lead there from a neighbour also where bridged packets pass the rules of the host', async () => {
    await host.host.sh('sysctl -qw net.bridge.bridge-nf-call-iptables=1');
    expect(await neighbour.agent.call('tcp', { to: hostAddress.ipv4, port: 8080 })).toMatchObject({ ok: true, seen: '192.168.61.1' });
    await host.host.sh('sysctl -qw net.bridge.bridge-nf-call-iptables=0');
  });

  /** A guest on a port of ours, which knows whose address is behind it. */
  async function portOf(name: string): Promise<TestGuest> {
    const guest = host.world.guest(name);
    await guest.createEmpty();
    const { mac, link } = await host.client.call('port.create', {
      network: 'blue',
      name,
      link: { kind: 'veth', netns: name, name: `${name}0` },
    });
    if ((await guest.dhcp()) === undefined) throw new Error(`no lease in ${name}`);
    return Object.assign(guest, { mac, link: link?.name ?? '' });
  }

  describe('whether bridged packets pass the rules of the host or not', () => {
    let shop: TestGuest;
    let customer: TestGuest;
    let shop6 = '';

    beforeAll(async () => {
      shop = await portOf('shop');
      customer = await portOf('customer');
      shop6 = (await shop.ipv6()) ?? expect.fail('the guest has no IPv6 address');
      await shop.agent.call('listenTcp', { port: echo });
      await host.client.call('forward.add', { network: 'blue', protocol: 'tcp', listen: '8180', to: `shop:${echo}` });
      await host.client.call('forward.add', { network: 'blue', protocol: 'tcp', listen: '8186', to: `[${shop6}]:${echo}` });
    });
    afterAll(() => host.host.sh('sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0'));

    for (const on of [0, 1]) {
      test(`lead to a guest from itself, its neighbours, the host and the outside, by both families: nf-call=${on}`, async () => {
        await host.host.sh(`sysctl -qw net.bridge.bridge-nf-call-iptables=${on} net.bridge.bridge-nf-call-ip6tables=${on}`);
        for (const from of [shop, customer, neighbour]) {
          expect(await from.agent.call('tcp', { to: hostAddress.ipv4, port: 8180 })).toMatchObject({ ok: true, seen: '192.168.61.1' });
          expect(await from.agent.call('tcp', { to: hostAddress.ipv6, port: 8186 })).toMatchObject({ ok: true });
        }
        for (const from of [host.host, host.outside]) {
          expect(await from.agent.call('tcp', { to: hostAddress.ipv4, port: 8180 })).toMatchObject({ ok: true });
          expect(await from.agent.call('tcp', { to: hostAddress.ipv6, port: 8186 })).toMatchObject({ ok: true });
        }
      });

      test(`and a guest never hears itself: nf-call=${on}`, async () => {
        expect(await host.host.sh(`cat /sys/class/net/${shop.link}/brport/hairpin_mode`)).toBe('1\n');
        const capture = shop.start(
          ['tcpdump', '-n', '-i', 'eth0', '-Q', 'in', '-c', '1', `ether src ${shop.mac} and not ether dst ${shop.mac}`],
          ['ignore', 'pipe', 'pipe'],
        );
        await once(capture.stderr!, 'data');
        await shop.run(['busybox', 'arping', '-c', '3', '-I', 'eth0', '192.168.61.77']);
        // Duplicate address detection would take an echo for a rival.
        await shop.sh(
          'ip address add fd00:61::77/64 dev eth0; sleep 2; ip address show dev eth0 | grep fd00:61::77 | grep -v tentative; ! ip address show dev eth0 | grep dadfailed; ip address del fd00:61::77/64 dev eth0',
        );
        expect(capture.exitCode).toBeNull();
        capture.kill();
      });
    }

    test('a port stops sending its own frames back with the last forward of its network, and starts with the first', async () => {
      const { name, bridge } = { name: 'red', bridge: 'virbr8' };
      await host.start(networkXml({ name, bridge, subnet: 68, forward: "<forward mode='nat'/>" }));
      const { link } = await host.client.call('port.create', {
        network: name,
        name: 'tap',
        for: 'qemu',
        link: { kind: 'tap', name: 'tap0' },
      });
      await host.host.sh('ip tuntap add foreign0 mode tap; ip link set foreign0 address fe:54:00:aa:bb:01 master virbr8 up');
      const flags = () => host.host.sh(`cat /sys/class/net/${link?.name}/brport/hairpin_mode /sys/class/net/foreign0/brport/hairpin_mode`);
      const rules = () => host.host.sh('nft list table bridge viaduct');
      expect(await flags()).toBe('0\n0\n');
      await host.client.call('forward.add', { network: name, protocol: 'tcp', listen: '8280', to: '192.168.68.9:80' });
      await eventually('both ports send back', async () => (await flags()) === '1\n1\n');
      expect(await rules()).toMatch(/chain reflect_foreign0 \{\s*iifname "foreign0" ether daddr != 52:54:00:aa:bb:01 counter/);
      await host.client.call('forward.remove', { network: name, protocol: 'tcp', listen: '8280' });
      expect(await flags()).toBe('0\n0\n');
      expect(await rules()).not.toMatch(/reflect_(foreign0|tap0)/);
    });
  });

  test('lead there from a guest of another network', async () => {
    await host.start(networkXml({ name: 'green', bridge: 'virbr2', subnet: 62, forward: "<forward mode='nat'/>" }));
    const other = await host.guest('virbr2', { name: 'other' });
    await other.dhcp();
    expect(await other.agent.call('tcp', { to: hostAddress.ipv4, port: 8080 })).toMatchObject({ ok: true });
  });

  test('are the only ones that lead there', async () => {
    expect(await host.outside.agent.call('tcp', { to: hostAddress.ipv4, port: 8081 })).toMatchObject({ ok: false });
    await host.world.announce('192.168.61.0/24');
    expect(await host.outside.agent.call('tcp', { to: await addressOf(web), port: echo, timeoutMs: 1000 })).toMatchObject({ ok: false });
  });

  test('lead over IPv6 to a guest by its address, and by UDP', async () => {
    const guest6 = (await web.ipv6()) ?? expect.fail('the guest has no IPv6 address');
    await web.agent.call('listenUdp', { port: echo, addresses: [await addressOf(web)] });
    await host.client.call('forward.add', { network: 'blue', protocol: 'tcp', listen: '8086', to: `[${guest6}]:${echo}` });
    await host.client.call('forward.add', { network: 'blue', protocol: 'udp', listen: `${hostAddress.ipv4}:8087`, to: `web:${echo}` });
    expect(await host.outside.agent.call('tcp', { to: hostAddress.ipv6, port: 8086 })).toMatchObject({ ok: true });
    expect(await web.agent.call('tcp', { to: hostAddress.ipv6, port: 8086 })).toMatchObject({ ok: true });
    expect(await host.outside.agent.call('udp', { to: hostAddress.ipv4, port: 8087 })).toMatchObject({ ok: true });
  });

  test('of a range lead one to one', async () => {
    for (const port of [9000, 9001, 9002]) await web.agent.call('listenTcp', { port });
    await host.client.call('forward.add', { network: 'blue', protocol: 'tcp', listen: '8000-8002', to: 'web:9000' });
    for (const port of [8000, 8001, 8002])
      expect(await host.outside.agent.call('tcp', { to: hostAddress.ipv4, port })).toMatchObject({ ok: true });
  });

  test('follow a guest whose address changes, and leave open flows alone', async () => {
    const before = await addressOf(web);
    await neighbour.agent.call('listenTcp', { port: 9100 });
    await host.client.call('forward.add', { network: 'blue', protocol: 'tcp', listen: '8090', to: 'neighbour:9100' });
    const { flow } = await host.outside.agent.call('startFlow', { to: hostAddress.ipv4, port: 8090, everyMs: 100 });
    const lease = (await host.client.call('network.leases', { network: 'blue' })).find(({ address }) => address === before);
    await host.client.call('lease.release', { network: 'blue', address: before });
    await web.dhcp({ request: '192.168.61.200' });
    expect(lease).toBeDefined();
    expect(await addressOf(web)).toBe('192.168.61.200');
    await eventually(
      'the port leads to the new address',
      async () => (await host.outside.agent.call('tcp', { to: hostAddress.ipv4, port: 8080, timeoutMs: 500 })).ok,
    );
    expect((await host.client.call('forward.list', { network: 'blue' })).find(({ listen }) => listen === '8080')?.targets).toEqual([
      '192.168.61.200:7',
    ]);
    const { sent, received, broken } = await host.outside.agent.call('stopFlow', { flow });
    expect(broken).toBeUndefined();
    expect(sent - received).toBeLessThanOrEqual(1);
  });

  test('survive the daemon, and are there again when the network starts again', async () => {
    const leads = async () => (await host.outside.agent.call('tcp', { to: hostAddress.ipv4, port: 8080, timeoutMs: 500 })).ok;
    await host.stopDaemon('KILL');
    expect(await leads()).toBe(true);
    await host.startDaemon();
    expect(await leads()).toBe(true);
    await host.client.call('network.destroy', { network: 'blue' });
    expect(await leads()).toBe(false);
    await host.client.call('network.start', { network: 'blue' });
    await eventually('it leads there again', leads);
  });

  test('are refused where another forward or a program of the host has them, and it is named', async () => {
    const add = (network: string, listen: string, protocol = 'tcp') =>
      host.client.call('forward.add', { network, protocol, listen, to: '192.168.62.9:80' });
    await expect(add('green', '8080')).rejects.toMatchObject({
      code: 'name-in-use',
      message: expect.stringContaining("network 'blue' forwards it to web:7") as string,
    });
    await expect(add('green', '53')).rejects.toMatchObject({
      code: 'name-in-use',
      message: expect.stringContaining('dnsmasq listens on it at 192.168.6') as string,
    });
    await expect(add('nowhere', '80')).rejects.toMatchObject({ code: 'network-not-found' });
    await expect(add('green', '127.0.0.1:80')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('loopback') as string,
    });
    expect(await host.client.call('forward.list', { network: 'green' })).toEqual([]);
  });

  test('are told, added and removed on the command line, and guests by name in hosts', async () => {
    expect(await host.must('forward', 'add', 'green', 'tcp', '7000-7001', 'nobody:70')).toContain(
      'Nobody knows the address of nobody:70 yet',
    );
    expect(await host.must('forward', 'list', 'green')).toMatch(/green +tcp +7000-7001 +nobody:70 +-/);
    expect(await host.must('forward', 'rm', 'green', 'tcp', '7000-7001')).toContain('leads nowhere any more');
    const { code, stderr } = await host.cli('forward', 'add', 'green', 'tcp', '8080', 'other');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^error: Failed to forward tcp 8080 to network green\nerror: .*network 'blue' forwards it to web:7\nhint: /,
      ) as string,
    });
    expect(await host.must('hosts')).toMatch(/^192\.168\.61\.200\tweb$/m);
  });

  test('lead nowhere when they are removed', async () => {
    await host.client.call('forward.remove', { network: 'blue', protocol: 'tcp', listen: '8080' });
    expect(await host.outside.agent.call('tcp', { to: hostAddress.ipv4, port: 8080, timeoutMs: 500 })).toMatchObject({ ok: false });
    expect(await host.host.sh('nft list map inet viaduct forwards4')).not.toContain('8080');
  });
});
