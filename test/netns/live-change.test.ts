import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { outside, services } from '../../src/lab/addresses.ts';
import { eventually, TestHost, type TestGuest } from './harness.ts';

/** A specification of one network; `more` are further lines of YAML. */
function spec(mode: 'nat' | 'route' | 'open', more = '', dhcp = '  ranges: [192.168.71.2-192.168.71.254]'): string {
  return `apiVersion: viaduct/v1
kind: Network
name: blue
mode: ${mode}
bridge: {name: virbr1, stp: false}
subnet: 192.168.71.0/24
dhcp:
${dhcp}
${more}`;
}

describe('a running network changes under its guests', () => {
  let host: TestHost;
  let guest: TestGuest;
  let neighbour: TestGuest;

  beforeAll(async () => {
    host = await TestHost.create();
    await host.client.call('spec.apply', { text: spec('nat') });
    guest = await host.guest('virbr1');
    neighbour = await host.guest('virbr1');
    for (const one of [guest, neighbour]) if ((await one.dhcp()) === undefined) throw new Error('no lease');
    await neighbour.agent.call('listenTcp', { port: services.echo });
  });
  afterAll(() => host?.close());

  async function addressOf(one: TestGuest): Promise<string> {
    return (await one.addresses())[0] ?? '';
  }

  const master = (): Promise<string> =>
    host.host.sh(`ip -o link show ${guest.link} | grep -o 'master [^ ]*'; ip -o link show virbr1 | cut -d: -f1`);

  const pause = /DHCP and DNS of network blue pause for less than a second/;
  const changes: { name: string; text: string; shows: string; interrupts?: RegExp }[] = [
    { name: 'another domain', text: spec('nat', 'domain: blue.test'), shows: 'true', interrupts: pause },
    { name: 'another range', text: spec('nat', '', '  ranges: [192.168.71.2-192.168.71.200]'), shows: 'true', interrupts: pause },
    {
      name: 'a second address',
      text: spec('nat')
        .replace(
          'subnet: 192.168.71.0/24\ndhcp:\n',
          'addresses: [{address: 192.168.71.1/24, dhcp: {ranges: [192.168.71.2-192.168.71.254]}}, 192.168.171.1/24]\n',
        )
        .replace('  ranges: [192.168.71.2-192.168.71.254]\n', ''),
      shows: 'ip addr show virbr1 | grep 192.168.171.1/24',
      interrupts: pause,
    },
    {
      name: 'spanning tree',
      text: spec('nat').replace('stp: false', 'stp: true'),
      shows: 'grep 1 /sys/class/net/virbr1/bridge/stp_state',
      interrupts: /Guests that are plugged into network blue from now on wait 4 seconds/,
    },
    { name: 'no spanning tree', text: spec('nat'), shows: 'grep 0 /sys/class/net/virbr1/bridge/stp_state' },
    { name: 'another MTU', text: spec('nat', 'mtu: 1400'), shows: 'ip link show virbr1 | grep "mtu 1400"', interrupts: pause },
    {
      name: 'limits',
      text: spec('nat', 'mtu: 1400\nbandwidth: {inbound: {average: 100000}}'),
      shows: 'tc class show dev virbr1 | grep htb',
    },
    { name: 'no limits', text: spec('nat', 'mtu: 1400'), shows: '! tc class show dev virbr1 | grep htb' },
  ];

  for (const { name, text, shows, interrupts } of changes) {
    test(`${name}: ports stay on the bridge, and open flows go on`, async () => {
      const { flow } = await guest.agent.call('startFlow', { to: outside.server.ipv4, port: services.echo, everyMs: 100 });
      const { flow: local } = await guest.agent.call('startFlow', { to: await addressOf(neighbour), port: services.echo, everyMs: 100 });
      const before = await master();
      const plan = await host.client.call('spec.plan', { text });
      const { steps } = await host.client.call('spec.apply', { text });
      expect(steps.map(({ summary }) => summary)).toEqual(plan.steps.map(({ summary }) => summary));
      expect(await master()).toBe(before);
      await host.host.sh(shows);
      const told = plan.steps.flatMap(({ interrupts: notice }) => notice ?? []);
      if (interrupts === undefined) expect(told).toEqual([]);
      else expect(told.join('\n')).toMatch(interrupts);
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const open of [flow, local]) {
        const { sent, received, broken } = await guest.agent.call('stopFlow', { flow: open });
        expect({ broken, lost: sent - received <= 1 }).toEqual({ broken: undefined, lost: true });
      }
    });
  }

  test('S128: a routed network becomes a NAT network without a restart, and its guests come to the outside', async () => {
    await host.client.call('spec.apply', { text: spec('route') });
    expect(await guest.ping(outside.server.ipv4)).toBe(false);
    const { flow } = await guest.agent.call('startFlow', { to: await addressOf(neighbour), port: services.echo, everyMs: 100 });
    const before = await master();
    const pids = await host.dnsmasqPids();
    await host.client.call('spec.apply', { text: spec('nat') });
    expect(await guest.ping(outside.server.ipv4, { tries: 3 })).toBe(true);
    expect(await master()).toBe(before);
    expect(await host.dnsmasqPids()).toEqual(pids);
    expect(await guest.agent.call('stopFlow', { flow })).not.toHaveProperty('broken');
  });

  test('S133: a guest whose reservation moves is made to ask, and gets its new address', async () => {
    const old = await addressOf(guest);
    await host.client.call('network.update', {
      network: 'blue',
      command: 'add-last',
      section: 'ip-dhcp-host',
      xml: `<host mac='${guest.mac}' ip='${old}'/>`,
    });
    const carrier = guest.start(['sh', '-c', 'ip monitor link'], ['ignore', 'pipe', 'ignore']);
    let heard = '';
    carrier.stdout?.setEncoding('utf8').on('data', (text: string) => (heard += text));
    const { renewed } = await host.client.call('network.update', {
      network: 'blue',
      command: 'modify',
      section: 'ip-dhcp-host',
      xml: `<host mac='${guest.mac}' ip='192.168.71.99'/>`,
    });
    expect(renewed).toEqual([{ mac: guest.mac, link: guest.link, asked: 'carrier', from: old, to: '192.168.71.99' }]);
    await eventually('the guest sees its carrier go and come', async () => /NO-CARRIER[\s\S]*LOWER_UP/.test(heard));
    carrier.kill();
    await guest.dhcp({ request: old });
    expect(await addressOf(guest)).toBe('192.168.71.99');
    await host.client.call('spec.apply', {
      text: spec('nat', '', `  ranges: [192.168.71.2-192.168.71.254]\n  hosts: [{mac: "${guest.mac}", ip: 192.168.71.77}]`),
    });
    await guest.dhcp({ request: '192.168.71.99' });
    expect(await addressOf(guest)).toBe('192.168.71.77');
  });

  test('net-define keeps what runs as it is, until the network starts again', async () => {
    const { xml } = await host.client.call('network.xml', { network: 'blue', inactive: true });
    const before = await master();
    await host.client.call('network.define', {
      xml: xml.replace("<forward mode='nat'", "<forward mode='route'").replace(/<nat>[\s\S]*<\/nat>/, ''),
    });
    expect((await host.client.call('network.get', { network: 'blue' })).mode).toBe('nat');
    expect(await guest.ping(outside.server.ipv4, { tries: 3 })).toBe(true);
    await host.client.call('network.destroy', { network: 'blue' });
    await host.client.call('network.start', { network: 'blue' });
    expect((await master()).split('\n')[0]).toBe(before.split('\n')[0]);
    expect(await guest.ping('192.168.71.1', { tries: 5 })).toBe(true);
    expect(await guest.ping(outside.server.ipv4)).toBe(false);
  });
});
