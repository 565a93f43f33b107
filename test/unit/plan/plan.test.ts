import { expect, test } from 'vitest';
import { hostState, keyOf } from '../../../src/model/host-state.ts';
import type {
  AddressObject,
  BridgeObject,
  BridgePortObject,
  Change,
  DnsmasqObject,
  HostObject,
  HostState,
  NftNetworkObject,
} from '../../../src/model/host-state.ts';
import { diffState } from '../../../src/plan/diff.ts';
import { planChanges, planDigest } from '../../../src/plan/plan.ts';
import type { PlanNames } from '../../../src/plan/interrupts.ts';
import { nftNetwork } from '../../../src/compile/linux/nftables.ts';
import type { Forward } from '../../../src/model/network.ts';
import { renderPlan } from '../../../src/plan/render.ts';
import type { IfName } from '../../../src/model/units.ts';
import { ifName, ipv4, mac, network } from '../compile/networks.ts';

const virbr7 = ifName('virbr7');
const bridge: BridgeObject = { kind: 'bridge', name: virbr7, mtu: 1500, stp: true, forwardDelay: 200, vlanFiltering: false, up: true };
const address: AddressObject = { kind: 'address', link: virbr7, address: '192.168.77.1', prefix: 24 };
const forwarding: HostObject = { kind: 'sysctl', key: 'net.ipv4.ip_forward', value: '1', shared: true };
const ownSysctl: HostObject = { kind: 'sysctl', key: 'net.ipv6.conf.virbr7.autoconf', value: '0', shared: false };
const rules: NftNetworkObject = { kind: 'nft-network', bridge: virbr7, rules: { chains: [{ name: 'c', rules: [] }], elements: [] } };
const file: HostObject = { kind: 'file', path: 'dnsmasq/virbr7.conf', text: 'a\n' };
const dnsmasq: DnsmasqObject = { kind: 'dnsmasq', bridge: virbr7, confFile: 'dnsmasq/virbr7.conf', restartOn: '1', reloadOn: '1' };
const guest: BridgePortObject = { kind: 'bridge-port', link: ifName('vnet0'), bridge: virbr7, isolated: false, claim: 'guest' };
/** What the kernel says of a link without a master. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no interface can have this name
const noBridge = '' as IfName;
const route: HostObject = { kind: 'route', destination: '10.0.0.0/8', gateway: '192.168.77.2', link: virbr7, metric: 1 };
const whole = [dnsmasq, file, forwarding, guest, address, ownSysctl, bridge, route, rules];

function summaries(changes: readonly Change[]): string[] {
  return planChanges(changes).steps.map(({ summary }) => summary);
}

function kinds(changes: readonly Change[]): string[] {
  return planChanges(changes).steps.map(({ change }) => change.object.kind);
}

function digestOf(object: HostObject): string {
  return planDigest(planChanges([{ action: 'create', object }]));
}

test('what is there and agrees needs no change', () => {
  expect(diffState(hostState(whole), hostState(whole), hostState(whole))).toEqual([]);
});

test("a hypervisor's link is left as it is on our bridge, except whether its own frames come back to it", () => {
  const wanted = { ...guest, hairpin: true };
  const there = { ...guest, isolated: true, hairpin: false };
  expect(diffState(hostState([guest]), hostState([{ ...there, hairpin: true }]))).toEqual([]);
  expect(diffState(hostState([wanted]), hostState([there]))).toEqual([{ action: 'update', from: there, object: wanted }]);
  expect(diffState(hostState([wanted]), hostState([{ ...there, bridge: ifName('br0') }]))).toEqual([]);
});

test('what desired does not state is left as it is', () => {
  const { mtu: _, ...withoutMtu } = bridge;
  expect(diffState(hostState([withoutMtu]), hostState([{ ...bridge, mtu: 9000 }]))).toEqual([]);
});

test('a field that differs is an update of the same object, never a new bridge', () => {
  const observed = { ...bridge, stp: false, forwardDelay: 0 };
  expect(diffState(hostState([bridge]), hostState([observed]))).toEqual([{ action: 'update', from: observed, object: bridge }]);
});

test('a bridge that somebody took down is brought up', () => {
  expect(summaries(diffState(hostState([bridge]), hostState([{ ...bridge, up: false }])))).toEqual(['bring up bridge virbr7']);
});

test('a changed address is a new one and the end of the old one', () => {
  const moved: HostObject = { ...address, address: '192.168.77.2' };
  const changes = diffState(hostState([bridge, moved]), hostState([bridge, address]), hostState([bridge, address]));
  expect(summaries(changes)).toEqual(['add address 192.168.77.2/24 on virbr7', 'remove address 192.168.77.1/24 on virbr7']);
});

test('a lost bridge comes back with all that hung on it, and its dnsmasq starts anew to hear the new link', () => {
  const desired = hostState([bridge, address, file, dnsmasq]);
  expect(summaries(diffState(desired, hostState([file, dnsmasq])))).toEqual([
    'create bridge virbr7',
    'add address 192.168.77.1/24 on virbr7',
    'restart DHCP and DNS on virbr7',
  ]);
});

test('a dnsmasq whose bridge nobody looked at is only reloaded', () => {
  expect(summaries(diffState(hostState([dnsmasq]), hostState([{ ...dnsmasq, reloadOn: '0' }])))).toEqual(['reload DHCP and DNS on virbr7']);
});

test('what is not owned is never deleted, nor what is gone already', () => {
  expect(diffState(hostState([]), hostState([bridge]))).toEqual([]);
  expect(diffState(hostState([]), hostState([]), hostState([bridge]))).toEqual([]);
});

test('a switch of the whole host is set and never put back', () => {
  expect(diffState(hostState([forwarding]), hostState([]))).toHaveLength(1);
  expect(diffState(hostState([]), hostState([forwarding]), hostState([forwarding]))).toEqual([]);
});

const loose: HostObject = { ...guest, bridge: noBridge };
const elsewhere: HostObject = { ...guest, bridge: ifName('br0'), isolated: true };
const guests: { name: string; observed: HostObject[]; start: string[]; stop: string[] }[] = [
  { name: 'that is on no bridge is put back', observed: [loose], start: ['attach port vnet0 of bridge virbr7'], stop: [] },
  { name: 'that is missing is no drift', observed: [], start: [], stop: [] },
  { name: 'on another bridge stays there', observed: [elsewhere], start: [], stop: [] },
  { name: 'on our bridge is let go when the network stops', observed: [guest], start: [], stop: ['detach port vnet0 of bridge virbr7'] },
];
for (const { name, observed, start, stop } of guests) {
  test(`a hypervisor's link ${name}`, () => {
    expect(summaries(diffState(hostState([guest]), hostState(observed)))).toEqual(start);
    expect(summaries(diffState(hostState([]), hostState(observed), hostState([guest])))).toEqual(stop);
  });
}

test('rules differ as a whole', () => {
  const other: HostObject = { ...rules, rules: { chains: [], elements: [] } };
  expect(diffState(hostState([rules]), hostState([other]))).toHaveLength(1);
});

test('a network is built bottom up, and never without its rules', () => {
  expect(summaries(diffState(hostState(whole), hostState([loose])))).toEqual([
    'add firewall rules of virbr7',
    'create bridge virbr7',
    'set sysctl net.ipv6.conf.virbr7.autoconf=0',
    'add address 192.168.77.1/24 on virbr7',
    'attach port vnet0 of bridge virbr7',
    'add route to 10.0.0.0/8 via 192.168.77.2 on virbr7',
    'set sysctl net.ipv4.ip_forward=1',
    'write file dnsmasq/virbr7.conf',
    'start DHCP and DNS on virbr7',
  ]);
});

test('and taken down the other way round', () => {
  expect(kinds(diffState(hostState([]), hostState(whole), hostState(whole)))).toEqual([
    'dnsmasq',
    'file',
    'route',
    'bridge-port',
    'address',
    'sysctl',
    'bridge',
    'nft-network',
  ]);
});

test('several networks are handled kind by kind', () => {
  const virbr8 = ifName('virbr8');
  const both = [bridge, address, rules, { ...bridge, name: virbr8 }, { ...address, link: virbr8 }, { ...rules, bridge: virbr8 }];
  expect(kinds(diffState(hostState(both), hostState([])))).toEqual([
    'nft-network',
    'nft-network',
    'bridge',
    'bridge',
    'address',
    'address',
  ]);
  expect(kinds(diffState(hostState([]), hostState(both), hostState(both)))).toEqual([
    'address',
    'address',
    'bridge',
    'bridge',
    'nft-network',
    'nft-network',
  ]);
});

test('new things are there before old ones go', () => {
  const old: HostObject = { ...bridge, name: ifName('virbr8') };
  expect(summaries(diffState(hostState([bridge]), hostState([old]), hostState([old])))).toEqual([
    'create bridge virbr7',
    'delete bridge virbr8',
  ]);
});

test('unless an address moves: its old place is cleared first', () => {
  const old: HostObject[] = [
    { ...bridge, name: ifName('virbr8') },
    { ...address, link: ifName('virbr8') },
  ];
  expect(summaries(diffState(hostState([bridge, address]), hostState(old), hostState(old)))).toEqual([
    'remove address 192.168.77.1/24 on virbr8',
    'delete bridge virbr8',
    'create bridge virbr7',
    'add address 192.168.77.1/24 on virbr7',
  ]);
});

const names: PlanNames = {
  network: (bridgeName) => (bridgeName === 'virbr7' ? 'blue' : undefined),
  guests: (bridgeName) => (bridgeName === 'virbr7' ? ['web', 'db'] : []),
  guest: (link) => (link === 'vnet0' ? 'web' : undefined),
};
/** What a network of this kind has, with one subnet. */
function rulesOf(forward: Forward): NftNetworkObject {
  return { kind: 'nft-network', bridge: virbr7, rules: nftNetwork(network({ forward, ips: [ipv4()] }))! };
}
const rulesChange = (from: Forward, to: Forward): Change => ({ action: 'update', from: rulesOf(from), object: rulesOf(to) });
const tap: HostObject = { kind: 'tap', name: ifName('vnet0'), multiQueue: false, vnetHeader: true };
const interruptions: { name: string; change: Change; want: string | undefined }[] = [
  {
    name: 'a reload of host files is not noticed',
    change: { action: 'update', from: { ...dnsmasq, reloadOn: '0' }, object: dnsmasq },
    want: undefined,
  },
  {
    name: 'a restart pauses DHCP and DNS',
    change: { action: 'update', from: { ...dnsmasq, restartOn: '0' }, object: dnsmasq },
    want: 'DHCP and DNS of network blue pause for less than a second',
  },
  {
    name: 'a bridge that goes takes its guests off',
    change: { action: 'delete', object: bridge },
    want: 'Guests of network blue (web, db) lose their connection until it is started again',
  },
  {
    name: 'a bridge of no network that goes',
    change: { action: 'delete', object: { ...bridge, name: ifName('br0') } },
    want: 'Guests of br0 lose their connection',
  },
  {
    name: 'spanning tree holds new ports back at first',
    change: { action: 'update', from: { ...bridge, stp: false }, object: bridge },
    want: 'Guests that are plugged into network blue from now on wait 4 seconds until frames pass',
  },
  {
    name: 'a larger MTU is not an interruption',
    change: { action: 'update', from: { ...bridge, mtu: 1400 }, object: bridge },
    want: undefined,
  },
  {
    name: 'a smaller MTU holds up large packets',
    change: { action: 'update', from: bridge, object: { ...bridge, mtu: 1400 } },
    want: 'Packets of more than 1400 bytes do not reach guests of network blue (web, db) until they renew their leases',
  },
  { name: 'a tap that goes', change: { action: 'delete', object: tap }, want: 'Guest web behind vnet0 loses its connection' },
  {
    name: 'a link that leaves',
    change: { action: 'delete', object: { ...guest, link: ifName('vnet5') } },
    want: 'The guest behind vnet5 leaves network blue',
  },
  {
    name: 'a gateway that goes',
    change: { action: 'delete', object: address },
    want: 'Guests of network blue (web, db) lose their gateway 192.168.77.1',
  },
  {
    name: 'isolation takes the way out',
    change: rulesChange({ mode: 'nat' }, { mode: 'isolated' }),
    want: 'Guests of network blue (web, db) lose their way out',
  },
  {
    name: 'so does a way out by one interface alone',
    change: rulesChange({ mode: 'nat' }, { mode: 'nat', uplink: 'eth1' }),
    want: 'Guests of network blue (web, db) lose their way out',
  },
  {
    name: 'and another interface takes that of the first',
    change: rulesChange({ mode: 'nat', uplink: 'eth0' }, { mode: 'nat', uplink: 'eth1' }),
    want: 'Guests of network blue (web, db) lose their way out by eth0',
  },
  { name: 'a wider way out takes nothing', change: rulesChange({ mode: 'nat', uplink: 'eth0' }, { mode: 'nat' }), want: undefined },
  {
    name: 'NAT hides guests that were reached',
    change: rulesChange({ mode: 'route' }, { mode: 'nat' }),
    want: 'Guests of network blue (web, db) are no longer reached from outside',
  },
  { name: 'a way out and to guests takes nothing', change: rulesChange({ mode: 'nat' }, { mode: 'route' }), want: undefined },
  {
    name: 'rules where there were none hide guests',
    change: { action: 'create', object: rulesOf({ mode: 'nat' }) },
    want: 'Guests of network blue (web, db) are no longer reached from outside',
  },
  {
    name: 'or take everything',
    change: { action: 'create', object: rulesOf({ mode: 'isolated' }) },
    want: 'Guests of network blue (web, db) lose their way out, and are no longer reached from outside',
  },
  {
    name: 'a network nobody names goes by its bridge',
    change: { action: 'delete', object: { ...dnsmasq, bridge: ifName('virbr9') } },
    want: 'DHCP and DNS of virbr9 end',
  },
];
for (const { name, change, want } of interruptions) {
  test(`interrupts: ${name}`, () => {
    expect(planChanges([change], names).steps[0]?.interrupts).toBe(want);
  });
}

