import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Vlan } from '../../../src/model/network.ts';
import { portVlans, readVlans, refuseVlanId, trunkOf, vlanIdProblem, vlanOf, vlanRuns, vlanText } from '../../../src/model/vlan.ts';
import { network, port } from '../service/samples.ts';

test('S015: every number from 1 to 4094 is the ID of a VLAN', () => {
  expect([1, 2, 1000, 4094].map(vlanIdProblem)).toEqual([undefined, undefined, undefined, undefined]);
});

test.each([
  [0, '0 is not the ID of a VLAN: 0 marks a frame that belongs to no VLAN and only carries a priority'],
  [4095, '4095 is not the ID of a VLAN: 4095 is reserved (IEEE 802.1Q)'],
  [4096, '4096 is not the ID of a VLAN: a tag has twelve bits for the number, which therefore ends at 4095'],
  [-1, '-1 is not the ID of a VLAN'],
  [1.5, '1.5 is not the ID of a VLAN'],
])('S015 D9: %d is refused with the reason, and the way out is told', (id, message) => {
  expect(() => refuseVlanId(id)).toThrow(expect.objectContaining({ message: expect.stringContaining(message), hint: 'Use 1 to 4094.' }));
});

describe('what a port carries', () => {
  const access = (id: number) => ({ id, to: id, pvid: true, untagged: true });
  const tagged = (id: number, to = id) => ({ id, to, pvid: false, untagged: false });
  const cases: { name: string; vlan: Vlan; want: object[]; text: string }[] = [
    { name: 'S013: an access port one VLAN without tags', vlan: { tags: [{ id: 10 }] }, want: [access(10)], text: '10' },
    { name: 'S014: a trunk of one VLAN has it with its tag', vlan: { trunk: true, tags: [{ id: 10 }] }, want: [tagged(10)], text: '10' },
    { name: 'S014: a trunk several', vlan: trunkOf([20, 10, 11]), want: [tagged(10, 11), tagged(20)], text: '10-11,20' },
    {
      name: 'S014: a trunk with a native one, which is among them or not',
      vlan: trunkOf([10, 20], 20),
      want: [tagged(10), access(20)],
      text: '10 native 20',
    },
    {
      name: 'a native VLAN that keeps its tag',
      vlan: { trunk: true, tags: [{ id: 1, nativeMode: 'tagged' }, { id: 2 }] },
      want: [{ ...tagged(1), pvid: true }, tagged(2)],
      text: '2 native 1 tagged',
    },
    {
      name: 'a VLAN that is named twice once',
      vlan: { trunk: true, tags: [{ id: 5, nativeMode: 'untagged' }, { id: 5 }] },
      want: [access(5)],
      text: '5',
    },
  ];
  test.each(cases)('$name', ({ vlan, want, text }) => {
    expect(portVlans(vlan)).toEqual(want);
    expect(vlanText(portVlans(vlan))).toBe(text);
  });

  test('is the same however it is cut into runs', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(ids, (numbers) => {
        const runs = vlanRuns(numbers.map((id) => tagged(id)));
        expect(runs.flatMap(({ id, to }) => Array.from({ length: to - id + 1 }, (_, at) => id + at))).toEqual(
          numbers.toSorted((a, b) => a - b),
        );
        expect(vlanRuns(runs)).toEqual(runs);
        expect(runs.every((run, at) => at === 0 || run.id > runs[at - 1]!.to + 1)).toBe(true);
      }),
    );
  });
});

test('a port has its own VLAN before that of its portgroup, and that before its network’s', () => {
  const vlan = (id: number) => `<vlan><tag id='${id}'/></vlan>`;
  const lan = network(
    'lan',
    `<forward mode='bridge'/><bridge name='br0'/>${vlan(1)}<portgroup name='red'>${vlan(2)}</portgroup><portgroup name='plain' default='yes'/>`,
  );
  const idOf = (more: Parameters<typeof port>[1]) => vlanOf(lan, port(1, more))?.tags[0]?.id;
  expect([idOf({}), idOf({ group: 'red' }), idOf({ group: 'nobody' }), idOf({ group: 'red', vlan: { tags: [{ id: 3 }] } })]).toEqual([
    1, 2, 1, 3,
  ]);
});

test.each([
  ['10', [10]],
  [' 20 - 22 ', [20, 21, 22]],
  ['22-20', undefined],
  ['1-99999', undefined],
  ['ten', undefined],
  ['', undefined],
])('%o is read as a list of VLANs', (text, want) => {
  expect(readVlans(text)).toEqual(want);
});
