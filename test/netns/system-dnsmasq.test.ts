import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DnsmasqObject, HostObject } from '../../src/model/host-state.ts';
import { keyOf } from '../../src/model/host-state.ts';
import { openSystem } from '../../src/system/real.ts';
import type { Bell } from '../../src/system/system.ts';
import {
  bridge,
  create,
  enterNewNetns,
  mac,
  name,
  namedNetns,
  perform,
  remove,
  sh,
  temporarySystem,
  until,
  update,
} from './system-space.ts';

enterNewNetns();
let system: Awaited<ReturnType<typeof temporarySystem>>;

const br = 'br.1';
const object: DnsmasqObject = { kind: 'dnsmasq', bridge: name(br), confFile: `dnsmasq/${br}.conf`, restartOn: 'r1', reloadOn: 'l1' };
const pathOf = (suffix: string): string => join(system.runDir, 'dnsmasq', `${br}.${suffix}`);
const pid = (): number => Number(readFileSync(pathOf('pid'), 'utf8'));
const isAlive = (number: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${number}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function writeConf(...more: string[]): Promise<void> {
  const lines = [
    `pid-file=${pathOf('pid')}`,
    'except-interface=lo',
    'bind-interfaces',
    `interface=${br}`,
    'dhcp-range=192.168.150.2,192.168.150.99,255.255.255.0',
    `dhcp-leasefile=${pathOf('leases')}`,
    `dhcp-hostsfile=${pathOf('hosts')}`,
    'no-ping',
    'no-resolv',
    ...more,
  ];
  await perform(system, create({ kind: 'file', path: object.confFile, text: `${lines.join('\n')}\n` }));
}

async function observed(): Promise<HostObject | undefined> {
  return (await system.observe([object])).get(keyOf(object));
}

beforeAll(async () => {
  system = await temporarySystem();
  await perform(system, create(bridge(br)), create({ kind: 'address', link: name(br), address: '192.168.150.1', prefix: 24 }));
});
beforeEach(async () => {
  await writeConf();
  await perform(system, create({ kind: 'file', path: `dnsmasq/${br}.hosts`, text: '' }));
});
afterAll(async () => {
  await perform(system, remove(object));
  await system[Symbol.asyncDispose]();
});

describe('a dnsmasq', () => {
  test('that refuses its configuration says so in its own words, and leaves nothing behind', async () => {
    await writeConf('no-such-option=1');
    const [error] = await system.perform([create(object)]);
    expect(error?.message).toMatch(new RegExp(`^dnsmasq for ${br} did not start: bad option at line 10 of .*${br}\\.conf$`));
    expect(await observed()).toBeUndefined();
  });

  test('that finds its address taken says so', async () => {
    await perform(system, create(object));
    const rival: DnsmasqObject = { ...object, bridge: name('rival'), confFile: 'dnsmasq/rival.conf' };
    const conf = readFileSync(join(system.runDir, object.confFile), 'utf8').replaceAll(`/${br}.`, '/rival.');
    await perform(system, create({ kind: 'file', path: rival.confFile, text: conf }));
    const [error] = await system.perform([create(rival)]);
    expect(error?.message).toBe(
      'dnsmasq for rival did not start: failed to create listening socket for 192.168.150.1: Address already in use',
    );
    await perform(system, remove(object));
  });

  test('is started once, found by what it has read, reloaded, restarted, stopped', async () => {
    await perform(system, create(object));
    const first = pid();
    expect(await observed()).toEqual(object);
    await perform(system, create(object));
    expect(pid()).toBe(first);

    const reloaded = { ...object, reloadOn: 'l2' };
    await perform(system, update(object, reloaded));
    expect([pid(), await observed()]).toEqual([first, reloaded]);

    const restarted = { ...reloaded, restartOn: 'r2' };
    await perform(system, update(reloaded, restarted));
    const second = pid();
    expect(await observed()).toEqual(restarted);
    expect([second === first, isAlive(first), isAlive(second)]).toEqual([false, false, true]);

    await perform(system, remove(restarted));
    expect([isAlive(second), await observed()]).toEqual([false, undefined]);
    await perform(system, remove(restarted));
  });

  test('takes no inotify instance', async () => {
    await perform(system, create(object));
    expect(sh(`ls -l /proc/${pid()}/fd`)).not.toContain('inotify');
    await perform(system, remove(object));
  });

  test('is found by the next daemon, and its death is noticed within a second by both', async () => {
    await perform(system, create(object));
    const bells: Bell[] = [];
    await using next = await openSystem({ runDir: system.runDir, leaseDir: system.leaseDir });
    const monitors = [system, next].map((each) => each.monitor((bell) => bells.push(bell)));
    expect((await next.observe([object])).get(keyOf(object))).toEqual(object);
    process.kill(pid(), 'SIGKILL');
    const deaths = (): Bell[] => bells.filter(({ kind }) => kind === 'dnsmasq');
    console.log(`death noticed after ${(await until(() => deaths().length === 2, 1000)).toFixed(1)} ms`);
    expect(deaths()).toEqual([
      { kind: 'dnsmasq', bridge: br },
      { kind: 'dnsmasq', bridge: br },
    ]);
    for (const monitor of monitors) monitor[Symbol.dispose]();
    expect(await observed()).toBeUndefined();
  });

  test('whose number another process has now is left alone', async () => {
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    writeFileSync(pathOf('pid'), `${stranger.pid}\n`);
    writeFileSync(pathOf('run'), `${stranger.pid}\nr1\nl1\n`);
    expect(await observed()).toBeUndefined();
    await perform(system, remove(object));
    expect(isAlive(stranger.pid!)).toBe(true);
    stranger.kill();
  });

  test('that was stopped on purpose rings no bell', async () => {
    const bells: Bell[] = [];
    const monitor = system.monitor((bell) => bells.push(bell));
    await perform(system, create(object));
    await perform(system, remove(object));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(bells.filter(({ kind }) => kind === 'dnsmasq')).toEqual([]);
    monitor[Symbol.dispose]();
  });
});

test('a lease is read when it is given, kept over a restart of dnsmasq, and given back', async () => {
  using guest = namedNetns('client');
  await perform(
    system,
    create({ kind: 'file', path: `dnsmasq/${br}.hosts`, text: '52:54:00:00:00:07,192.168.150.77,pet\n' }),
    create(object),
  );
  const veth: HostObject = { kind: 'veth', name: name('c0'), netns: guest.name, inside: name('eth0'), mac: mac('52:54:00:00:00:07') };
  await perform(system, create(veth), create({ kind: 'bridge-port', link: name('c0'), bridge: name(br), isolated: false, claim: 'owned' }));

  const rung: number[] = [];
  const monitor = system.monitor((bell) => bell.kind === 'leases' && bell.bridge === br && rung.push(performance.now()));
  sh(`ip netns exec ${guest.name} busybox udhcpc -i eth0 -n -q -f -T 1 -t 5 -s /bin/true -x hostname:pet 2>&1`);
  const asked = performance.now();
  await until(async () => rung.length > 0 && (await system.leases(name(br))).length > 0, 1000);
  console.log(`lease seen ${(rung[0]! - asked).toFixed(1)} ms after the client was done`);
  monitor[Symbol.dispose]();
  const [lease, ...others] = await system.leases(name(br));
  expect(others).toEqual([]);
  expect(lease).toMatchObject({ family: 'ipv4', address: '192.168.150.77', mac: '52:54:00:00:00:07', hostname: 'pet' });

  await perform(system, update(object, { ...object, restartOn: 'r9' }));
  expect(await system.leases(name(br))).toEqual([lease]);

  await system.releaseLease(name(br), lease!);
  await until(async () => (await system.leases(name(br))).length === 0, 1000);
  await system.forgetLeases(name(br));
  await perform(system, remove(object), remove(veth));
});

test('an IPv6 lease is given back as well', async () => {
  using guest = namedNetns('six');
  const veth: HostObject = { kind: 'veth', name: name('c6'), netns: guest.name, inside: name('eth0'), mac: mac('52:54:00:00:00:08') };
  await perform(system, create(veth));
  await perform(system, create({ kind: 'bridge-port', link: name('c6'), bridge: name(br), isolated: false, claim: 'owned' }));
  await perform(system, create({ kind: 'address', link: name(br), address: '2001:db8:150::1', prefix: 64 }));
  const kept = `1900000000 52:54:00:00:00:07 192.168.150.77 pet *\nduid 00:01:00:01:2d:aa:bb:cc:52:54:00:11:22:33\n1900000000 1001 2001:db8:150::42 six 00:03:00:01:52:54:00:00:00:08\n`;
  writeFileSync(join(system.leaseDir, `${br}.leases`), kept);
  await writeConf('dhcp-range=2001:db8:150::10,2001:db8:150::99,64', 'enable-ra');
  await perform(system, create(object));
  const [four, six] = await system.leases(name(br));
  expect([four?.address, six]).toMatchObject([
    '192.168.150.77',
    { family: 'ipv6', address: '2001:db8:150::42', iaid: '1001', mac: '52:54:00:00:00:08' },
  ]);
  await until(
    () => /inet6 fe80[^\n]*scope link\s/.test(sh(`ip -6 addr show dev ${br}`)) && !sh(`ip -6 addr show dev ${br}`).includes('tentative'),
    5000,
  );
  await perform(system, update(object, { ...object, restartOn: 'after link-local' }));
  await system.releaseLease(name(br), six!);
  await until(async () => (await system.leases(name(br))).length === 1, 2000);
  expect(await system.leases(name(br))).toEqual([four]);
  await perform(system, remove(object), remove(veth));
});

test('twenty are started four at a time, and all serve', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `m${index}`);
  const objects = names.map((bridgeName): DnsmasqObject => ({
    ...object,
    bridge: name(bridgeName),
    confFile: `dnsmasq/${bridgeName}.conf`,
  }));
  for (const [index, bridgeName] of names.entries()) {
    await perform(system, create(bridge(bridgeName)));
    await perform(system, create({ kind: 'address', link: name(bridgeName), address: `10.7.${index}.1`, prefix: 24 }));
    const base = join(system.runDir, 'dnsmasq', bridgeName);
    const text = `pid-file=${base}.pid\nexcept-interface=lo\nbind-interfaces\ninterface=${bridgeName}\ndhcp-range=10.7.${index}.2,10.7.${index}.9\ndhcp-leasefile=${base}.leases\nno-resolv\n`;
    await perform(system, create({ kind: 'file', path: `dnsmasq/${bridgeName}.conf`, text }));
  }
  const start = performance.now();
  await perform(system, ...objects.map(create));
  const started = performance.now();
  expect((await system.observe(objects)).size).toBe(20);
  const read = performance.now();
  await perform(system, ...objects.map(remove));
  const stopped = performance.now();
  console.log(`20 dnsmasq: start ${perOne(started - start)}, observe ${perOne(read - started)}, stop ${perOne(stopped - read)} ms each`);
  expect((await system.observe(objects)).size).toBe(0);
});

function perOne(total: number): string {
  return (total / 20).toFixed(2);
}