test('a network that is stopped is announced once', () => {
  const veth: HostObject = { kind: 'veth', name: ifName('vnet0'), netns: 'guest', inside: ifName('eth0'), mac: mac(1) };
  const all = hostState([...whole, veth]);
  const { steps } = planChanges(diffState(hostState([]), all, all), names);
  expect(steps.flatMap(({ interrupts }) => interrupts ?? [])).toEqual([
    'Guests of network blue (web, db) lose their connection until it is started again',
  ]);
});

test('a gateway that another one takes the place of is found when leases are renewed', () => {
  const other: HostObject = { ...address, address: '192.168.77.254' };
  const { steps } = planChanges(diffState(hostState([bridge, other]), hostState([bridge, address]), hostState([address])), names);
  expect(steps.flatMap(({ interrupts }) => interrupts ?? [])).toEqual([
    'Guests of network blue (web, db) lose their gateway 192.168.77.1 until they renew their leases',
  ]);
});

test('what is new with a bridge takes nothing from anybody', () => {
  const desired = hostState([bridge, rulesOf({ mode: 'nat' })]);
  expect(planChanges(diffState(desired, hostState([])), names).steps.flatMap(({ interrupts }) => interrupts ?? [])).toEqual([]);
});

test('every step carries its way back', () => {
  const from = { ...bridge, mtu: 1400 };
  expect(planChanges([{ action: 'update', from, object: bridge }]).steps[0]).toMatchObject({
    summary: 'change bridge virbr7 (mtu 1400 to 1500)',
    undo: { action: 'update', from: bridge, object: from },
  });
});

