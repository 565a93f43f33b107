import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { arp, ethernet, icmpv6, ipv6, send } from './forge.ts';
import { enterNewNetns, namedNetns, sh, until } from './system-space.ts';

const everybody = 'ff:ff:ff:ff:ff:ff';
const annMac = '52:54:00:00:09:01';
const bobMac = '52:54:00:00:09:02';
let daemon: TestDaemon;
let ann: ReturnType<typeof namedNetns>;
let bob: ReturnType<typeof namedNetns>;
let other: ReturnType<typeof namedNetns>;

beforeAll(async () => {
  enterNewNetns();
  // A LAN whose bridge has no address of this host: nobody here resolves anybody.
  sh(
    'ip link add br9 type bridge; ip link set br9 up; ip link add eth9 type veth peer name eth9-far; ip link set eth9 up; ip link set eth9-far up',
  );
  daemon = await testDaemon();
  [ann, bob, other] = [namedNetns('ann'), namedNetns('bob'), namedNetns('other')];
  await daemon.run('network.define', { xml: "<network><name>lan</name><forward mode='bridge'/><bridge name='br9'/></network>" });
  await daemon.run('network.start', { network: 'lan' });
  await daemon.run('network.create', { xml: natXml('blue', 60) });
});
afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  for (const space of [ann, bob, other]) space[Symbol.dispose]();
});
afterEach(async () => {
  for (const { uuid } of await daemon.run('port.list', {})) await daemon.run('port.delete', { port: uuid });
});

async function plug(): Promise<void> {
  for (const [name, mac, { name: netns }] of [
    ['ann', annMac, ann],
    ['bob', bobMac, bob],
  ] as const)
    await daemon.run('port.create', { network: 'lan', name, mac, link: { kind: 'veth', netns } });
}

const seenOf = async (port: string) => (await daemon.run('port.get', { port, details: true })).addresses;
/** Sockets on frames in this namespace, by the index of their links (packet(7)). */
const listeningOn = () =>
  readFileSync('/proc/thread-self/net/packet', 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.trim().split(/\s+/)[4]));
const index = (link: string) => Number(sh(`cat /proc/self/net/dev >/dev/null; ip -o link show ${link}`).split(':')[0]);

