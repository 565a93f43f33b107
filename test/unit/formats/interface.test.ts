import { expect, test } from 'vitest';
import { formatInterface, parseInterface } from '../../../src/formats/libvirt/interface.ts';
import { ownInterfaces, printedInterfaces, refusedInterfaces } from './interface-documents.ts';

test.each([...printedInterfaces, ...ownInterfaces])('$what is printed as it was read', ({ xml }) => {
  expect(formatInterface(parseInterface(xml, { validate: true }))).toBe(xml);
});

test.each(refusedInterfaces)('an interface with $what is refused', ({ xml, says }) => {
  expect(() => parseInterface(xml)).toThrow(expect.objectContaining({ code: 'xml-invalid', message: expect.stringContaining(says) }));
});

test('another root element is refused', () => {
  expect(() => parseInterface('<network/>')).toThrow(expect.objectContaining({ code: 'xml-root' }));
});

test('elements come in any order, and a bridge shows no link of its own', () => {
  const text = "<interface name='x0' type='bridge'><link state='up'/><bridge/><mtu size='1500'/><start mode='onboot'/></interface>";
  expect(formatInterface(parseInterface(text))).toBe(
    "<interface type='bridge' name='x0'>\n  <start mode='onboot'/>\n  <mtu size='1500'/>\n  <bridge>\n  </bridge>\n</interface>\n",
  );
});

test('an interface below another one has no start, mtu or protocol', () => {
  const text =
    "<interface type='bridge' name='x0'><bridge><interface type='ethernet' name='e'><start mode='onboot'/><mtu size='9'/><protocol family='ipv4'/></interface></bridge></interface>";
  expect(formatInterface(parseInterface(text))).toContain("    <interface type='ethernet' name='e'>\n    </interface>\n");
  expect(() => parseInterface(text, { validate: true })).toThrow(expect.objectContaining({ code: 'schema-invalid' }));
});

test('IPv4 has no autoconf', () => {
  const text = "<interface type='ethernet' name='x0'><protocol family='ipv4'><autoconf/></protocol></interface>";
  expect(formatInterface(parseInterface(text))).not.toContain('autoconf');
});
