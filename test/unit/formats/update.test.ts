import { expect, test } from 'vitest';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { applyUpdate } from '../../../src/formats/libvirt/update.ts';
import { fillDefaults } from '../../../src/model/defaults.ts';
import { picks } from './picks.ts';
import { edited, refusedEdits, subject } from './updates.ts';

const network = (on: keyof typeof subject) => fillDefaults(parseNetwork(subject[on]), picks());

test.each(edited)('net-update: $what', ({ on = 'addresses', has = '', hasNot, ...edit }) => {
  const before = network(on);
  const after = applyUpdate(before, edit);
  const text = formatNetwork(after);
  expect(text).toContain(has);
  if (hasNot !== undefined) expect(text).not.toContain(hasNot);
  expect(parseNetwork(text, { stored: true })).toEqual(after);
  expect(before).toEqual(network(on));
});

test.each(refusedEdits)('net-update refuses $what', ({ on = 'addresses', code, ...edit }) => {
  expect(() => applyUpdate(network(on), edit)).toThrow(expect.objectContaining({ code }));
});

test('net-update does not take away a device that guests use', () => {
  const edit = {
    command: 'delete',
    section: 'forward-interface',
    xml: "<interface dev='eth20'/>",
    poolConnections: new Map([['eth20', 2]]),
  } as const;
  expect(() => applyUpdate(network('pool'), edit)).toThrow(
    expect.objectContaining({ code: 'operation-invalid', message: expect.stringContaining('currently being used by 2 domains') }),
  );
});
