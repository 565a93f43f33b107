import { describe, expect, test } from 'vitest';
import { formatPort } from '../../../src/formats/libvirt/port.ts';
import { emptyCatalog, type Catalog } from '../../../src/model/catalog.ts';
import type { HostInterface } from '../../../src/model/host-interface.ts';
import type { LinkFacts } from '../../../src/model/link.ts';
import { bringUp, keepDefinition } from '../../../src/service/interface-edits.ts';
import { addPort, setVlan } from '../../../src/service/port-edits.ts';
import { refuseVlans } from '../../../src/service/vlan-devices.ts';
import { withFiltering } from '../../../src/service/vlan-bridges.ts';
import { nat, network, port, running, uuid } from './samples.ts';

const lan = (more = '') => network('lan', `<forward mode='bridge'/><bridge name='br0'/>${more}`);
const vlan10 = "<vlan><tag id='10'/></vlan>";
const bridge: HostInterface = { name: 'br0', type: 'bridge', protocols: [], ports: [] };

function withBridge(catalog: Catalog, definition = bridge): Catalog {
  return bringUp(keepDefinition(catalog, definition), definition.name, { definition, carried: [], borrowed: [] });
}
const filters = ({ interfaces }: Catalog) => {
  const { config, live } = interfaces.get('br0')!;
  return [config, live?.definition].map((one) => one?.type === 'bridge' && one.vlanFiltering === true);
};

describe('a bridge of ours', () => {
  const host = withBridge(emptyCatalog);
  const start = (into: ReturnType<typeof lan>): Catalog => ({ ...running(into), interfaces: host.interfaces });

  test('begins to filter when a network on it is in a VLAN, for good', () => {
    expect(filters(withFiltering(host, start(lan(vlan10))))).toEqual([true, true]);
    expect(filters(withFiltering(host, start(lan(`<portgroup name='red'>${vlan10}</portgroup>`))))).toEqual([true, true]);
  });

  test('begins to filter when one port is', () => {
    const before = start(lan());
    expect(withFiltering(host, before)).toBe(before);
    const after = addPort(before, uuid(1), port(1, { vlan: { tags: [{ id: 5 }] } }), false);
    expect(filters(withFiltering(before, after))).toEqual([true, true]);
  });

  test('is left alone by networks elsewhere, on Open vSwitch, and that were there before', () => {
    const elsewhere: Catalog = { ...running(nat('n')), interfaces: host.interfaces };
    expect(withFiltering(host, elsewhere)).toBe(elsewhere);
    const ovs = start(lan(`<virtualport type='openvswitch'/>${vlan10}`));
    expect(withFiltering(host, ovs)).toBe(ovs);
    const same = start(lan(vlan10));
    expect(withFiltering(same, same)).toBe(same);
  });

  test('filters again when it comes back from a change that was taken back', () => {
    const on = withFiltering(host, start(lan(vlan10)));
    expect(filters(withFiltering(on, { ...on, interfaces: host.interfaces }))).toEqual([true, true]);
  });
});

describe('a port', () => {
  const catalog = addPort(running(lan(`<portgroup name='red'>${vlan10}</portgroup>`)), uuid(1), port(1, { group: 'red' }), false);
  const plugged = (from: Catalog) => from.ports.get(uuid(101))!;

  test('that follows its portgroup is kept without a VLAN of its own', () => {
    expect(formatPort(plugged(catalog))).not.toContain('vlan');
  });

  test('is given one and loses it again', () => {
    const own = setVlan(catalog, plugged(catalog), { tags: [{ id: 20 }] });
    expect(formatPort(plugged(own))).toContain("<tag id='20'/>");
    expect(plugged(setVlan(own, plugged(own), undefined))).toEqual(plugged(catalog));
  });

  test.each([
    ['S015: VLAN 4095', { tags: [{ id: 4095 }] }, '4095 is not the ID of a VLAN'],
    ['no VLAN at all', { tags: [] }, 'missing tag id'],
  ])('is refused %s', (_, vlan, message) => {
    expect(() => setVlan(catalog, plugged(catalog), vlan)).toThrow(message);
  });

  test('of a network that has none is refused one', () => {
    const behind = addPort(running(nat('n')), uuid(1), port(1), false);
    expect(() => setVlan(behind, plugged(behind), { tags: [{ id: 5 }] })).toThrow('not supported for this type of network');
  });
});

describe('a VLAN device', () => {
  const facts = { kernel: { vlanFiltering: true, vlan8021q: true } } as unknown as Parameters<typeof refuseVlans>[2];
  const links = (...all: (Partial<Record<keyof LinkFacts, unknown>> & { readonly name: string })[]) =>
    new Map(all.map((one) => [one.name, { type: '', ...one } as unknown as LinkFacts]));
  const device: HostInterface = { name: 'eth0.10', type: 'vlan', tag: 10, lower: 'eth0', protocols: [] };
  const refusal = (known: ReturnType<typeof links>) => () => refuseVlans(device, known, facts);

  test('is made where its card is there and nobody has it', () => {
    expect(refusal(links({ name: 'eth0' }, { name: 'eth0.20', type: 'vlan', lower: 'eth0', vlanTag: 20 }))).not.toThrow();
  });

  test.each([
    ['of a card that is not there', links(), 'there is no interface eth0'],
    ['of a Wi-Fi card', links({ name: 'eth0', wireless: true }), 'eth0 is a Wi-Fi card'],
    [
      'S016: that has another name already, which is told with its bridge',
      links({ name: 'eth0' }, { name: 'lan10', type: 'vlan', lower: 'eth0', vlanTag: 10, master: 'br7' }),
      'VLAN 10 of eth0 is lan10 already',
    ],
    [
      'of a card whose bridge has that VLAN',
      links(
        { name: 'eth0', master: 'br0' },
        { name: 'br0', type: 'bridge', bridge: { id: '', stp: false, forwardDelay: 0, vlanFiltering: true } },
      ),
      'eth0 is a port of br0, which has VLAN 10 for itself',
    ],
  ])('%s is refused', (_, known, message) => {
    expect(refusal(known)).toThrow(message);
  });
});
