import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { natXml, testDaemon, type TestDaemon } from './daemon-space.ts';
import { enterNewNetns, sh, until } from './system-space.ts';

let daemon: TestDaemon;

beforeAll(async () => {
  enterNewNetns();
  daemon = await testDaemon();
  await daemon.run('network.define', { xml: natXml('h', 40) });
  await daemon.run('network.start', { network: 'h' });
  await daemon.run('network.create', { xml: natXml('other', 41) });
});
afterAll(() => daemon[Symbol.asyncDispose]());
beforeEach(() => {
  daemon.events.length = 0;
});

/** Empty while it is being started. */
const pid = () => says(`cat ${daemon.folder}/run/dnsmasq/vb-h.pid`).trim();
const says = (command: string) => {
  try {
    return sh(command);
  } catch {
    return '';
  }
};
let killed = '';
const withinASecond = 1000;

const breaks: { name: string; act: () => unknown; isWell: () => boolean }[] = [
  {
    name: 'S114: its bridge is deleted',
    act: () => sh('ip link delete vb-h'),
    isWell: () => says('ip -br addr show vb-h').includes('10.77.40.1/24'),
  },
  { name: 'its bridge is taken down', act: () => sh('ip link set vb-h down'), isWell: () => says('ip -br link show vb-h').includes('UP') },
  {
    name: 'its address is removed',
    act: () => sh('ip addr flush dev vb-h'),
    isWell: () => says('ip -br addr show vb-h').includes('10.77.40.1/24'),
  },
  {
    name: 'S118: its dnsmasq is killed',
    act: () => {
      killed = pid();
      process.kill(Number(killed), 'SIGKILL');
    },
    isWell: () => !['', killed].includes(pid()) && says(`kill -0 ${pid()} && echo alive`) !== '',
  },
  {
    name: 'S116: all rules are flushed',
    act: () => sh('nft flush ruleset'),
    isWell: () => says('nft list table inet viaduct').includes('vb-h') && says('nft list table inet viaduct').includes('vb-other'),
  },
  {
    name: 'one of its chains is emptied',
    act: () => sh('nft list table inet viaduct | sed -n "s/.*chain \\(.*vb-h.*\\) {/\\1/p" | head -1 | xargs nft flush chain inet viaduct'),
    isWell: () => !/chain \S*vb-h\S* {\s*}/.test(says('nft list table inet viaduct')),
  },
  {
    name: 'S070: ip_forward is switched off',
    act: () => sh('sysctl -qw net.ipv4.ip_forward=0'),
    isWell: () => sh('sysctl -n net.ipv4.ip_forward').trim() === '1',
  },
];

for (const { name, act, isWell } of breaks) {
  test(`S041: a network is well again within a second after ${name}`, async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    act();
    expect(isWell()).toBe(false);
    const took = await until(isWell, withinASecond);
    await until(() => daemon.events.some((event) => event.kind === 'network-healed'));
    console.log(`${name}: ${took.toFixed(0)} ms`);
    const healed = daemon.events.find((event) => event.kind === 'network-healed');
    expect(healed).toMatchObject({ repaired: expect.arrayContaining([expect.any(String)]) as unknown });
  });
}

test('S090: guests that a hypervisor plugged in are put back when their network is stopped and started', async () => {
  sh('ip tuntap add vnet7 mode tap; ip link set vnet7 master vb-h; ip link set vnet7 up');
  await until(() => [...daemon.service.catalog().networks.values()].some(({ guests }) => guests.includes('vnet7' as never)));
  await daemon.run('network.destroy', { network: 'h' });
  expect(sh('ip -o link show vnet7')).not.toContain('master');
  await daemon.run('network.start', { network: 'h' });
  expect(sh('ip -o link show vnet7')).toContain('master vb-h');
});

test('S056: and when their bridge is lost', async () => {
  sh('ip link delete vb-h');
  await until(() => says('ip -o link show vnet7').includes('master vb-h'), withinASecond);
});

test('a guest that moved to another bridge, or is gone, is let go', async () => {
  sh('ip link set vnet7 master vb-other');
  await until(() =>
    [...daemon.service.catalog().networks.values()].some(({ live, guests }) => live?.name === 'other' && guests.includes('vnet7' as never)),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sh('ip -o link show vnet7')).toContain('master vb-other');
  sh('ip link delete vnet7');
  await until(() => [...daemon.service.catalog().networks.values()].every(({ guests }) => guests.length === 0));
});

test('what cannot be put right is told once, tried again, and told when it is well', async () => {
  sh('ip link delete vb-h; ip link add vb-h type veth peer name vb-h-far');
  await until(() => daemon.events.some(({ kind }) => kind === 'network-troubled'));
  expect((await daemon.run('network.get', { network: 'h' })).trouble).toContain('vb-h');
  expect((await daemon.run('status.get', {})).networks.troubled).toEqual([
    { name: 'h', reason: expect.stringContaining('File exists') as string },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(daemon.events.filter(({ kind }) => kind === 'network-troubled')).toHaveLength(1);
  sh('ip link delete vb-h');
  await until(() => says('ip -br addr show vb-h').includes('10.77.40.1/24'), 10_000);
  await until(() => daemon.events.some(({ kind }) => kind === 'network-healed'));
  expect((await daemon.run('network.get', { network: 'h' })).trouble).toBeUndefined();
});
