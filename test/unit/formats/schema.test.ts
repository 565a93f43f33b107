import { expect, test } from 'vitest';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { parsePort } from '../../../src/formats/libvirt/port.ts';
import { address, lab } from './documents.ts';
import { printed } from './printed-networks.ts';

const known = printed.filter(({ what }) => !/nobody knows|another namespace|not off|in its own words/.test(what));

test.each(known)('the validate flag lets a network with $what pass', ({ xml }) => {
  expect(parseNetwork(xml, { validate: true })).toEqual(parseNetwork(xml));
});

test.each([
  ['an unknown element', lab(`<wibble/>${address}`), 'Did not expect element wibble there, in network'],
  ['an unknown element deep inside', lab("<ip address='1.2.3.4'><what/></ip>"), 'Did not expect element what there, in ip'],
  ['an unknown attribute', lab("<bridge name='v' colour='red'/>"), 'Invalid attribute colour for element bridge'],
  ['a namespaced attribute', lab("<bridge name='v' x:y='z' xmlns:x='urn:x'/>"), 'Invalid attribute y for element bridge'],
  ['a word that is none of the list', lab("<bridge name='v' stp='maybe'/>"), "Element bridge has attribute stp='maybe'"],
  ['an element twice', lab('<mtu/><mtu/>'), 'Extra element mtu in network'],
  ['an element of another namespace', lab("<x:ip xmlns:x='urn:x'/>"), 'Did not expect element ip there'],
  ['text where none belongs', lab('<bridge>virbr0</bridge>'), 'Element bridge has text'],
])('the validate flag refuses %s', (_what, xml, says) => {
  expect(() => parseNetwork(xml, { validate: true })).toThrow(
    expect.objectContaining({ code: 'schema-invalid', message: expect.stringContaining(says) }),
  );
});

test('the line is named', () => {
  expect(() => parseNetwork('<network>\n<name>a</name>\n<wibble/>\n</network>', { validate: true })).toThrow(/line 3/);
});

test('the validate flag refuses an unknown element of a port', () => {
  expect(() => parsePort('<networkport><wibble/></networkport>', { validate: true })).toThrow(
    expect.objectContaining({ code: 'schema-invalid' }),
  );
});
