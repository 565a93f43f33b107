import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guard } from '../../src/model/guard.ts';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { arp, ethernet, icmpv6, ipv4, ipv6, sendByTap, udp } from './forge.ts';
import { liesOf } from './lies.ts';
import { enterNewNetns, namedNetns, sh, until } from './system-space.ts';

const witnessMac = '52:54:00:00:78:99';
const times = 20;
let daemon: TestDaemon;
let witness: ReturnType<typeof namedNetns>;

const all: Guard = { mac: true, ipv4: true, ipv6: true, arp: true, nd: true, dhcpServer: true, ra: true };
/** On a bridge of the host nobody knows whose the addresses are. */
const some: Guard = { mac: true, dhcpServer: true, ra: true };

interface Wire {
  readonly name: string;
  readonly network: 'blue' | 'lan';
  readonly tap: string;
  readonly mac: string;
  readonly guard: Guard;
  /** Its own wire is made by a hypervisor. */
  readonly foreign: boolean;
}

const wires: readonly Wire[] = [
  { name: 'a tap that Viaduct made', network: 'blue', tap: 'tap-own', mac: '52:54:00:00:78:01', guard: all, foreign: false },
  { name: "a hypervisor's tap", network: 'blue', tap: 'vnet70', mac: '52:54:00:00:78:02', guard: all, foreign: true },
  { name: 'a tap of ours on a bridge of the host', network: 'lan', tap: 'tap-lan', mac: '52:54:00:00:78:03', guard: some, foreign: false },
  {
    name: "a hypervisor's tap on a bridge of the host",
    network: 'lan',
    tap: 'vnet71',
    mac: '52:54:00:00:78:04',
    guard: some,
    foreign: true,
  },
];

beforeAll(async () => {
  enterNewNetns();
  sh('ip link add br9 type bridge; ip link set br9 up');
  daemon = await testDaemon();
  witness = namedNetns('witness');
  const hosts = wires.map(({ mac }, index) => `<host mac='${mac}' ip='10.77.20.${10 + index}'/>`).join('');
  await daemon.run('network.create', {
    xml: natXml('blue', 20, "<ip family='ipv6' address='fd00:77::1' prefix='64'/>").replace('</dhcp>', `${hosts}</dhcp>`),
  });
  await daemon.run('network.create', { xml: "<network><name>lan</name><forward mode='bridge'/><bridge name='br9'/></network>" });
  for (const [inside, network] of [
    ['eth0', 'blue'],
    ['eth1', 'lan'],
  ] as const)
    await daemon.run('port.create', { network, name: `witness-${inside}`, link: { kind: 'veth', netns: witness.name, inside } });
  for (const [index, { network, tap, mac, foreign }] of wires.entries()) {
    if (!foreign) {
      await daemon.run('port.create', { network, name: tap, mac, for: 'none', link: { kind: 'tap', name: tap } });
      continue;
    }
    const uuid = `11111111-2222-3333-4444-00000000000${index}`;
    await daemon.run('port.createXml', {
      network,
      xml: `<networkport><uuid>${uuid}</uuid><owner><name>${tap}</name><uuid>${uuid}</uuid></owner><mac address='${mac}'/></networkport>`,
    });
    sh(`ip tuntap add ${tap} mode tap; ip link set ${tap} address fe${mac.slice(2)} master ${network === 'blue' ? 'vb-blue' : 'br9'} up`);
    await until(async () => (await daemon.run('port.get', { port: uuid })).device === tap);
  }
});
afterAll(async () => {
  for (const { tap, foreign } of wires) if (foreign) sh(`ip link delete ${tap}`);
  await daemon[Symbol.asyncDispose]();
  witness[Symbol.dispose]();
});

for (const { name, network, tap, mac, guard: most } of wires) {
  describe(name, () => {
    const received = () =>
      Number(sh(`ip netns exec ${witness.name} cat /sys/class/net/${network === 'blue' ? 'eth0' : 'eth1'}/statistics/rx_packets`));
    const dropsOf = async () => (await daemon.run('guard.list', { network })).find(({ link }) => link === tap)?.drops ?? {};
    const own = `10.77.20.${10 + wires.findIndex((wire) => wire.tap === tap)}`;
    const set = async (guard: Guard) => {
      await daemon.run('guard.set', { network, guard });
      const wanted = Object.values(guard).includes(true);
      await until(async () => Object.keys(await dropsOf()).length > 0 === wanted);
    };

    for (const { name: what, guard, lies, truths = [] } of liesOf({
      mac,
      own,
      otherMac: witnessMac,
      gateway: '10.77.20.1',
      broadcast: '10.77.20.255',
    })) {
      if (guard !== 'tag' && most[guard] !== true) continue;
      test(`drops and counts ${what}`, async () => {
        await set({});
        const open = received();
        sendByTap(tap, lies, times);
        await until(() => received() - open >= lies.length * times);

        await set(guard === 'tag' ? { ra: true } : { [guard]: true });
        const guarded = received();
        sendByTap(tap, lies, times);
        await until(async () => (await dropsOf())[guard] === lies.length * times);
        expect(received() - guarded).toBeLessThan(times);

        await set(most);
        const before = received();
        sendByTap(tap, truths, times);
        await until(() => received() - before >= truths.length * times);
        expect((await dropsOf())[guard] ?? 0).toBe(0);
      });
    }
  });
}

