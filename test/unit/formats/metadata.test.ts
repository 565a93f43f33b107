import { expect, test } from 'vitest';
import { getMetadata, setMetadata } from '../../../src/formats/libvirt/metadata.ts';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { fillDefaults } from '../../../src/model/defaults.ts';
import { lab } from './documents.ts';
import { picks } from './picks.ts';

const network = fillDefaults(parseNetwork(lab('<title>T</title><description>two\nlines</description>')), picks());

test('a title and a description are read, set and removed', () => {
  expect(getMetadata(network, 'title')).toBe('T');
  expect(getMetadata(setMetadata(network, 'description', 'new'), 'description')).toBe('new');
  const without = setMetadata(network, 'title', undefined);
  expect(without).not.toHaveProperty('title');
  expect(() => getMetadata(without, 'title')).toThrow(
    expect.objectContaining({ code: 'metadata-missing', message: 'Requested metadata element is not present' }),
  );
});

/** As libvirtd 9.0 prints it. */
test('processing instructions are stored as they are', () => {
  const given =
    '<metadata><?skip me?><ex:a xmlns:ex="urn:e"><?foo bar="1" <x>?><ex:b/><?only?></ex:a><m:b xmlns:m="urn:m">text<?foo bar?> more</m:b></metadata>';
  expect(formatNetwork(fillDefaults(parseNetwork(lab(given)), picks()))).toContain(`  <metadata>
    <ex:a xmlns:ex="urn:e">
      <?foo bar="1" <x>?>
      <ex:b/>
      <?only?>
    </ex:a>
    <m:b xmlns:m="urn:m">text<?foo bar?> more</m:b>
  </metadata>
`);
});

test('an empty title removes it, as virsh asks for that way', () => {
  expect(setMetadata(network, 'title', '')).not.toHaveProperty('title');
});

test('an element is stored under its key and comes back without it', () => {
  const set = setMetadata(network, 'element', '<app a="b"><deep/>text</app>', { uri: 'urn:app', key: 'my' });
  expect(formatNetwork(set)).toContain('  <metadata>\n    <my:app xmlns:my="urn:app" a="b"><my:deep/>text</my:app>\n  </metadata>\n');
  expect(getMetadata(set, 'element', 'urn:app')).toBe('<app a="b"><deep/>text</app>');
  expect(parseNetwork(formatNetwork(set))).toEqual(set);
});

test('an element is indented in its document, and from the left when it is asked for', () => {
  const set = setMetadata(network, 'element', '<app>\n<one/><two/></app>', { uri: 'urn:app', key: 'my' });
  expect(formatNetwork(set)).toContain('    <my:app xmlns:my="urn:app">\n      <my:one/>\n      <my:two/>\n    </my:app>\n');
  expect(getMetadata(set, 'element', 'urn:app')).toBe('<app>\n  <one/>\n  <two/>\n</app>');
});

test('a namespace has one element, and other namespaces keep theirs', () => {
  const one = setMetadata(network, 'element', '<a/>', { uri: 'urn:1', key: 'x' });
  const two = setMetadata(one, 'element', '<b/>', { uri: 'urn:2', key: 'x' });
  const changed = setMetadata(two, 'element', '<c/>', { uri: 'urn:1', key: 'y' });
  expect(getMetadata(changed, 'element', 'urn:1')).toBe('<c/>');
  expect(getMetadata(changed, 'element', 'urn:2')).toBe('<b/>');
  expect(setMetadata(changed, 'element', undefined, { uri: 'urn:1' }).metadata.map(({ uri }) => uri)).toEqual(['urn:2']);
});

test('elements of other namespaces inside keep their own', () => {
  const set = setMetadata(network, 'element', '<a><o:b xmlns:o="urn:o" o:c="d"/></a>', { uri: 'urn:1', key: 'x' });
  expect(getMetadata(set, 'element', 'urn:1')).toBe('<a>\n  <o:b xmlns:o="urn:o" o:c="d"/>\n</a>');
});

test.each([
  ['a title of two lines', 'title', 'a\nb', {}, 'invalid-argument'],
  ['an element without namespace', 'element', '<a/>', { key: 'x' }, 'invalid-argument'],
  ['an element without key', 'element', '<a/>', { uri: 'urn:1' }, 'invalid-argument'],
  ['a key that is no prefix', 'element', '<a/>', { uri: 'urn:1', key: 'a b' }, 'invalid-argument'],
  ['an element that is none', 'element', '<a', { uri: 'urn:1', key: 'x' }, 'xml-malformed'],
] as const)('%s is refused', (_what, what, value, target, code) => {
  expect(() => setMetadata(network, what, value, target)).toThrow(expect.objectContaining({ code }));
});
