import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostAddress, outside, services } from '../../src/lab/addresses.ts';
import type { Space } from '../../src/lab/space.ts';
import { TestHost, type TestGuest } from './harness.ts';
import { gateway, networkXml, type Shape } from './traffic-networks.ts';

type Family = 'ipv4' | 'ipv6';
type Way = 'guest to guest' | 'guest to host' | 'guest to outside' | 'outside to guest' | 'host to guest';

/** What each type promises. `hidden`: the outside sees the host's address, not the guest's. */
interface Promised extends Shape {
  readonly type: string;
  readonly rows: string;
  readonly open: readonly Way[];
  readonly hidden: boolean;
  /** Where IPv6 differs from IPv4. */
  readonly ipv6?: { readonly open: readonly Way[]; readonly hidden: boolean };
}

const inside = ['guest to guest', 'guest to host', 'host to guest'] as const;
const everyWay = [...inside, 'guest to outside', 'outside to guest'] as const;

const networks: readonly (Promised & { readonly subnet: number })[] = [
  {
    type: 'NAT',
    rows: 'S031 S131 S136',
    name: 'nat',
    bridge: 'virbr1',
    subnet: 101,
    forward: "<forward mode='nat'/>",
    open: [...inside, 'guest to outside'],
    hidden: true,
    ipv6: { open: everyWay, hidden: false },
  },
  {
    type: 'NAT with ipv6',
    rows: 'S031',
    name: 'nat66',
    bridge: 'virbr2',
    subnet: 102,
    forward: "<forward mode='nat'><nat ipv6='yes'/></forward>",
    open: [...inside, 'guest to outside'],
    hidden: true,
  },
  {
    type: 'routed',
    rows: 'S030',
    name: 'routed',
    bridge: 'virbr3',
    subnet: 103,
    forward: "<forward mode='route'/>",
    open: everyWay,
    hidden: false,
  },
  {
    type: 'open',
    rows: 'no rules of ours',
    name: 'open',
    bridge: 'virbr4',
    subnet: 104,
    forward: "<forward mode='open'/>",
    open: everyWay,
    hidden: false,
  },
  { type: 'isolated', rows: 'S028', name: 'isolated', bridge: 'virbr5', subnet: 105, open: inside, hidden: false },
];

let host: TestHost;
const guests = new Map<string, { near: TestGuest; far: TestGuest }>();
const listening: Space[] = [];

beforeAll(async () => {
  host = await TestHost.create();
  for (const network of networks) await host.start(networkXml(network));
  await Promise.all(
    networks.map(async ({ name, bridge, subnet }) => {
      const [near, far] = await Promise.all([host.guest(bridge, { name: `${name}-near` }), host.guest(bridge, { name: `${name}-far` })]);
      const leases = await Promise.all([near.dhcp(), far.dhcp(), near.ipv6(), far.ipv6()]);
      if (leases.includes(undefined)) throw new Error(`the guests of ${name} got ${JSON.stringify(leases)}`);
      guests.set(name, { near, far });
      await Promise.all([
        host.world.announce(`192.168.${subnet}.0/24`),
        host.world.announce(`fd00:${subnet}::/64`),
        listen(near),
        listen(far),
      ]);
    }),
  );
  await listen(
    host.host,
    networks.flatMap(({ subnet }) => Object.values(gateway(subnet))),
  );
});

afterAll(() => host?.close());

/** Echo on every address of a guest; the host answers on all its gateways. */
async function listen(space: Space, addresses?: readonly string[]): Promise<void> {
  const all = addresses ?? (await space.addresses());
  await Promise.all([
    space.agent.call('listenTcp', { port: services.echo }),
    space.agent.call('listenUdp', { port: services.echo, addresses: all }),
  ]);
  listening.push(space);
}

async function addressOf(guest: TestGuest, family: Family): Promise<string> {
  return (await guest.addresses()).find((address) => (family === 'ipv6') === address.includes(':')) ?? 'none';
}

