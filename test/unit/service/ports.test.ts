import { describe, expect, test } from 'vitest';
import type { Lease } from '../../../src/model/lease.ts';
import type { Network } from '../../../src/model/network.ts';
import { chooseAddress } from '../../../src/service/addresses.ts';
import { addPort, setBandwidth, type PortDraft } from '../../../src/service/port-edits.ts';
import { mac, nat, network, port, running, uuid } from './samples.ts';

const plugInto = (into: Network, ...drafts: PortDraft[]) =>
  drafts.reduce((catalog, draft) => addPort(catalog, into.uuid, draft, false), running(into)).ports;
const only = (into: Network, draft: PortDraft) => plugInto(into, draft).get(draft.uuid);

describe('a port is completed', () => {
  const groups = `<portgroup name='slow'><bandwidth><inbound average='10'/></bandwidth></portgroup><portgroup name='usual' default='yes' trustGuestRxFilters='yes'><bandwidth><inbound average='20'/></bandwidth></portgroup>`;
  const cases: { name: string; into: Network; draft: PortDraft; want: object }[] = [
    {
      name: 'from the default portgroup',
      into: nat('n', 1, groups),
      draft: port(1),
      want: { bandwidth: { inbound: { average: 20 } }, trustGuestRxFilters: true },
    },
    {
      name: 'from the portgroup it names',
      into: nat('n', 1, groups),
      draft: port(1, { group: 'slow' }),
      want: { bandwidth: { inbound: { average: 10 } } },
    },
    {
      name: 'from no portgroup when it names one nobody knows',
      into: nat('n', 1, groups),
      draft: port(1, { group: 'x' }),
      want: { group: 'x' },
    },
    {
      name: 'with its own words before those of the portgroup',
      into: nat('n', 1, groups),
      draft: port(1, { bandwidth: { inbound: { average: 5 } } }),
      want: { bandwidth: { inbound: { average: 5 } } },
    },
    { name: 'with the isolation of its network', into: nat('n', 1, "<port isolated='yes'/>"), draft: port(1), want: { isolated: true } },
    {
      name: 'with the virtualports of network and portgroup together',
      into: network(
        'o',
        `<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'><parameters interfaceid='${uuid(7)}'/></virtualport>`,
      ),
      draft: port(1, { virtualPort: { type: 'openvswitch', profileId: 'p' } }),
      want: { virtualPort: { type: 'openvswitch', profileId: 'p', interfaceId: uuid(7) }, plug: { type: 'bridge', bridge: 'br0' } },
    },
  ];
  for (const { name, into, draft, want } of cases) test(name, () => expect(only(into, draft)).toMatchObject(want));
});

describe('a port is refused', () => {
  const limited = "<bandwidth><inbound average='100' peak='200'/></bandwidth>";
  const cases: { name: string; into: Network; drafts: PortDraft[]; want: string }[] = [
    {
      name: 'a virtualport behind NAT',
      into: nat('n'),
      drafts: [port(1, { virtualPort: { type: 'openvswitch' } })],
      want: "<virtualport type='openvswitch'> not supported for network 'n' which uses IP forwarding",
    },
    {
      name: 'a VLAN tag behind NAT',
      into: nat('n'),
      drafts: [port(1, { vlan: { tags: [{ id: 5 }] } })],
      want: "an interface connecting to network 'n' is requesting a vlan tag, but that is not supported for this type of network",
    },
    {
      name: 'a floor without a limit to take it from',
      into: nat('n'),
      drafts: [port(1, { bandwidth: { inbound: { floor: 10 } } })],
      want: "network 'n' has no inbound QoS set",
    },
    {
      name: 'floors that add up to more than the peak',
      into: nat('n', 1, limited),
      drafts: [port(1, { bandwidth: { inbound: { floor: 150 } } }), port(2, { bandwidth: { inbound: { floor: 60 } } })],
      want: "would overcommit 'peak' on network 'n'",
    },
    {
      name: 'a virtualport that contradicts its network',
      into: network('o', "<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'/>"),
      drafts: [port(1, { virtualPort: { type: 'midonet' } })],
      want: 'mismatched type',
    },
  ];
  for (const { name, into, drafts, want } of cases) test(name, () => expect(() => plugInto(into, ...drafts)).toThrow(want));
});

