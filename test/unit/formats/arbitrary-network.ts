import * as fc from 'fast-check';
import { formatAddress } from '../../../src/model/address.ts';
import type {
  Bandwidth,
  Bridge,
  Dhcp,
  DhcpHost,
  Dns,
  Forward,
  IpBlock,
  LeaseTime,
  Network,
  PortGroup,
  VirtualPort,
  Vlan,
} from '../../../src/model/network.ts';
import { isMulticastMac, parseMac, parseUuid, type Mac, type Uuid } from '../../../src/model/units.ts';

/** Any network that a definition can say, in the form in which it is kept. */

/** What XML can carry, control characters aside. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((value) => value.trim() === value && !/[\p{Cc}\p{Cn}\p{Cs}\u2028\u2029\uFFFE\uFFFF]/u.test(value));
const field = fc.stringMatching(/^[a-z0-9][a-z0-9.&<>'"_-]{0,9}$/);
const name = text.filter(
  (value) => !value.includes('/') && value !== '.' && value !== '..' && new TextEncoder().encode(value).length < 200,
);
const device = fc.stringMatching(/^[a-z][a-z0-9.]{0,9}$/);
const yesNo = fc.boolean();

const uuid: fc.Arbitrary<Uuid> = fc
  .uuid()
  .map((value) => parseUuid(value))
  .filter((value) => value !== undefined);
const mac: fc.Arbitrary<Mac> = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => parseMac([...bytes].map((byte) => byte.toString(16)).join(':')))
  .filter((value) => value !== undefined)
  .filter((value) => !isMulticastMac(value));

/** Only the fields that were chosen, none of them undefined. */
function some<Fields extends object>(fields: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) {
  return fc.record<Fields, never>(fields, { requiredKeys: [] });
}

const lease: fc.Arbitrary<LeaseTime> = fc.oneof(
  fc.constant({ expiry: 0 }),
  fc.record({ expiry: fc.integer({ min: 120, max: 100_000 }), unit: fc.constantFrom('seconds', 'minutes', 'hours') }),
);

const v4 = (host: number) => `10.77.0.${host}`;
const v6 = (host: number) => formatAddress({ family: 'ipv6', value: 0x20010db8007700000000000000000000n + BigInt(host) });

/** Two promises to one client, or of one address, are refused. */
function allDiffer(hosts: readonly DhcpHost[]): boolean {
  return (['mac', 'id', 'ip'] as const).every((field) => {
    const values = hosts.flatMap((host) => host[field]?.toLowerCase() ?? []);
    return new Set(values).size === values.length;
  });
}

