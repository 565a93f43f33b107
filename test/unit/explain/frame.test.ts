import { expect, test } from 'vitest';
import type { FdbEntry } from '../../../src/explain/frame/switch.ts';
import { walkFrame, type Frame, type FrameHost } from '../../../src/explain/frame/walk.ts';
import { broadcast } from '../../../src/model/frame.ts';
import type { LinkFacts } from '../../../src/model/link.ts';
import type { PortVlan } from '../../../src/model/vlan.ts';

type Rest = Partial<Omit<LinkFacts, 'bridgePort' | 'bridge'>> & {
  readonly state?: 'forwarding' | 'learning' | 'disabled';
  readonly isolated?: boolean;
  readonly hairpin?: boolean;
  readonly filters?: boolean;
};

function link(name: string, { state = 'forwarding', isolated = false, hairpin = false, filters = false, ...rest }: Rest = {}): LinkFacts {
  return {
    index: 1,
    name: name as never,
    type: '',
    mtu: 1500,
    up: true,
    carrier: true,
    operState: 'up',
    addresses: [],
    stats: { rxBytes: 0, txBytes: 0, rxPackets: 0, txPackets: 0, rxErrors: 0, txErrors: 0, rxDropped: 0, txDropped: 0 },
    ...(rest.type === 'bridge' && { bridge: { id: '', stp: false, forwardDelay: 0, vlanFiltering: filters } }),
    ...(rest.master !== undefined && { bridgePort: { state, isolated, hairpin, pathCost: 2 } }),
    ...rest,
  };
}
const bridge = (name: string, rest: Rest = {}) => link(name, { type: 'bridge', mac: `52:54:00:00:ff:0${name.length}` as never, ...rest });
const tap = (name: string, master: string, rest: Rest = {}) => link(name, { type: 'tun', master: master as never, ...rest });
const access = (id: number): PortVlan[] => [{ id, to: id, pvid: true, untagged: true }];

function host(links: readonly LinkFacts[], more: { fdb?: Record<string, FdbEntry[]>; vlans?: Record<string, PortVlan[]> } = {}): FrameHost {
  return {
    links,
    fdb: new Map(Object.entries(more.fdb ?? {})),
    vlans: new Map(Object.entries(more.vlans ?? {})),
    guests: new Set(links.filter(({ type }) => type === 'tun').map(({ name }) => name)),
  };
}
const heard = (of: FrameHost, frame: Frame) =>
  walkFrame(of, frame).reached.map(({ kind, link: name, ...rest }) => [kind, name, ...('vlan' in rest ? [rest.vlan] : [])].join(' '));
const hops = (of: FrameHost, frame: Frame) =>
  walkFrame(of, frame).hops.map(({ at, in: from, verdict, why }) => `${at} from ${from}: ${verdict}, ${why}`);
const far = '52:54:00:00:00:99';

const lan = host([bridge('br0'), link('eth0', { master: 'br0' as never }), tap('vnet0', 'br0'), tap('vnet1', 'br0')], {
  fdb: {
    br0: [
      { mac: far, link: 'eth0', local: false },
      { mac: '52:54:00:00:00:01', link: 'vnet1', local: false },
    ],
  },
});

test('S002: a bridge floods what is for all or for nobody it knows, forwards what it has learned, and keeps what is its own', () => {
  expect(hops(lan, { from: 'vnet0', to: broadcast })).toEqual(['br0 from vnet0: flooded, broadcast']);
  expect(heard(lan, { from: 'vnet0', to: broadcast })).toEqual(['wire eth0', 'guest vnet1', 'host br0']);
  expect(hops(lan, { from: 'vnet0', to: '52:54:00:00:00:77' })).toEqual(['br0 from vnet0: flooded, unknown-address']);
  expect(heard(lan, { from: 'vnet0', to: '52:54:00:00:00:77' })).toEqual(['wire eth0', 'guest vnet1']);
  expect(heard(lan, { from: 'vnet0', to: far })).toEqual(['wire eth0']);
  expect(hops(lan, { from: 'vnet0', to: far })).toEqual(['br0 from vnet0: forwarded, learned']);
  expect(hops(lan, { from: 'eth0', to: far })).toEqual(['br0 from eth0: dropped, same-port']);
});

test('S006: a frame for the host goes up to it, and one from the host comes down', () => {
  const own = bridge('br0').mac!;
  expect(hops(lan, { from: 'vnet0', to: own })).toEqual(['br0 from vnet0: delivered, own-address']);
  expect(heard(lan, { from: 'vnet0', to: own })).toEqual(['host br0']);
  expect(heard(lan, { from: 'br0', to: '52:54:00:00:00:01' })).toEqual(['guest vnet1']);
});

test('S007: what the host sends by the card itself goes past the bridge', () => {
  expect(walkFrame(lan, { from: 'eth0', to: broadcast, direct: true })).toEqual({
    hops: [{ at: 'eth0', in: 'host', verdict: 'sent', why: 'past-bridge', ports: [] }],
    reached: [{ kind: 'wire', link: 'eth0' }],
    loops: [],
  });
});

