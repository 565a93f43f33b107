import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guard } from '../../src/model/guard.ts';
import type { GuardedPort } from '../../src/service/reach-types.ts';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { send } from './forge.ts';
import { liesOf } from './lies.ts';
import { enterNewNetns, namedNetns, sh, until } from './system-space.ts';

const mac = '52:54:00:00:77:01';
const otherMac = '52:54:00:00:77:02';
const gateway = '10.77.10.1';
const own = '10.77.10.9';

let daemon: TestDaemon;
let liar: ReturnType<typeof namedNetns>;
let witness: ReturnType<typeof namedNetns>;

beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
  [liar, witness] = [namedNetns('liar'), namedNetns('witness')];
  const ipv6 = "<ip family='ipv6' address='fd00:77::1' prefix='64'/>";
  await daemon.run('network.create', {
    xml: natXml('blue', 10, ipv6).replace('</dhcp>', `<host mac='${mac}' name='liar' ip='${own}'/></dhcp>`),
  });
  await daemon.run('port.create', {
    network: 'blue',
    name: 'liar',
    mac,
    link: { kind: 'veth', name: 'liar0', netns: liar.name, inside: 'eth0' },
  });
  await daemon.run('port.create', {
    network: 'blue',
    name: 'witness',
    mac: otherMac,
    link: { kind: 'veth', name: 'witness0', netns: witness.name, inside: 'eth0' },
  });
  for (const { name } of [liar, witness]) sh(`ip -n ${name} link set lo up; ip -n ${name} link set eth0 up`);
});
afterAll(async () => {
  await daemon[Symbol.asyncDispose]();
  liar[Symbol.dispose]();
  witness[Symbol.dispose]();
});

async function dropsOf(link = 'liar0'): Promise<GuardedPort['drops']> {
  return (await daemon.run('guard.list', { network: 'blue' })).find((port) => port.link === link)?.drops ?? {};
}

/** Frames that reached the other guest. */
function received(): number {
  return Number(sh(`ip netns exec ${witness.name} cat /sys/class/net/eth0/statistics/rx_packets`));
}

const all: Guard = { mac: true, ipv4: true, ipv6: true, arp: true, nd: true, dhcpServer: true, ra: true };
const times = 20;

describe('a guarded port drops and counts', () => {
  for (const { name, guard, lies, truths = [] } of liesOf({ mac, own, otherMac, gateway, broadcast: '10.77.10.255' })) {
    test(name, async () => {
      await daemon.run('guard.set', { network: 'blue', guard: {} });
      const open = received();
      send(liar.name, 'eth0', lies, times);
      expect(received() - open).toBeGreaterThanOrEqual(lies.length * times);

      await daemon.run('guard.set', { network: 'blue', guard: guard === 'tag' ? { ipv4: true } : { [guard]: true } });
      sh(`ip -n ${liar.name} link set eth0 arp off`);
      const guarded = received();
      send(liar.name, 'eth0', lies, times);
      expect(received() - guarded).toBeLessThan(times);
      expect((await dropsOf())[guard]).toBe(lies.length * times);

      await daemon.run('guard.set', { network: 'blue', guard: all });
      const before = received();
      send(liar.name, 'eth0', truths, times);
      expect(received() - before).toBeGreaterThanOrEqual(truths.length * times);
      expect((await dropsOf())[guard] ?? 0).toBe(0);
    });
  }
});

test('a guarded guest still gets its lease and reaches the gateway', async () => {
  await daemon.run('guard.set', { network: 'blue', guard: all });
  sh(`ip -n ${liar.name} link set eth0 arp on`);
  sh(
    `ip netns exec ${liar.name} busybox udhcpc -i eth0 -n -q -t 5 -T 1 -A 0 -s /bin/true; ip -n ${liar.name} address add ${own}/24 dev eth0`,
  );
  expect((await daemon.run('network.leases', { network: 'blue' })).map(({ address }) => address)).toContain(own);
  sh(`ip netns exec ${liar.name} busybox ping -c 2 -W 1 ${gateway}`);
});

test('a port may be trusted more than its network, also after a restart of the daemon', async () => {
  await daemon.run('guard.set', { network: 'blue', guard: all });
  await daemon.run('guard.set', { network: 'blue', port: 'liar', guard: { ra: false, nd: false } });
  const guards = () =>
    sh('nft list chain bridge viaduct guard_liar0')
      .match(/comment "(\w+)"/g)
      ?.map((comment) => comment.slice(9, -1));
  const trusted = ['mac', 'tag', 'tag', 'arp', 'arp', 'ipv4', 'ipv4', 'ipv4', 'ipv6', 'dhcpServer', 'dhcpServer'];
  expect(guards()).toEqual(trusted);
  await daemon.restart();
  expect(guards()).toEqual(trusted);
  expect(Object.keys(await dropsOf())).toEqual([...new Set(trusted)]);
  await daemon.run('guard.set', { network: 'blue', port: 'liar', guard: {} });
  expect(guards()).toContain('ra');
});

test("a hypervisor's tap is guarded as its port, and without a port against what no guest may offer", async () => {
  await daemon.run('guard.set', { network: 'blue', guard: all });
  const port =
    '<networkport><uuid>11111111-2222-3333-4444-000000000001</uuid><owner><name>vm</name><uuid>11111111-2222-3333-4444-555555555555</uuid></owner><mac address="52:54:00:aa:bb:cc"/></networkport>';
  await daemon.run('port.createXml', { network: 'blue', xml: port });
  for (const [tap, address] of [
    ['tap-vm', 'fe:54:00:aa:bb:cc'],
    ['tap-other', 'fe:54:00:00:00:99'],
  ] as const) {
    sh(`ip tuntap add ${tap} mode tap; ip link set ${tap} address ${address} master vb-blue up`);
  }
  await until(async () => Object.keys(await dropsOf('tap-vm')).includes('mac'), 5000);
  await until(async () => Object.keys(await dropsOf('tap-other')).includes('ra'), 5000);
  expect(sh('nft list chain bridge viaduct guard_tap-vm')).toContain('ether saddr != 52:54:00:aa:bb:cc');
  expect(Object.keys(await dropsOf('tap-other'))).toEqual(['tag', 'ra', 'dhcpServer']);
  for (const tap of ['tap-vm', 'tap-other']) sh(`ip link delete ${tap}`);
  await until(() => !sh('nft list table bridge viaduct').includes('tap-'), 5000);
});

test('guards that somebody removes are put back, and go with the network', async () => {
  await daemon.run('guard.set', { network: 'blue', guard: all });
  sh('nft flush chain bridge viaduct guard_liar0');
  await until(() => sh('nft list chain bridge viaduct guard_liar0').includes('comment "arp"'), 5000);
  await daemon.run('network.destroy', { network: 'blue' });
  expect(sh('nft list table bridge viaduct')).not.toContain('liar0');
});