function dhcp(address: (host: number) => string, identity: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Dhcp> {
  const host = fc.integer({ min: 2, max: 253 });
  const range = fc
    .tuple(host, host, some({ lease }))
    .map(([a, b, rest]) => ({ start: address(Math.min(a, b)), end: address(Math.max(a, b)), ...rest }));
  const reservation = fc.tuple(identity, host, some({ lease })).map(([who, number, rest]) => ({ ...who, ip: address(number), ...rest }));
  return fc
    .record({ ranges: fc.array(range, { maxLength: 2 }), hosts: fc.array(reservation, { maxLength: 3 }) })
    .filter(({ ranges, hosts }) => ranges.length + hosts.length > 0 && allDiffer(hosts));
}

const bootp = fc.oneof(fc.record({ file: field }), fc.record({ file: field, server: fc.constant('192.0.2.1') }));
const ipv4: fc.Arbitrary<IpBlock> = fc
  .tuple(
    fc.constantFrom<Partial<IpBlock>>({ netmask: '255.255.255.0' }, { prefix: 24 }, {}),
    some({ familyWritten: fc.constant(true), localPtr: yesNo, tftpRoot: text }),
    fc.option(
      fc.tuple(dhcp(v4, fc.oneof(fc.record({ mac }), fc.record({ name: field }), fc.record({ mac, name: field }))), fc.option(bootp)),
      { nil: undefined },
    ),
  )
  .map(([mask, rest, served]) => ({
    family: 'ipv4',
    address: v4(1),
    ...mask,
    ...rest,
    ...(served && { dhcp: { ...served[0], ...(served[1] && { bootp: served[1] }) } }),
  }));
const ipv6: fc.Arbitrary<IpBlock> = fc
  .tuple(
    fc.constantFrom<Partial<IpBlock>>({ prefix: 64 }, {}),
    some({
      localPtr: yesNo,
      dhcp: dhcp(v6, fc.oneof(fc.record({ id: fc.stringMatching(/^[0-9a-fA-F:]{1,9}$/) }), fc.record({ name: field }))),
    }),
  )
  .map(([mask, rest]) => ({ family: 'ipv6', address: v6(1), ...mask, ...rest }));

const txt = fc.record({ name: field, value: fc.oneof(text, fc.constant('')) });
const srv = fc
  .tuple(
    fc.record({ service: field, protocol: field }),
    fc.oneof(
      some({ domain: field }),
      fc
        .tuple(
          fc.record({ target: field }),
          some({
            domain: field,
            port: fc.integer({ min: 1, max: 65535 }),
            priority: fc.integer({ min: 1, max: 65535 }),
            weight: fc.integer({ min: 1, max: 65535 }),
          }),
        )
        .map(([a, b]) => ({ ...a, ...b })),
    ),
  )
  .map(([a, b]) => ({ ...a, ...b }));
const forwarder = fc.oneof(
  fc.record({ domain: field }),
  fc.record({ addr: fc.constant('192.0.2.53') }),
  fc.record({ domain: field, addr: fc.constant('2001:db8::53') }),
);
const dnsHost = fc.record({ ip: fc.integer({ min: 2, max: 250 }).map(v6), hostnames: fc.array(field, { minLength: 1, maxLength: 3 }) });
const noRecords: Dns = { forwarders: [], txts: [], srvs: [], hosts: [] };
const dns: fc.Arbitrary<Dns> = fc.oneof(
  fc.constant<Dns>({ ...noRecords, enable: false }),
  fc
    .tuple(
      some({ enable: fc.constant(true), forwardPlainNames: yesNo }),
      fc.record({
        forwarders: fc.array(forwarder, { maxLength: 2 }),
        txts: fc.array(txt, { maxLength: 2 }),
        srvs: fc.array(srv, { maxLength: 2 }),
        hosts: fc.array(dnsHost, { maxLength: 2 }),
      }),
    )
    .map(([flags, records]) => ({ ...records, ...flags }))
    .filter(
      ({ forwarders, txts, srvs, hosts, ...flags }) =>
        forwarders.length + txts.length + srvs.length + hosts.length + Object.keys(flags).length > 0,
    ),
);

const rate = fc.integer({ min: 1, max: 1_000_000 });
const limit = fc.tuple(fc.record({ average: rate }), some({ peak: rate, burst: rate })).map(([a, b]) => ({ ...a, ...b }));
const bandwidth: fc.Arbitrary<Bandwidth> = some({ inbound: limit, outbound: limit }).filter((value) => Object.keys(value).length > 0);
const tag = fc.record({ id: fc.integer({ min: 1, max: 4094 }) });
const vlan: fc.Arbitrary<Vlan> = fc.oneof(
  fc.record({ tags: fc.tuple(tag) }),
  fc.record({ trunk: fc.constant(true), tags: fc.array(tag, { minLength: 1, maxLength: 3 }) }),
  fc.record({
    trunk: fc.constant(true),
    tags: fc.tuple(fc.record({ id: fc.constant(5), nativeMode: fc.constantFrom('tagged', 'untagged') }), tag),
  }),
);
const openVswitch: fc.Arbitrary<VirtualPort> = fc
  .tuple(some({ interfaceId: uuid, profileId: field }))
  .map(([rest]) => ({ type: 'openvswitch', ...rest }));
const portGroups: fc.Arbitrary<readonly PortGroup[]> = fc
  .uniqueArray(fc.tuple(fc.record({ name: field }), some({ trustGuestRxFilters: yesNo, bandwidth })), {
    selector: ([{ name: group }]) => group,
    maxLength: 3,
  })
  .chain((groups) =>
    fc.nat().map((chosen) => groups.map(([group, rest], index) => ({ ...group, ...rest, ...(chosen % 5 === index && { default: true }) }))),
  );

const common = fc.tuple(
  fc.record({
    name,
    uuid,
    metadata: fc.constantFrom([], [{ uri: 'urn:a', xml: '<a:b xmlns:a="urn:a" c="d">\n      <a:e/>\n    </a:b>' }]),
    dnsmasqOptions: fc.array(text, { maxLength: 2 }),
    portGroups,
  }),
  some({ title: text, description: text, trustGuestRxFilters: yesNo, portIsolated: yesNo }),
);

const routed: fc.Arbitrary<Forward> = fc.oneof(
  fc.constantFrom<Forward>({ mode: 'isolated' }, { mode: 'open' }),
  some({ uplink: device }).map((rest): Forward => ({ mode: 'route', ...rest })),
  some({
    uplink: device,
    nat: fc.constantFrom(
      { ipv6: true },
      { ipv6: false },
      { address: { start: '192.0.2.1', end: '192.0.2.9' } },
      { port: { start: 5, end: 65535 } },
    ),
  }).map((rest): Forward => ({ mode: 'nat', ...rest })),
);
const ownBridge: fc.Arbitrary<Bridge> = fc
  .tuple(
    fc.record({ name: device, stp: fc.boolean(), delay: fc.nat({ max: 30 }) }),
    some({ zone: field, macTableManager: fc.constantFrom('kernel', 'libvirt') }),
  )
  .map(([a, b]) => ({ ...a, ...b }));
const ownNetwork: fc.Arbitrary<Network> = fc
  .tuple(
    common,
    routed,
    fc.record({ mac, bridge: ownBridge }),
    some({
      ipv6: fc.constant(true),
      mtu: fc.integer({ min: 68, max: 65535 }),
      dns,
      bandwidth,
      domain: fc.record({ name: field, localOnly: fc.constant(true), register: yesNo }),
    }),
    fc.boolean(),
    ipv4,
    ipv6,
  )
  .map(([[base, extras], forward, fixed, more, both, four, six]) => ({
    ...base,
    ...extras,
    ...fixed,
    ...more,
    forward,
    ips: both ? [six, four] : [four],
    routes: [
      { address: '203.0.113.0', prefix: 24, gateway: v4(2) },
      { family: 'ipv4', address: '0.0.0.0', prefix: 0, gateway: v4(3), metric: 9 },
    ],
  }));

const hostBridgeNetwork: fc.Arbitrary<Network> = fc
  .tuple(common, fc.record({ virtualPort: openVswitch }), some({ vlan, bandwidth }))
  .map(([[base, extras], fixed, more]) => ({
    ...base,
    ...extras,
    ...fixed,
    ...more,
    forward: { mode: 'bridge', interfaces: [], addresses: [] },
    bridge: { name: 'br0' },
    ips: [],
    routes: [],
  }));

export const anyNetwork: fc.Arbitrary<Network> = fc.oneof(ownNetwork, hostBridgeNetwork);
