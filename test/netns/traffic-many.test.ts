import { expect, test } from 'vitest';

import { parseNetwork } from '../../src/formats/libvirt/network.ts';
import { formatSpec } from '../../src/formats/spec.ts';
import { outside, services } from '../../src/lab/addresses.ts';
import { TestHost } from './harness.ts';
import { networkXml } from './traffic-networks.ts';

function documentOf(number: number): string {
  const range = `<range start='10.200.${number}.2' end='10.200.${number}.254'/>`;
  const more = `<ip address='10.200.${number}.1' prefix='24'><dhcp>${range}</dhcp></ip>`;
  return formatSpec(parseNetwork(networkXml({ name: `net${number}`, bridge: `virbr${number}`, forward: "<forward mode='nat'/>", more })));
}

test(
  '200 networks at once: the first, one in the middle and the last work, and all are gone afterwards',
  { timeout: 240_000 },
  async () => {
    await using host = await TestHost.create();
    const numbers = Array.from({ length: 200 }, (_, number) => number);
    await host.client.call('spec.apply', { text: numbers.map(documentOf).join('---\n') });
    expect((await host.client.call('network.list', { active: true })).filter(({ name }) => name.startsWith('net'))).toHaveLength(200);
    expect(await host.dnsmasqPids()).toHaveLength(200);
    for (const number of [0, 100, 199]) {
      const guest = await host.guest(`virbr${number}`);
      expect((await guest.dhcp({ tries: 8 }))?.router).toBe(`10.200.${number}.1`);
      expect(await guest.agent.call('tcp', { to: outside.server.ipv4, port: services.echo })).toMatchObject({ ok: true });
      expect(await guest.agent.call('resolve', { server: `10.200.${number}.1`, name: outside.server.name })).toMatchObject({ ok: true });
      expect(await guest.ping(`10.200.${(number + 1) % 200}.2`)).toBe(false);
    }
    await host.stopDaemon('KILL');
    const restartMs = await host.startDaemon();
    expect(restartMs).toBeLessThan(5000);
    expect(await host.dnsmasqPids()).toHaveLength(200);
  },
);

test('40 guests that ask at once all get a lease of their own', async () => {
  await using host = await TestHost.create();
  await host.start(networkXml({ name: 'crowd', bridge: 'virbr1', subnet: 81, forward: "<forward mode='nat'/>" }));
  const guests = await Promise.all(Array.from({ length: 40 }, () => host.guest('virbr1')));
  const leases = await Promise.all(guests.map((guest) => guest.dhcp({ tries: 12 })));
  expect(new Set(leases.map((lease) => lease?.address)).size).toBe(40);
  expect(leases).not.toContain(undefined);
});
