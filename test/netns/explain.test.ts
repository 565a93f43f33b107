import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDaemon, type TestDaemon } from './daemon-space.ts';
import { ethernet, send } from './forge.ts';
import { enterNewNetns, namedNetns, sh } from './system-space.ts';

/** Two switches joined by a patch cable; what is said of a frame is compared with what the kernel does with it. */
const guests = [
  { name: 'ann', bridge: 'br-a', mac: '52:54:00:00:55:01', isolated: false },
  { name: 'bob', bridge: 'br-a', mac: '52:54:00:00:55:02', isolated: true },
  { name: 'cat', bridge: 'br-a', mac: '52:54:00:00:55:03', isolated: true },
  { name: 'dan', bridge: 'br-b', mac: '52:54:00:00:55:04', isolated: false },
] as const;
const everybody = 'ff:ff:ff:ff:ff:ff';
/** IEEE's number for experiments. */
const etherType = 0x88b5;
const times = 20;

let daemon: TestDaemon;
const spaces: ReturnType<typeof namedNetns>[] = [];
const spaceOf = (name: string) => spaces[guests.findIndex((guest) => guest.name === name)]!;

beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
  for (const bridge of ['br-a', 'br-b']) {
    sh(
      `ip link add ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0; sysctl -qw net.ipv6.conf.${bridge}.disable_ipv6=1; ip link set ${bridge} up`,
    );
    await daemon.run('network.create', {
      xml: `<network><name>${bridge}</name><forward mode='bridge'/><bridge name='${bridge}'/></network>`,
    });
  }
  sh(`ip link add cable0 type veth peer name cable1; ip link set cable0 master br-a; ip link set cable1 master br-b;
    for end in cable0 cable1; do sysctl -qw net.ipv6.conf.$end.disable_ipv6=1; ip link set $end up; done`);
  for (const { name, bridge, mac, isolated } of guests) {
    const space = namedNetns(name);
    spaces.push(space);
    sh(`ip netns exec ${space.name} sysctl -qw net.ipv6.conf.default.disable_ipv6=1`);
    await daemon.run('port.create', {
      network: bridge,
      name,
      mac,
      isolated,
      link: { kind: 'veth', name, netns: space.name, inside: 'eth0' },
    });
    sh(`ip -n ${space.name} link set eth0 up`);
  }
  // Everybody is heard once, so that the switches know where they are.
  for (const { name, mac } of guests) say(name, mac, everybody, 1);
});
afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  for (const space of spaces) space[Symbol.dispose]();
});

function say(name: string, from: string, to: string, count: number): void {
  send(spaceOf(name).name, 'eth0', [ethernet(to, from, etherType, Buffer.from('viaduct'))], count);
}

function linkOf(
  device: string,
  inside = '',
): { readonly address: string; readonly stats64: { readonly rx: { readonly packets: number } } } {
  return JSON.parse(sh(`ip ${inside} -j -s link show dev ${device}`))[0];
}

function counters(): Map<string, number> {
  const received = (name: string, device: string, inside?: string) => [name, linkOf(device, inside).stats64.rx.packets] as const;
  return new Map([
    ...guests.map(({ name }) => received(name, 'eth0', `-n ${spaceOf(name).name}`)),
    ...['br-a', 'br-b'].map((bridge) => received(bridge, bridge)),
  ]);
}

/** Who hears what `name` sends, as the kernel has it. */
function hears(name: string, mac: string, to: string): string[] {
  const before = counters();
  say(name, mac, to, times);
  return [...counters()]
    .filter(([who, count]) => count - before.get(who)! >= times)
    .map(([who]) => who)
    .toSorted();
}

const strangers = [
  { name: 'broadcast', mac: everybody },
  { name: '52:54:00:00:55:99', mac: '52:54:00:00:55:99' },
];
test.each(guests.flatMap((from) => [...guests.filter(({ name }) => name !== from.name), ...strangers].map((to) => ({ from, to }))))(
  'S002: S005: what $from.name sends to $to.name is heard where it is said to be',
  async ({ from, to }) => {
    const { layer2 } = await daemon.run('explain.way', { from: from.name, to: to.name });
    // Where one does not hear the other, the request that looks for him was followed.
    expect(layer2.walk.reached.map(({ link }) => link).toSorted()).toEqual(hears(from.name, from.mac, layer2.mac));
    const isTold = to.name !== 'broadcast' && !to.name.includes(':');
    if (isTold) expect(layer2.verdict).toBe(hears(from.name, from.mac, to.mac).includes(to.name) ? 'heard' : 'apart');
  },
);

test('S006: what is for the host is told from what is passed on', async () => {
  const bridge = linkOf('br-a').address;
  const { layer2 } = await daemon.run('explain.way', { from: 'ann', to: 'br-a' });
  expect(layer2).toMatchObject({
    verdict: 'heard',
    walk: { hops: [{ at: 'br-a', verdict: 'delivered', why: 'own-address' }], reached: [{ kind: 'host', link: 'br-a' }] },
  });
  expect(hears('ann', guests[0].mac, bridge)).toEqual(['br-a']);
});

test('S007: what the host sends by the cable itself does not pass the bridge that the cable is in', async () => {
  const { layer2 } = await daemon.run('explain.way', { from: 'cable0', to: 'broadcast', direct: true });
  const before = counters();
  const source = linkOf('cable0').address;
  const frame = ethernet(everybody, source, etherType, Buffer.from('viaduct')).toString('hex');
  sh(`python3 -c 'import socket
s=socket.socket(socket.AF_PACKET,socket.SOCK_RAW); s.bind(("cable0",0))
for _ in range(${times}): s.send(bytes.fromhex("${frame}"))'`);
  const heard = [...counters()].filter(([who, count]) => count - before.get(who)! >= times).map(([who]) => who);
  expect(layer2.walk.hops[0]).toMatchObject({ at: 'cable0', verdict: 'sent', why: 'past-bridge' });
  expect(layer2.walk.reached.map(({ link }) => link).toSorted()).toEqual(heard.toSorted());
  expect(heard).not.toContain('ann');
});
