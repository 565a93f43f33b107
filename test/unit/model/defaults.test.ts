import { expect, test } from 'vitest';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { fillDefaults } from '../../../src/model/defaults.ts';
import { address, lab, onHostBridge } from '../formats/documents.ts';
import { picks } from '../formats/picks.ts';

test('an own bridge gets a name, a mac, spanning tree and no delay', () => {
  const { uuid, mac, bridge } = fillDefaults(parseNetwork(lab(`<forward/>${address}`)), picks());
  expect({ uuid, mac, bridge }).toEqual({
    uuid: '00000000-0000-4000-8000-000000000001',
    mac: '52:54:00:00:00:01',
    bridge: { name: 'virbr0', stp: true, delay: 0 },
  });
});

test.each([
  ['the lowest free number', '', ['virbr0', 'virbr1', 'virbr3'], 'virbr2'],
  ['a template', "<bridge name='lab%d'/>", ['lab0'], 'lab1'],
  ['a template with more after the number', "<bridge name='a%db'/>", [], 'a0b'],
  ['a name that was given, taken or not', "<bridge name='br9'/>", ['br9'], 'br9'],
])('the bridge name is %s', (_what, bridge, taken, want) => {
  expect(fillDefaults(parseNetwork(lab(bridge)), picks(taken)).bridge?.name).toBe(want);
});

test('what was said stays', () => {
  const xml = lab(
    "<uuid>81ff0d90-c91e-6742-64da-4a736edb9a9b</uuid><bridge name='v' stp='off' delay='7' zone='z'/><mac address='52:54:00:00:00:99'/>",
  );
  expect(fillDefaults(parseNetwork(xml), picks())).toEqual(parseNetwork(xml));
});

test("the host's own bridge gets a uuid and nothing else", () => {
  const draft = parseNetwork(onHostBridge(''));
  expect(fillDefaults(draft, picks())).toEqual({ ...draft, uuid: '00000000-0000-4000-8000-000000000001' });
});

test('a second percent sign makes a name no template: it is chosen as if nothing were said', () => {
  const draft = parseNetwork(lab("<bridge name='lab%%d'/>"));
  expect(fillDefaults(draft, picks()).bridge?.name).toBe(fillDefaults(parseNetwork(lab('')), picks()).bridge?.name);
});

test('after 256 names it gives up', () => {
  const all = { ...picks(), bridgeTaken: () => true };
  expect(() => fillDefaults(parseNetwork(lab('')), all)).toThrow(expect.objectContaining({ code: 'name-in-use' }));
});