test('every floor has a class of its own, from 3 on, and the lowest free one is given again', () => {
  const floor = { bandwidth: { inbound: { floor: 10 } } };
  const into = nat('n', 1, "<bandwidth><inbound average='100'/></bandwidth>");
  const ports = plugInto(into, port(1, floor), port(2), port(3, floor));
  expect([...ports.values()].map(({ bandwidth }) => bandwidth?.classId)).toEqual([3, undefined, 4]);
  const catalog = { ...running(into), ports };
  const freed = setBandwidth(catalog, ports.get(port(1).uuid)!, { inbound: null, outbound: { average: 5 } });
  expect(freed.ports.get(port(1).uuid)?.bandwidth).toEqual({ outbound: { average: 5 } });
  expect(addPort(freed, into.uuid, port(4, floor), false).ports.get(port(4).uuid)?.bandwidth?.classId).toBe(3);
});

describe('a limit of a port', () => {
  const [into, both] = [nat('n'), { inbound: { average: 10, peak: 20 }, outbound: { average: 5 } }];
  const cases: { name: string; given: Parameters<typeof setBandwidth>[2]; want: object | undefined }[] = [
    { name: 'is set one way and left the other', given: { inbound: { average: 7 } }, want: { ...both, inbound: { average: 7 } } },
    { name: 'is taken away one way and left the other', given: { outbound: null }, want: { inbound: both.inbound } },
    { name: 'is taken away both ways', given: { inbound: null, outbound: null }, want: undefined },
    { name: 'stays as it is when nothing is said', given: {}, want: both },
  ];
  for (const { name, given, want } of cases) {
    test(name, () => {
      const ports = plugInto(into, port(1, { bandwidth: both }));
      const after = setBandwidth({ ...running(into), ports }, ports.get(port(1).uuid)!, given);
      expect(after.ports.get(port(1).uuid)?.bandwidth).toEqual(want);
    });
  }
});

describe('the address that is held for a guest', () => {
  const into = nat('n');
  const lease = (number: number, address: string): Lease => ({ family: 'ipv4', address, mac: mac(number), expiry: 0 });
  const choose = (number: number, leases: readonly Lease[] = [], held: readonly [number, string][] = [], definition = into) =>
    chooseAddress(
      definition,
      mac(number),
      held.map(([other, address]) => ({ ...port(other), address, network: definition.uuid, plug: { type: 'none' } as const })),
      leases,
    );

  test('follows from its MAC, and lies in the range', () => {
    expect(choose(1)).toMatch(/^10\.0\.1\.([2-9]|1\d|20)$/);
    expect(choose(1)).toBe(choose(1));
  });
  test('is the one it has a lease for', () => expect(choose(1, [lease(1, '10.0.1.17')])).toBe('10.0.1.17'));
  test('is the one its other port has', () => expect(choose(1, [], [[1, '10.0.1.9']])).toBe('10.0.1.9'));
  test('is nobody else’s lease or promise', () => {
    const mine = choose(1)!;
    expect(choose(1, [lease(2, mine)])).not.toBe(mine);
    expect(choose(1, [], [[2, mine]])).not.toBe(mine);
  });
  test('is never one that the definition reserves', () => {
    const mine = choose(1)!;
    const reserved = nat('n', 1).ips.map((ip) => ({ ...ip, dhcp: { ranges: ip.dhcp!.ranges, hosts: [{ mac: mac(2), ip: mine }] } }));
    expect(choose(1, [], [], { ...into, ips: reserved })).not.toBe(mine);
    expect(choose(2, [], [], { ...into, ips: reserved })).toBeUndefined();
  });
  test('is the last free one of a range that is nearly full, and none of a full one', () => {
    const all = Array.from({ length: 19 }, (_, index) => lease(index + 50, `10.0.1.${index + 2}`));
    expect(choose(1, all.slice(1))).toBe('10.0.1.2');
    expect(choose(1, all)).toBeUndefined();
  });
});