test('a plan reads as lines, warnings and a count', () => {
  const changes: Change[] = [
    { action: 'create', object: address },
    { action: 'update', from: { ...dnsmasq, restartOn: '0' }, object: dnsmasq },
  ];
  expect(renderPlan(planChanges(changes, names))).toBe(
    [
      '  + add address 192.168.77.1/24 on virbr7',
      '  ~ restart DHCP and DNS on virbr7',
      '',
      '  ! DHCP and DNS of network blue pause for less than a second.',
      '',
      '1 to create, 1 to change, 0 to delete.',
      '',
    ].join('\n'),
  );
  expect(renderPlan({ steps: [] })).toBe('Nothing to do: the host is as it should be.\n');
});

test('the digest tells plans apart, whatever order their fields were written in', () => {
  const { kind, ...rest } = address;
  const again = { ...rest, kind };
  expect(digestOf(again)).toBe(digestOf(address));
  expect(digestOf({ ...address, prefix: 25 })).not.toBe(digestOf(address));
});

/** A host that does as it is told. */
function perform(host: HostState, changes: readonly Change[]): HostState {
  const after = new Map(host);
  for (const { action, object } of changes) {
    if (action === 'delete') after.delete(keyOf(object));
    else after.set(keyOf(object), object);
  }
  return after;
}

