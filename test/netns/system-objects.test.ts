import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change, HostObject } from '../../src/model/host-state.ts';
import { keyOf } from '../../src/model/host-state.ts';
import { bridge, create, enterNewNetns, mac, name, namedNetns, perform, remove, sh, temporarySystem } from './system-space.ts';

enterNewNetns();
let system: Awaited<ReturnType<typeof temporarySystem>>;
let guest: ReturnType<typeof namedNetns>;

beforeAll(async () => {
  system = await temporarySystem();
  guest = namedNetns('guest');
});
afterAll(async () => {
  guest[Symbol.dispose]();
  await system[Symbol.asyncDispose]();
});

export async function refusal(...changes: Change[]): Promise<{ code: string; message: string; hint: string }> {
  const error = (await system.perform(changes)).findLast((result) => result !== undefined);
  if (error === undefined) throw new Error('Nothing was refused');
  const { code, hint } = error as Error & { code: string; hint: string };
  return { code, message: error.message, hint };
}

async function observed(object: HostObject): Promise<HostObject | undefined> {
  return (await system.observe([object])).get(keyOf(object));
}

describe('every kind of object is made, found again as it was wanted, made again without harm, and removed', () => {
  // Each stands on those before it; removed in the opposite order.
  const objects = (): HostObject[] => [
    bridge('br0', { mac: mac('52:54:00:00:00:01'), mtu: 1400 }),
    bridge('br1', { stp: true, forwardDelay: 400 }),
    { kind: 'tap', name: name('tap0'), mac: mac('fe:54:00:00:00:02'), uid: 1234, gid: 99, multiQueue: true, vnetHeader: true },
    { kind: 'tap', name: name('tap1'), mtu: 1300, multiQueue: false, vnetHeader: false },
    { kind: 'veth', name: name('veth0'), netns: guest.name, inside: name('eth0'), mac: mac('52:54:00:00:00:03'), mtu: 1400 },
    { kind: 'macvtap', name: name('mvt0'), lower: name('br1'), mode: 'bridge', mac: mac('52:54:00:00:00:04') },
    { kind: 'macvtap', name: name('mvt1'), lower: name('tap1'), mode: 'vepa', mac: mac('52:54:00:00:00:05') },
    { kind: 'bridge-port', link: name('tap0'), bridge: name('br0'), isolated: true, claim: 'owned' },
    { kind: 'bridge-port', link: name('veth0'), bridge: name('br0'), isolated: false, claim: 'owned' },
    { kind: 'address', link: name('br0'), address: '192.168.150.1', prefix: 24 },
    { kind: 'address', link: name('br0'), address: '2001:db8:150::1', prefix: 64 },
    { kind: 'address', link: name('br1'), address: '10.9.9.9', prefix: 32 },
    { kind: 'route', destination: '10.150.0.0/16', gateway: '192.168.150.7', link: name('br0'), metric: 3 },
    { kind: 'route', destination: '2001:db8:151::/48', gateway: '2001:db8:150::7', link: name('br0'), metric: 1 },
    { kind: 'file', path: 'dnsmasq/br0.conf', text: 'strict-order\n# größer\n' },
  ];

  test('create, observe, create again, delete, delete again', async () => {
    const all = objects();
    for (const object of all) {
      expect(await observed(object), `before: ${keyOf(object)}`).toBeUndefined();
      await perform(system, create(object));
      expect(await observed(object), keyOf(object)).toEqual(object);
      await perform(system, create(object));
      expect(await observed(object), `again: ${keyOf(object)}`).toEqual(object);
    }
    expect([...(await system.observe(all)).values()]).toEqual(all);
    for (const object of all.toReversed()) {
      await perform(system, remove(object));
      expect(await observed(object), `after: ${keyOf(object)}`).toBeUndefined();
      await perform(system, remove(object));
    }
    expect(sh('ip -br link').trim().split('\n')).toHaveLength(1);
  });
});