/** Ends of a way, and the address that the far end knows the near one by when nothing is hidden. */
async function ends(
  network: (typeof networks)[number],
  way: Way,
  family: Family,
): Promise<{ from: Space; to: string; at: Space; own: string }> {
  const { near, far } = guests.get(network.name) ?? expect.fail(`no guests in ${network.name}`);
  const nearAddress = await addressOf(near, family);
  switch (way) {
    case 'guest to guest':
      return { from: near, to: await addressOf(far, family), at: far, own: nearAddress };
    case 'guest to host':
      return { from: near, to: gateway(network.subnet)[family], at: host.host, own: nearAddress };
    case 'guest to outside':
      return { from: near, to: outside.server[family], at: host.outside, own: nearAddress };
    case 'outside to guest':
      return { from: host.outside, to: nearAddress, at: near, own: outside.lan[family] };
    case 'host to guest':
      return { from: host.host, to: nearAddress, at: near, own: gateway(network.subnet)[family] };
  }
}

for (const network of networks) {
  describe(`${network.type} network`, () => {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const { open, hidden } = (family === 'ipv6' ? network.ipv6 : undefined) ?? network;
      for (const way of everyWay) {
        if (open.includes(way)) {
          test(`${network.rows}: ${family}: ${way} is open for ICMP, TCP and UDP`, async () => {
            const { from, to, own } = await ends(network, way, family);
            const seen = hidden && way === 'guest to outside' ? hostAddress[family] : own;
            expect(await from.ping(to, { tries: 3 })).toBe(true);
            expect(await from.agent.call('tcp', { to, port: services.echo })).toMatchObject({ ok: true, seen });
            expect(await from.agent.call('udp', { to, port: services.echo })).toMatchObject({ ok: true, seen });
          });
        } else {
          test(`${network.rows}: ${family}: ${way} is closed, not one packet gets through`, async () => {
            const { from, to, at } = await ends(network, way, family);
            const token = `${network.name} ${family} ${way}`;
            const [ping, tcp, udp] = await Promise.all([
              from.ping(to),
              from.agent.call('tcp', { to, port: services.echo }),
              from.agent.call('udp', { to, port: services.echo, token }),
            ]);
            expect({ ping, tcp: tcp.ok, udp: udp.ok }).toEqual({ ping: false, tcp: false, udp: false });
            expect(await at.agent.call('heard', { token })).toEqual({ yes: false });
          });
        }
      }
    }
  });
}

describe('networks among themselves', () => {
  const apart = [
    ['nat', 'isolated'],
    ['nat', 'nat66'],
    ['isolated', 'nat'],
    ['isolated', 'routed'],
    ['routed', 'isolated'],
    ['open', 'isolated'],
  ] as const;
  for (const [from, to] of apart) {
    for (const family of ['ipv4', 'ipv6'] as const) {
      test(`S028 S131: ${family}: a guest of ${from} does not reach a guest of ${to}`, async () => {
        const guest = guests.get(from)?.near ?? expect.fail();
        const target = await addressOf(guests.get(to)?.near ?? expect.fail(), family);
        expect(await guest.ping(target)).toBe(false);
        expect((await guest.agent.call('tcp', { to: target, port: services.echo })).ok).toBe(false);
      });
    }
  }
});

describe('sources', () => {
  for (const [name, address] of [
    ['nat', '10.66.66.66'],
    ['routed', '10.66.66.66'],
    ['isolated', '10.66.66.66'],
  ] as const) {
    test(`a guest of ${name} cannot send from an address outside its subnet`, async () => {
      const guest = guests.get(name)?.far ?? expect.fail();
      await guest.must(['ip', 'address', 'add', `${address}/32`, 'dev', 'eth0']);
      const token = `spoofed by ${name}`;
      await guest.agent.call('udp', { to: outside.server.ipv4, port: services.echo, from: address, token });
      expect(await host.outside.agent.call('heard', { token })).toEqual({ yes: false });
    });
  }
});

test('S070: forwarding is on for IPv4 and IPv6 once a network needs it', async () => {
  expect(await host.host.sh('cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding')).toBe('1\n1\n');
});