test('every state can be reached from every other, and taken back', () => {
  const ours = whole.filter((object) => object !== forwarding && object !== guest);
  const other: HostObject[] = [
    { ...bridge, mtu: 9000, stp: false },
    { ...address, address: '192.168.78.1' },
    { ...dnsmasq, restartOn: '2' },
    file,
  ];
  const states = [[], [bridge], [bridge, address, rules], other, ours].map((objects) => hostState(objects));
  for (const from of states) {
    for (const to of states) {
      const { steps } = planChanges(diffState(to, from, from));
      const reached = perform(
        from,
        steps.map(({ change }) => change),
      );
      expect(reached).toEqual(to);
      const back = perform(reached, steps.map(({ undo }) => undo).toReversed());
      expect(back).toEqual(from);
    }
  }
});

test("a hypervisor's link on a bridge of the host has its VLANs changed there, and is neither put there nor taken away", () => {
  const access = (id: number) => [{ id, to: id, pvid: true, untagged: true }];
  const tagged: BridgePortObject = { ...guest, claim: 'tagged', vlans: access(10) };
  const diff = (found: HostObject | undefined) => diffState(hostState([tagged]), hostState(found === undefined ? [] : [found]));
  expect([undefined, tagged, { ...tagged, bridge: noBridge, vlans: [] }, { ...tagged, bridge: ifName('br1') }].map(diff)).toEqual([
    [],
    [],
    [],
    [],
  ]);
  const [change] = diff({ ...tagged, vlans: access(1) });
  expect(change).toMatchObject({ action: 'update', object: tagged });
  expect(planChanges([change!]).steps[0]).toMatchObject({
    summary: 'change port vnet0 of bridge virbr7 in VLAN 10 (VLAN 1 to 10)',
    interrupts: 'The guest behind vnet0 changes its VLAN',
  });
  expect(diffState(new Map(), hostState([tagged]), hostState([tagged]))).toEqual([]);
});