test('guards that need the addresses of guests are refused where nobody here knows them, for the network and for a port', async () => {
  for (const guard of [{ ipv4: true }, { arp: true, mac: true }, { nd: true }, { ipv6: true }])
    for (const port of [{}, { port: 'tap-lan' }])
      await expect(daemon.run('guard.set', { network: 'lan', guard, ...port })).rejects.toMatchObject({
        code: 'config-unsupported',
        hint: expect.stringContaining('Use mac, ra and dhcpServer') as string,
      });
});

describe.each(wires.filter(({ network }) => network === 'lan'))('$name, held to a list of addresses', ({ network, tap, mac }) => {
  const frame = (type: number, body: Buffer) => ethernet('ff:ff:ff:ff:ff:ff', mac, type, body);
  const from4 = (address: string) => frame(0x0800, ipv4(address, '203.0.113.167', 17, udp(5000, 5000)));
  const from6 = (address: string) => frame(0x86dd, ipv6(address, 'ff020000000000000000000000000001', 17, udp(5000, 5000)));
  const claims = (target: string) =>
    frame(0x86dd, ipv6('fe80000000000000505400fffe007803', 'ff020000000000000000000000000001', 58, icmpv6(136, target)));
  const inside = '20010db8003500000000000000000007';
  const outside = '20010db8003600000000000000000007';
  const cases = [
    { guard: 'ipv4', lies: [from4('203.0.113.116'), from4('203.0.113.168')], truths: [from4('203.0.113.161'), from4('203.0.113.166')] },
    { guard: 'ipv6', lies: [from6(outside)], truths: [from6(inside)] },
    {
      guard: 'arp',
      lies: [frame(0x0806, arp(2, mac, '203.0.113.116', '203.0.113.116'))],
      truths: [frame(0x0806, arp(2, mac, '203.0.113.166', '203.0.113.166'))],
    },
    { guard: 'nd', lies: [claims(outside)], truths: [claims(inside)] },
  ] as const;
  const dropsOf = async () => (await daemon.run('guard.list', { network })).find(({ link }) => link === tap)?.drops ?? {};

  beforeAll(() => daemon.run('guard.set', { network, guard: {} }));

  test.each(cases)('S034, S035: speaks for a /29 and a /64, and for no other $guard', async ({ guard, lies, truths }) => {
    const addresses = ['203.0.113.160/29', '2001:db8:35::/64'];
    await daemon.run('guard.set', { network, port: tap, guard: { [guard]: true }, addresses });
    await until(async () => guard in (await dropsOf()));
    const received = () => Number(sh(`ip netns exec ${witness.name} cat /sys/class/net/eth1/statistics/rx_packets`));
    const before = received();
    sendByTap(tap, truths, times);
    await until(() => received() - before >= truths.length * times);
    expect((await dropsOf())[guard]).toBe(0);
    const between = received();
    sendByTap(tap, lies, times);
    await until(async () => (await dropsOf())[guard] === lies.length * times);
    expect(received() - between).toBeLessThan(times);
    await daemon.run('guard.set', { network, port: tap, guard: {} });
    await until(async () => Object.keys(await dropsOf()).length === 0);
  });

  test('S034: it is held to them after a restart of the daemon too', async () => {
    const guard = { ipv4: true, nd: true };
    await daemon.run('guard.set', { network, port: tap, guard, addresses: ['203.0.113.160/29', '2001:db8:35::/64', '198.51.100.7'] });
    const rules = () => sh(`nft list chain bridge viaduct guard_${tap}`).replaceAll(/packets \d+ bytes \d+/g, '');
    await until(async () => 'nd' in (await dropsOf()));
    const before = rules();
    expect(before).toContain('203.0.113.160/29');
    await daemon.restart();
    expect(rules()).toBe(before);
    expect((await daemon.run('network.get', { network })).trouble).toBeUndefined();
    await daemon.run('guard.set', { network, port: tap, guard: {} });
    await until(async () => Object.keys(await dropsOf()).length === 0);
  });

  test('S035: what is no address is refused, and so is a list without addresses', async () => {
    const set = (addresses: readonly string[]) => daemon.run('guard.set', { network, port: tap, guard: { ipv4: true }, addresses });
    await expect(set(['203.0.113.300'])).rejects.toMatchObject({ hint: expect.stringContaining('203.0.113.160/29') as string });
    await expect(set([])).rejects.toMatchObject({ code: 'config-unsupported' });
    await expect(daemon.run('guard.set', { network, guard: { ipv4: true }, addresses: ['203.0.113.7'] })).rejects.toMatchObject({
      code: 'operation-invalid',
    });
  });
});
