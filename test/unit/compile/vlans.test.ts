import { describe, expect, test } from 'vitest';
import { interfaceObjects } from '../../../src/compile/linux/interface.ts';
import { compileNetwork } from '../../../src/compile/network.ts';
import { interfaceSupports, trunkRefusal, supports } from '../../../src/compile/supports.ts';
import { parseInterface } from '../../../src/formats/libvirt/interface.ts';
import type { HostFacts } from '../../../src/model/facts.ts';
import type { HostObject } from '../../../src/model/host-state.ts';
import type { Network } from '../../../src/model/network.ts';
import type { Port } from '../../../src/model/port.ts';
import { uplinkVlans } from '../../../src/model/vlan.ts';
import { addPort, type PortDraft } from '../../../src/service/port-edits.ts';
import { network, port, running } from '../service/samples.ts';
import { ifName } from './networks.ts';

const facts: HostFacts = {
  nameservers: [],
  kernel: { vlanFiltering: true, vlan8021q: true, sfq: true, police: true, ifb: true, nftBridgeMeta: true, ipv6: false },
  runDir: '/run/viaduct',
  dnsmasq: { program: 'dnsmasq', version: '2.90' },
};
const bare: HostFacts = { ...facts, kernel: { ...facts.kernel, vlanFiltering: false, vlan8021q: false } };
const onBridge = (more = '') => network('lan', `<forward mode='bridge'/><bridge name='br0'/>${more}`);
const vlan10 = "<vlan><tag id='10'/></vlan>";
const access10 = [{ id: 10, to: 10, pvid: true, untagged: true }];

/** What a network with these ports needs. */
function objects(into: Network, drafts: readonly PortDraft[]): readonly HostObject[] {
  const catalog = drafts.reduce((now, draft) => addPort(now, into.uuid, draft, false), running(into));
  return [...compileNetwork({ network: into, ports: [...catalog.ports.values()], guests: [] }, facts).values()];
}
const wire = (number: number, more: Partial<PortDraft> = {}) =>
  port(number, { link: { kind: 'tap', name: ifName(`vnet${number}`) }, ...more });
const member = (all: readonly HostObject[], name: string) => all.find((object) => object.kind === 'bridge-port' && object.link === name);

describe('a port on a bridge of the host', () => {
  test('is in the VLAN of its network, its portgroup or its own', () => {
    const into = onBridge(
      `${vlan10}<portgroup name='all'><vlan trunk='yes'><tag id='20'/><tag id='30' nativeMode='untagged'/></vlan></portgroup>`,
    );
    const all = objects(into, [wire(1), wire(2, { group: 'all' }), wire(3, { vlan: { tags: [{ id: 7 }] } })]);
    expect(member(all, 'vnet1')).toMatchObject({ claim: 'owned', vlans: access10 });
    expect(member(all, 'vnet2')).toMatchObject({
      vlans: [
        { id: 20, to: 20, pvid: false, untagged: false },
        { id: 30, to: 30, pvid: true, untagged: true },
      ],
    });
    expect(member(all, 'vnet3')).toMatchObject({ vlans: [{ id: 7, to: 7, pvid: true, untagged: true }] });
  });

  test('keeps to the default VLAN where nobody gives it one, so that it leaves one it had', () => {
    expect(member(objects(onBridge(), [wire(1)]), 'vnet1')).toMatchObject({ vlans: [] });
  });

  test('whose link a hypervisor made is tagged where that is, once it has been seen', () => {
    expect(
      objects(onBridge(vlan10), [port(1, { wire: ifName('tap1') }), port(2), port(3, { wire: ifName('tap3'), goneSince: 1 })]),
    ).toEqual([{ kind: 'bridge-port', link: 'tap1', bridge: 'br0', isolated: false, claim: 'tagged', vlans: access10 }]);
  });
});

test('ports of networks with a bridge of their own say nothing of VLANs', () => {
  const all = objects(network('n', "<forward mode='nat'/><bridge name='vb1'/><ip address='10.0.1.1' prefix='24'/>"), [wire(1)]);
  expect(member(all, 'vnet1')).not.toHaveProperty('vlans');
});