test('a bridge that begins to filter VLANs is said to cut off who tags for himself', () => {
  const on: Change = { action: 'update', from: bridge, object: { ...bridge, vlanFiltering: true } };
  expect(planChanges([on]).steps[0]).toMatchObject({
    summary: 'change bridge virbr7 (vlanFiltering false to true)',
    interrupts: expect.stringContaining('that tag their frames themselves are cut off'),
  });
});

test('a bridge that comes with guests gets its spanning tree when they are in; one over a card has it from the first moment', () => {
  const create = (object: HostObject): Change => ({ action: 'create', object });
  const wire: HostObject = { ...guest, hairpin: false };
  const card: HostObject = { ...guest, link: ifName('eth1'), claim: 'owned' };
  const stepsOf = (...changes: readonly Change[]) =>
    planChanges(changes).steps.map(({ change: { action, object } }) => [action, object.kind, 'stp' in object ? object.stp : '']);
  expect(stepsOf(create(wire), create(bridge))).toEqual([
    ['create', 'bridge', false],
    ['create', 'bridge-port', ''],
    ['update', 'bridge', true],
  ]);
  // Of another program, and without a master so far.
  expect(stepsOf({ action: 'update', from: { ...wire, bridge: noBridge }, object: wire }, create(bridge)).at(-1)).toEqual([
    'update',
    'bridge',
    true,
  ]);
  expect(stepsOf(create(card), create(bridge))[0]).toEqual(['create', 'bridge', true]);
  expect(stepsOf(create(card), create(wire), create(bridge))[0]).toEqual(['create', 'bridge', true]);
  expect(stepsOf(create(bridge))).toEqual([['create', 'bridge', true]]);
  expect(planChanges([create(wire), create(bridge)]).steps.flatMap(({ interrupts }) => interrupts ?? [])).toEqual([]);
});