const patched = (state: 'forwarding' | 'learning') =>
  host([
    bridge('br0'),
    tap('vnet0', 'br0'),
    tap('vnet1', 'br0'),
    bridge('br12'),
    tap('vnet2', 'br12'),
    tap('vnet3', 'br12'),
    ...['p', 'q'].flatMap((cable) => [
      link(`${cable}0`, { type: 'veth', lower: `${cable}1` as never, master: 'br0' as never }),
      link(`${cable}1`, {
        type: 'veth',
        lower: `${cable}0` as never,
        master: 'br12' as never,
        state: cable === 'q' ? state : 'forwarding',
      }),
    ]),
  ]);

test('S005: a broadcast goes on through a patch cable to every port of the next switch', () => {
  const { reached, loops } = walkFrame(patched('learning'), { from: 'vnet0', to: broadcast });
  expect(reached.map(({ link: name }) => name).toSorted()).toEqual(['br0', 'br12', 'vnet1', 'vnet2', 'vnet3']);
  expect(loops).toEqual([]);
});

test('two cables between two switches are a loop, and it is named', () => {
  expect(walkFrame(patched('forwarding'), { from: 'vnet0', to: broadcast }).loops.toSorted()).toEqual(['br0', 'br12']);
});

test.each([
  ['spanning tree has not let the port in yet', tap('vnet0', 'br0', { state: 'learning' }), 'br0 from vnet0: dropped, port-closed'],
  ['the cable is pulled', tap('vnet0', 'br0', { state: 'disabled' }), 'br0 from vnet0: dropped, port-closed'],
])('nothing comes in while %s', (_why, port, said) => {
  const closed = host([bridge('br0'), port, tap('vnet1', 'br0')]);
  expect(hops(closed, { from: 'vnet0', to: broadcast })).toEqual([said]);
  expect(heard(closed, { from: 'vnet1', to: broadcast })).toEqual(['host br0']);
});

test('isolated ports hear the others and not each other; a hairpin port hears itself', () => {
  const apart = host([bridge('br0'), tap('a', 'br0', { isolated: true }), tap('b', 'br0', { isolated: true }), tap('c', 'br0')]);
  expect(heard(apart, { from: 'a', to: broadcast })).toEqual(['guest c', 'host br0']);
  expect(heard(apart, { from: 'c', to: broadcast })).toEqual(['guest a', 'guest b', 'host br0']);
  const back = host([bridge('br0'), tap('a', 'br0', { hairpin: true })]);
  expect(heard(back, { from: 'a', to: broadcast })).toEqual(['guest a', 'host br0']);
});

/** The tutorials' shape: a VLAN's own device in a bridge of its own. */
const children = host([
  link('eth0'),
  link('eth0.10', { type: 'vlan', lower: 'eth0' as never, vlanTag: 10, master: 'brvlan10' as never }),
  bridge('brvlan10'),
  tap('vnet0', 'brvlan10'),
  link('eth0.20', { type: 'vlan', lower: 'eth0' as never, vlanTag: 20, master: 'brvlan20' as never }),
  bridge('brvlan20'),
  tap('vnet1', 'brvlan20'),
]);

test('S138: an ARP request of VLAN 20 is seen on its bridge and its device, leaves the card with tag 20, and no other bridge sees it', () => {
  const { hops: seen, reached } = walkFrame(children, { from: 'vnet1', to: broadcast });
  expect(seen.map(({ at }) => at)).toEqual(['brvlan20', 'eth0.20']);
  expect(reached).toEqual([
    { kind: 'wire', link: 'eth0', vlan: 20 },
    { kind: 'host', link: 'brvlan20' },
  ]);
});

test('a tagged frame from outside goes to the VLAN of its number alone, and nowhere without one', () => {
  expect(heard(children, { from: 'eth0', to: broadcast, vlan: 10 })).toEqual(['guest vnet0', 'host brvlan10']);
  expect(hops(children, { from: 'eth0', to: broadcast, vlan: 30 })).toEqual(['eth0 from eth0: dropped, no-vlan-device']);
  expect(heard(children, { from: 'eth0', to: broadcast })).toEqual(['host eth0']);
});

test('S013: S014: in a bridge that filters, an access port adds and takes the tag, and a trunk keeps it', () => {
  const filtering = host(
    [
      bridge('br0', { filters: true }),
      link('eth0', { master: 'br0' as never }),
      tap('a', 'br0'),
      tap('b', 'br0'),
      tap('t', 'br0'),
      link('br0.10', { type: 'vlan', lower: 'br0' as never, vlanTag: 10 }),
    ],
    {
      vlans: {
        a: access(10),
        b: access(20),
        t: [
          { id: 10, to: 10, pvid: false, untagged: false },
          { id: 20, to: 20, pvid: true, untagged: true },
        ],
        eth0: [
          { id: 1, to: 1, pvid: true, untagged: true },
          { id: 2, to: 4094, pvid: false, untagged: false },
        ],
        br0: [{ id: 10, to: 10, pvid: false, untagged: false }],
      },
    },
  );
  expect(heard(filtering, { from: 'a', to: broadcast })).toEqual(['wire eth0 10', 'guest t 10', 'host br0.10']);
  expect(heard(filtering, { from: 't', to: broadcast })).toEqual(['wire eth0 20', 'guest b']);
  expect(heard(filtering, { from: 'eth0', to: broadcast, vlan: 20 })).toEqual(['guest b', 'guest t']);
  expect(hops(filtering, { from: 'a', to: broadcast, vlan: 20 })).toEqual(['br0 from a: dropped, vlan-refused']);
  expect(heard(filtering, { from: 'eth0', to: broadcast })).toEqual([]);
});