describe('a port of Open vSwitch', () => {
  const ovs = (more = '') => onBridge(`<virtualport type='openvswitch'/>${more}`);
  const ovsPort = (into: Network, more: Partial<PortDraft> = {}) => objects(into, [wire(1, more)]).find(({ kind }) => kind === 'ovs-port');

  test('is on no bridge of the kernel, and known by the ids that libvirt gives', () => {
    const draft = wire(1, { virtualPort: { type: 'openvswitch', profileId: 'p' } });
    const all = objects(ovs(), [draft]);
    expect(member(all, 'vnet1')).toBeUndefined();
    expect(all.find(({ kind }) => kind === 'ovs-port')).toEqual({
      kind: 'ovs-port',
      link: 'vnet1',
      bridge: 'br0',
      tag: 0,
      trunks: [],
      vlanMode: '',
      isolated: false,
      externalIds: {
        'attached-mac': draft.mac,
        'iface-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'vm-id': draft.owner.uuid,
        'iface-status': 'active',
        'port-profile': 'p',
      },
    });
  });

  test.each([
    ['an access port has a tag', vlan10, { tag: 10, trunks: [], vlanMode: '' }],
    ['a trunk has trunks', "<vlan trunk='yes'><tag id='20'/><tag id='10'/></vlan>", { tag: 0, trunks: [10, 20], vlanMode: '' }],
    [
      'a native VLAN is tag and trunk',
      "<vlan trunk='yes'><tag id='10'/><tag id='30' nativeMode='untagged'/></vlan>",
      { tag: 30, trunks: [10, 30], vlanMode: 'native-untagged' },
    ],
  ])('%s', (_, vlan, want) => {
    expect(ovsPort(ovs(vlan))).toMatchObject(want);
  });

  test('has the id that its network says before one that is made up', () => {
    const interfaceId = '09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f';
    const into = onBridge(`<virtualport type='openvswitch'><parameters interfaceid='${interfaceId}'/></virtualport>`);
    expect(ovsPort(into)).toMatchObject({ externalIds: { 'iface-id': interfaceId } });
  });
});

describe('an interface of the host', () => {
  const built = (xml: string) => interfaceObjects({ definition: parseInterface(xml), carried: [], borrowed: [] }, facts);
  const bridge = (inner: string, attributes = '') =>
    `<interface type='bridge' name='br0'><bridge stp='off' delay='0'${attributes}>${inner}</bridge></interface>`;
  const card = "<interface type='ethernet' name='eth0'/>";

  test('S014: a bridge that filters carries every VLAN over its cards, the default one without tags', () => {
    const all = built(bridge(card, " vlanFiltering='on'"));
    expect(all.find(({ kind }) => kind === 'bridge')).toMatchObject({ vlanFiltering: true });
    expect(member(all, 'eth0')).toMatchObject({ vlans: uplinkVlans });
    expect(member(built(bridge(card)), 'eth0')).not.toHaveProperty('vlans');
  });

  test('S016 S017: a VLAN of a card is its device, below a bridge or alone, with either kind of tag', () => {
    const device = (attributes = '') =>
      `<interface type='vlan' name='eth0.10'><vlan tag='10'${attributes}><interface name='eth0'/></vlan></interface>`;
    const want = { kind: 'vlan', name: 'eth0.10', lower: 'eth0', tag: 10, protocol: '802.1Q', heard: true, up: true };
    expect(built(bridge(device()))).toContainEqual(want);
    expect(built(device(" protocol='802.1ad'"))).toContainEqual({ ...want, protocol: '802.1ad' });
  });
});

describe('guards of a trunk', () => {
  const trunk = "<vlan trunk='yes'><tag id='10'/></vlan>";
  const refusal = (vlan: string, guard: object) => trunkRefusal({ ...onBridge(vlan), guard }, [{ ...port(1), name: 'web' } as Port]);
  test('are refused where they look into frames, of which tagged ones would all be dropped', () => {
    expect(refusal(trunk, { ra: true })).toMatchObject({
      code: 'config-unsupported',
      message: expect.stringContaining("Port 'web' of network 'lan' is a trunk"),
    });
  });

  test('may hold its address', () => expect(refusal(trunk, { mac: true, ra: false })).toBeUndefined());
  test('are no matter of an access port', () => expect(refusal(vlan10, { ra: true })).toBeUndefined());
});

describe('a kernel that cannot', () => {
  test.each([
    ['a network in a VLAN', onBridge(vlan10), []],
    ['a portgroup in one', onBridge(`<portgroup name='red'>${vlan10}</portgroup>`), []],
    ['a port in one', onBridge(), [{ vlan: { tags: [{ id: 5 }] } }]],
  ])('S036: refuses %s, naming its option', (_, into, ports) => {
    expect(supports(into, bare, ports as unknown as Port[])).toEqual([
      expect.objectContaining({ code: 'kernel-lacks', params: { network: 'lan', option: 'CONFIG_BRIDGE_VLAN_FILTERING' } }),
    ]);
    expect(supports(into, facts, ports as unknown as Port[])).toEqual([]);
  });

  test('lets Open vSwitch have VLANs', () => {
    expect(supports(onBridge(`<virtualport type='openvswitch'/>${vlan10}`), bare)).toEqual([]);
  });

  test.each([
    ["<interface type='vlan' name='eth0.10'><vlan tag='10'><interface name='eth0'/></vlan></interface>", 'CONFIG_VLAN_8021Q'],
    [
      "<interface type='bridge' name='b'><bridge><interface type='vlan' name='e.1'><vlan tag='1'><interface name='e'/></vlan></interface></bridge></interface>",
      'CONFIG_VLAN_8021Q',
    ],
    ["<interface type='bridge' name='b'><bridge vlanFiltering='on'/></interface>", 'CONFIG_BRIDGE_VLAN_FILTERING'],
  ])('S036: refuses %s', (xml, option) => {
    expect(interfaceSupports(parseInterface(xml), bare)).toMatchObject({ code: 'kernel-lacks', message: expect.stringContaining(option) });
    expect(interfaceSupports(parseInterface(xml), facts)).toBeUndefined();
  });
});