describe('guests on a bridge of the host, to whom nobody here gives addresses', () => {
  test('are known by ARP and neighbour discovery within two seconds, everywhere', async () => {
    await plug();
    sh(`ip -n ${ann.name} address add 10.9.9.1/24 dev eth0; ip -n ${bob.name} address add 10.9.9.2/24 dev eth0`);
    sh(`ip netns exec ${ann.name} ping -c1 -W2 10.9.9.2`);
    await until(async () => (await seenOf('ann'))?.[0]?.address === '10.9.9.1', 2000);
    expect(await seenOf('ann')).toEqual([{ address: '10.9.9.1', source: 'seen', by: 'arp' }]);
    sh(`ip -n ${ann.name} address add 2001:db8:9::1/64 dev eth0`);
    await until(async () => (await seenOf('ann'))?.length === 2, 3000);
    expect(await seenOf('ann')).toContainEqual({ address: '2001:db8:9::1', source: 'seen', by: 'nd' });
    expect(await daemon.run('guest.addresses', { guest: 'ann', source: 'arp' })).toMatchObject([
      {
        mac: annMac,
        addresses: [
          { address: '2001:db8:9::1', prefix: 128 },
          { address: '10.9.9.1', prefix: 32 },
        ],
      },
    ]);
    const { topology } = await daemon.run('topology.get', {});
    const node = topology.nodes.find((one) => one.kind === 'guest' && one.mac === annMac);
    expect(node).toMatchObject({ knownBy: { '10.9.9.1': 'arp', '2001:db8:9::1': 'nd' } });
    expect((await daemon.run('port.list', { details: true })).find(({ name }) => name === 'ann')?.addresses).toHaveLength(2);
  });

  test('are known by what the DHCP server of the LAN gives them', async () => {
    sh(
      `ip netns exec ${other.name} ip link set lo up; ip link add other0 type veth peer name eth0 netns ${other.name}; ip link set other0 master br9 up; ip -n ${other.name} link set eth0 up; ip -n ${other.name} address add 10.9.8.1/24 dev eth0`,
    );
    const server = `ip netns exec ${other.name} dnsmasq --conf-file=/dev/null --user=root --group= --pid-file=/tmp/viaduct-seen-${process.pid}.pid --no-resolv --no-hosts --no-ping --port=0 --interface=eth0 --bind-interfaces --dhcp-authoritative --dhcp-leasefile=/dev/null --dhcp-range=10.9.8.50,10.9.8.60,1h`;
    sh(server);
    try {
      await plug();
      sh(`ip netns exec ${ann.name} busybox udhcpc -i eth0 -n -q -t 5 -T 1 -A 0 -B -s /bin/true`);
      await until(
        async () => (await seenOf('ann'))?.some(({ by, address }) => by === 'dhcp' && address.startsWith('10.9.8.')) === true,
        2000,
      );
    } finally {
      sh(`kill $(cat /tmp/viaduct-seen-${process.pid}.pid); rm -f /tmp/viaduct-seen-${process.pid}.pid; ip link delete other0`);
    }
  });

  test('so are those that have no port here, where the picture of the host shows them', async () => {
    sh(
      `ip link add other0 type veth peer name eth0 netns ${other.name}; ip link set other0 master br9 up; ip -n ${other.name} link set eth0 up; ip -n ${other.name} address add 10.9.9.7/24 dev eth0`,
    );
    const node = async () => (await daemon.run('topology.get', {})).topology.nodes.find((one) => one.id === 'guest/other0');
    expect(await node()).toMatchObject({ addresses: [] });
    sh(`ip netns exec ${other.name} busybox arping -c1 -w1 -I eth0 10.9.9.99 || true`);
    await until(async () => {
      const found = await node();
      return found?.kind === 'guest' && found.knownBy?.['10.9.9.7'] === 'arp';
    }, 2000);
    sh('ip link delete other0');
  });

  test('who speaks in the name of another is not believed, and a guard keeps him from being heard at all', async () => {
    await plug();
    sh(`ip -n ${bob.name} address add 10.9.9.2/24 dev eth0; ip netns exec ${bob.name} busybox arping -c1 -w1 -I eth0 10.9.9.99 || true`);
    await until(async () => (await seenOf('bob'))?.[0]?.address === '10.9.9.2', 2000);
    const lies = [
      ethernet(everybody, annMac, 0x0806, arp(2, bobMac, '10.9.9.66', '10.9.9.66')),
      ethernet(
        '33:33:00:00:00:01',
        annMac,
        0x86dd,
        ipv6(
          'fe80000000000000505400fffe000901',
          'ff020000000000000000000000000001',
          58,
          Buffer.concat([
            icmpv6(136, '20010db8000900000000000000000066'),
            Buffer.from([2, 1, ...Buffer.from(bobMac.replaceAll(':', ''), 'hex')]),
          ]),
        ),
      ),
    ];
    send(ann.name, 'eth0', lies, 5);
    const stolen = ethernet(everybody, bobMac, 0x0806, arp(2, bobMac, '10.9.9.67', '10.9.9.67'));
    await daemon.run('guard.set', { network: 'lan', guard: { mac: true } });
    send(ann.name, 'eth0', [stolen], 5);
    // What comes after all that is heard, so that it would have been.
    send(ann.name, 'eth0', [ethernet(everybody, annMac, 0x0806, arp(2, annMac, '10.9.9.1', '10.9.9.1'))]);
    await until(async () => (await seenOf('ann'))?.some(({ address }) => address === '10.9.9.1') === true, 2000);
    expect((await seenOf('bob'))?.map(({ address }) => address)).toEqual(['10.9.9.2']);
    expect((await daemon.run('guard.list', { network: 'lan' })).find(({ drops }) => (drops.mac ?? 0) > 0)?.drops).toEqual({ mac: 5 });
    await daemon.run('guard.set', { network: 'lan', guard: {} });
  });

  test('nobody listens where there is nobody, and a bridge that is made anew is listened to again', async () => {
    await plug();
    expect(listeningOn()).toContain(index('br9'));
    expect(listeningOn()).not.toContain(index('vb-blue'));
    sh('ip link delete br9; ip link add br9 type bridge; ip link set br9 up');
    await until(() => listeningOn().includes(index('br9')), 3000);
    await until(() => sh('ip -o link show').includes('master br9'), 3000);
    send(ann.name, 'eth0', [ethernet(everybody, annMac, 0x0806, arp(2, annMac, '10.9.9.5', '10.9.9.5'))]);
    await until(async () => (await seenOf('ann'))?.some(({ address }) => address === '10.9.9.5') === true, 2000);
  });
});

test('a guest behind a macvtap is known by what it says, and its neighbours on the card are not listened to', async () => {
  await daemon.run('network.create', {
    xml: "<network><name>direct</name><forward mode='bridge'><interface dev='eth9'/></forward></network>",
  });
  const { mac } = await daemon.run('port.create', { network: 'direct', name: 'vm', for: 'qemu' });
  expect(listeningOn()).toContain(index('macvtap0'));
  expect(listeningOn()).not.toContain(index('eth9'));
  // As QEMU writes it: a header of ten bytes, then the frame.
  const frame = Buffer.concat([Buffer.alloc(10), ethernet(everybody, mac, 0x0806, arp(1, mac, '10.9.7.1', '10.9.7.2'))]);
  sh(`device=$(unshare --mount sh -ec 'mount -t sysfs sysfs /sys; tr : " " < /sys/class/net/macvtap0/tap$(cat /sys/class/net/macvtap0/ifindex)/dev')
    mknod /tmp/viaduct-tap-${process.pid} c $device
    python3 -c 'import os; os.write(os.open("/tmp/viaduct-tap-${process.pid}", os.O_RDWR), bytes.fromhex("${frame.toString('hex')}"))'
    rm /tmp/viaduct-tap-${process.pid}`);
  await until(async () => (await seenOf('vm'))?.some(({ address, by }) => address === '10.9.7.1' && by === 'arp') === true, 2000);
  await daemon.run('network.destroy', { network: 'direct' });
  await until(() => listeningOn().length === 0 || !listeningOn().includes(index('eth9')), 2000);
});
