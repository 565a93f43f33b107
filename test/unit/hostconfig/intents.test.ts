import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backends } from '../../../src/hostconfig/index.ts';
import type { HostInterface, InterfacePart, InterfaceProtocol } from '../../../src/model/host-interface.ts';
import { parseMac } from '../../../src/model/units.ts';
import { applied, definitionsIn, filesBelow } from './host-folder.ts';

const golden = join(import.meta.dirname, '../../golden/hostconfig');
const uuidOf = (name: string): string => `00000000-0000-4000-8000-${Buffer.from(name.padEnd(6, '-').slice(-6)).toString('hex')}`;

const ipv4: fc.Arbitrary<InterfaceProtocol> = fc
  .record({ dhcp: fc.boolean(), hosts: fc.uniqueArray(fc.integer({ min: 2, max: 250 }), { maxLength: 3 }), gateway: fc.boolean() })
  .map(({ dhcp, hosts, gateway }) => ({
    family: 'ipv4',
    ...(dhcp && { dhcp: {} }),
    ips: hosts.map((host) => ({ address: `192.0.2.${host}`, prefix: 24 })),
    ...(gateway && { gateway: '192.0.2.1' }),
  }));
const ipv6: fc.Arbitrary<InterfaceProtocol> = fc
  .record({
    autoconf: fc.boolean(),
    dhcp: fc.boolean(),
    hosts: fc.uniqueArray(fc.integer({ min: 2, max: 99 }), { maxLength: 2 }),
    gateway: fc.boolean(),
  })
  .map(({ autoconf, dhcp, hosts, gateway }) => ({
    family: 'ipv6',
    ...(autoconf && { autoconf }),
    ...(dhcp && { dhcp: {} }),
    ips: hosts.map((host) => ({ address: `2001:db8::${host}`, prefix: 64 })),
    ...(gateway && { gateway: 'fe80::1' }),
  }));
const protocols = fc
  .tuple(fc.option(ipv4, { nil: undefined }), fc.option(ipv6, { nil: undefined }))
  .map((both) => both.flatMap((one) => one ?? []));
const mac = parseMac('52:54:00:00:00:10');
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const base = fc
  .record({
    protocols,
    mtu: optional(fc.integer({ min: 1280, max: 9000 })),
    start: optional(fc.constantFrom('onboot' as const, 'none' as const)),
  })
  .map(({ protocols: all, mtu, start }) => ({ protocols: all, ...(mtu !== undefined && { mtu }), ...(start !== undefined && { start }) }));
const cards = (names: readonly string[]): InterfacePart[] => names.map((name) => ({ type: 'ethernet', name }));

const wanted: fc.Arbitrary<HostInterface> = fc.oneof(
  base.map((one) => ({ ...one, type: 'ethernet' as const, name: 'eth0' })),
  fc
    .tuple(base, fc.integer({ min: 1, max: 4094 }))
    .map(([one, tag]) => ({ ...one, type: 'vlan' as const, name: `eth0.${tag}`, tag, lower: 'eth0' })),
  fc
    .tuple(base, fc.subarray(['eth0', 'eth1']), optional(fc.boolean()), optional(fc.integer({ min: 0, max: 30 })), fc.boolean())
    .map(([one, ports, stp, delay, pinned]) => ({
      ...one,
      type: 'bridge' as const,
      name: 'br0',
      ...(stp !== undefined && { stp }),
      ...(delay !== undefined && { delay }),
      ...(pinned && mac !== undefined && { mac }),
      ports: cards(ports),
    })),
  fc
    .tuple(base, fc.subarray(['eth0', 'eth1']), fc.constantFrom('active-backup', '802.3ad', undefined), fc.boolean())
    .map(([one, ports, mode, watched]) => ({
      ...one,
      type: 'bond' as const,
      name: 'bond0',
      ...(mode !== undefined && { mode }),
      ...(watched && { miimon: { freq: 100, downDelay: 200 } }),
      ports: cards(ports),
    })),
);

/** What was asked, as a reader gives it back; addresses in any order. */
function asked({ type, protocols: all, mtu, start }: HostInterface): object {
  const sorted = all.map((protocol) => ({
    ...protocol,
    ips: protocol.ips.toSorted((one, other) => (one.address < other.address ? -1 : 1)),
  }));
  return {
    type,
    protocols: sorted.filter(
      ({ dhcp, autoconf, ips, gateway }) => dhcp !== undefined || autoconf === true || ips.length > 0 || gateway !== undefined,
    ),
    ...(mtu !== undefined && { mtu }),
    ...(start !== undefined && { start }),
  };
}

describe.each(['bridge-over-a-nic-by-dhcp', 'bridge-over-a-nic-with-addresses', 'bridge-removed'])('over the files before %s', (name) => {
  test.each(backends.map((backend) => ({ backend: backend.name, write: backend.write })))(
    '$backend says what was asked, or why not; twice is once',
    ({ backend, write }) => {
      const before = filesBelow(join(golden, name, 'before', backend));
      let written = 0;
      fc.assert(
        fc.property(wanted, (one) => {
          const edit = write([one], before, { uuidOf });
          if ('unsupported' in edit) return;
          written += 1;
          const after = applied(before, edit);
          const found = definitionsIn(backend, after).get(one.name);
          expect(found === undefined ? undefined : asked(found)).toMatchObject(asked(one));
          expect(write([one], after, { uuidOf })).toEqual({ changes: [] });
        }),
        { numRuns: 40 },
      );
      expect(written).toBeGreaterThan(5);
    },
  );
});

test.each(backends.map((backend) => ({ backend: backend.name, write: backend.write })))(
  '$backend does not leave out in silence what it has no words for: a bridge that filters VLANs, tags of 802.1ad',
  ({ write }) => {
    const base = { protocols: [] as const };
    const vlan = { type: 'vlan', name: 'eth0.100', tag: 100, lower: 'eth0', protocol: '802.1ad' } as const;
    const asked: readonly (readonly [HostInterface, string])[] = [
      [{ ...base, type: 'bridge', name: 'br0', vlanFiltering: true, ports: cards(['eth0']) }, 'br0 filters VLANs'],
      [{ ...base, ...vlan }, 'eth0.100 has tags of 802.1ad'],
      [{ ...base, type: 'bridge', name: 'br0', ports: [vlan] }, 'eth0.100 has tags of 802.1ad'],
    ];
    for (const [one, why] of asked) expect(write([one], [], { uuidOf })).toEqual({ unsupported: expect.stringContaining(why) });
  },
);
