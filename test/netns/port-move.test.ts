import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { natXml } from './daemon-space.ts';
import { eventually, TestHost } from './harness.ts';

describe('a port moves to another network', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await TestHost.create({ uplink: 'bridge' });
    await host.start(natXml('blue', 60));
    await host.start(natXml('red', 61));
    await host.start("<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>");
    await host.start("<network><name>direct</name><forward mode='private'><interface dev='eth0'/></forward></network>");
  });
  afterAll(() => host?.close());

  const create = async (name: string, more: object = {}) => {
    const guest = host.world.guest(name);
    await guest.createEmpty();
    await host.client.call('port.create', { network: 'blue', name, for: 'none', link: { kind: 'veth', netns: name }, ...more });
    return guest;
  };
  const show = (port: string) => host.client.call('port.get', { port, details: true });

  test('the wire keeps its name, the guest asks for an address there and reaches its new neighbours', async () => {
    const guest = await create('web');
    const before = await guest.dhcp();
    expect(before?.address).toMatch(/^10\.77\.60\./);
    const { link } = await show('web');
    const carrierChanges = async () => Number(/"carrier_changes":(\d+)/.exec(await guest.sh('ip -s -s -j link show eth0'))?.[1]);
    const changes = await carrierChanges();
    const moved = await host.client.call('port.move', { port: 'web', to: 'red' });
    expect(moved).toMatchObject({ name: 'web', network: { name: 'red' }, link, address: moved.renewal?.to });
    expect(moved.renewal).toMatchObject({ asked: 'carrier', link: link?.name, from: before?.address });
    expect(await host.host.sh(`ip -o link show ${link?.name}`)).toContain('master vb-red');
    await eventually('its card saw the cable go and come back', async () => (await carrierChanges()) >= changes + 2);
    const after = await guest.dhcp();
    expect(after?.address).toBe(moved.renewal?.to);
    const neighbour = await create('neighbour', { network: 'red' });
    const { address = '' } = (await neighbour.dhcp()) ?? {};
    expect(await guest.ping(address, { tries: 3 })).toBe(true);
    expect(await host.client.call('network.leases', { network: 'blue' })).toEqual([]);
  });

  test('limits, guard and name go along; what its old network gave it stays there', async () => {
    await create('db');
    await host.client.call('port.setBandwidth', { port: 'db', inbound: { average: 1000 } });
    await host.client.call('guard.set', { network: 'blue', port: 'db', guard: { mac: true } });
    await host.client.call('port.move', { port: 'db', to: 'red' });
    expect(await host.client.call('port.bandwidth', { port: 'db' })).toEqual({ inbound: { average: 1000 } });
    const { link } = await show('db');
    expect((await host.client.call('guard.list', { network: 'red' })).map((one) => one.link)).toContain(link?.name);
    expect(await host.host.sh(`tc class show dev ${link?.name}`)).toContain('htb');
  });

  test('the command line sets a limit one way and leaves the other, shows both, lifts them, and refuses what is no rate', async () => {
    await create('cap');
    const { link } = await show('cap');
    const classes = () => host.host.sh(`tc class show dev ${link?.name}`);
    expect(await host.must('port', 'limit', 'cap', '--inbound', '1000,2000,512')).toContain('at most 2000 KiB/s, 512 KiB at a time');
    // Two at once do not undo each other: each says its own direction only.
    await Promise.all([
      host.must('port', 'limit', 'cap', '--inbound', '1000,2000,512'),
      host.must('port', 'limit', 'cap', '--outbound', '500'),
    ]);
    expect(await host.client.call('port.bandwidth', { port: 'cap' })).toEqual({
      inbound: { average: 1000, peak: 2000, burst: 512 },
      outbound: { average: 500 },
    });
    expect(await classes()).toContain('htb');
    expect(await host.must('port', 'limit', 'cap')).toMatch(/^To the guest: +1000 KiB.*\nFrom the guest: +500 KiB/);
    const { code, stderr } = await host.cli('port', 'limit', 'cap', '--inbound', 'fast');
    expect([code, stderr]).toEqual([2, expect.stringContaining("'fast' is no rate")]);
    await host.must('port', 'limit', 'cap', '--inbound', '0', '--outbound', '0');
    expect(await host.client.call('port.bandwidth', { port: 'cap' })).toEqual({});
    expect(await classes()).toBe('');
    await host.must('port', 'delete', 'cap');
  });

  test('onto the LAN: the wire is on the host bridge, nobody waits for a lease we do not give', async () => {
    await create('cam');
    const began = performance.now();
    expect(await host.client.call('port.move', { port: 'cam', to: 'lan' })).toMatchObject({ plug: { type: 'bridge', bridge: 'br0' } });
    expect(performance.now() - began).toBeLessThan(2000);
    expect(await host.host.sh(`ip -o link show ${(await show('cam')).link?.name}`)).toContain('master br0');
  });

  test('outlives the daemon where it went', async () => {
    await create('log');
    await host.client.call('port.move', { port: 'log', to: 'red' });
    await host.stopDaemon('KILL');
    await host.startDaemon();
    expect(await show('log')).toMatchObject({ network: { name: 'red' }, state: 'up' });
  });

  test('is told as a port that left one network and came to another', async () => {
    await create('mon');
    const { uuid } = await show('mon');
    const stop = new AbortController();
    const stream = await host.client.events({ signal: stop.signal });
    await host.client.call('port.move', { port: 'mon', to: 'red' });
    const events: string[] = [];
    for await (const event of stream) {
      if (event.kind !== 'port-deleted' && event.kind !== 'port-created') continue;
      events.push(`${event.kind} ${event.network.name} ${event.port === uuid}`);
      if (events.length === 2) break;
    }
    stop.abort();
    expect(events).toEqual(['port-deleted blue true', 'port-created red true']);
  });

  const refusals = [
    { to: 'blue', says: /it is there/, hint: /another network/ },
    { to: 'direct', says: /has no bridge/, hint: /viaduct port create still --network direct/ },
    { to: 'nowhere', says: /no network with matching name 'nowhere'/, hint: /net-list/ },
  ];
  test('is refused in words, and nothing has changed', async () => {
    await create('still');
    for (const { to, says, hint } of refusals)
      await expect(host.client.call('port.move', { port: 'still', to })).rejects.toMatchObject({
        message: expect.stringMatching(says) as string,
        hint: expect.stringMatching(hint) as string,
      });
    await host.client.call('network.define', { xml: natXml('off', 62) });
    await expect(host.client.call('port.move', { port: 'still', to: 'off' })).rejects.toMatchObject({
      message: "network 'off' is not active",
    });
    const { uuid } = await host.client.call('port.createXml', {
      network: 'blue',
      xml: "<networkport><uuid>aaaaaaaa-0000-4000-8000-000000000002</uuid><owner><name>vm</name><uuid>aaaaaaaa-0000-4000-8000-000000000001</uuid></owner><mac address='52:54:00:aa:bb:01'/></networkport>",
    });
    await expect(host.client.call('port.move', { port: uuid, to: 'red' })).rejects.toMatchObject({
      hint: expect.stringContaining('virsh update-device vm') as string,
    });
    expect(await show('still')).toMatchObject({ network: { name: 'blue' } });
  });

  test('on the command line', async () => {
    await create('cli');
    expect(await host.must('port', 'move', 'cli', 'red')).toContain('Port cli is on network red now');
  });
});
