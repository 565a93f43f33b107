import { expect, test } from 'vitest';
import { attribute, child, parseXml, textOf } from '../../../src/formats/libvirt/xml.ts';
import { block, element, writeXml } from '../../../src/formats/libvirt/xml-writer.ts';

/** Longest time that a document meant to do harm may take. */
const patienceMs = 500;

const bomb = Array.from({ length: 14 }, (_, level) => `<!ENTITY x${level + 1} "${`&x${level};`.repeat(10)}">`).join('');

test.each([
  ['an entity bomb in text', `<!DOCTYPE a [<!ENTITY x0 "hello">${bomb}]><a>&x14;</a>`, 'Maximum entity amplification'],
  ['an entity bomb in an attribute', `<!DOCTYPE a [<!ENTITY x0 "hello">${bomb}]><a b="&x14;"/>`, 'Maximum entity amplification'],
  ['a file as entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "Entity 'x' is not allowed"],
  ['a file as parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a>&y;</a>', 'Entity'],
  ['a harmless entity', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "Entity 'x' is not allowed"],
  ['a megabyte of depth', '<a>'.repeat(350_000), 'Excessive depth in document'],
  ['a control character', '<a>\u0001</a>', 'PCDATA invalid Char value 1'],
  ['a prefix that nobody declared', '<a:b/>', 'Namespace prefix a on b is not defined'],
  ['one attribute twice', '<a b="1" b="2"/>', 'Attribute b redefined'],
  ['nothing', '', 'Document is empty'],
  ['no markup', 'hello', "Start tag expected, '<' not found"],
])('%s is refused at once', (_what, text, says) => {
  const start = performance.now();
  expect(() => parseXml(text, '(network_definition)')).toThrow(
    expect.objectContaining({ code: 'xml-malformed', message: expect.stringContaining(says) }),
  );
  expect(performance.now() - start).toBeLessThan(patienceMs);
});

test('a megabyte of attributes is read in reasonable time', () => {
  const text = `<a>${'<b c="d" e="f"/>'.repeat(60_000)}</a>`;
  const start = performance.now();
  expect(parseXml(text, 'x').content).toHaveLength(60_000);
  expect(performance.now() - start).toBeLessThan(8 * patienceMs);
});

test('an error names the document and the line, and shows the place', () => {
  expect(() => parseXml('<network>\n  <bridge foo></b>\n</network>', '(network_definition)')).toThrow(
    '(network_definition):2: Specification mandates value for attribute foo\n  <bridge foo></b>\n-------------^',
  );
});

test('a line as long as a document is not shown whole', () => {
  const text = `<a>${'x'.repeat(100_000)}</b>`;
  expect(() => parseXml(text, 'x')).toThrow(
    expect.objectContaining({ message: expect.toSatisfy((message: string) => message.length < 600) }),
  );
});

test('text in other encodings than its declaration says is read as the string it is', () => {
  expect(textOf(parseXml('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', 'x'))).toBe('é');
});

test('processing instructions are kept, and what comes after them', () => {
  const root = parseXml('<?before x?><a><?foo bar="1" <x>?><b/><?only?></a><?after x?>', 'x');
  expect(root.content).toMatchObject([
    { kind: 'instruction', name: 'foo', text: 'bar="1" <x>' },
    { kind: 'element', name: 'b' },
    { kind: 'instruction', name: 'only', text: '' },
  ]);
});

test('text is gathered through CDATA and children, without comments', () => {
  expect(textOf(parseXml('<a>1<!-- no --><![CDATA[<2>]]><b>3</b></a>', 'x'))).toBe('1<2>3');
});

test('a namespaced name is not the plain one', () => {
  const root = parseXml('<a xmlns:n="urn:n" n:b="1"><n:c/></a>', 'x');
  expect(attribute(root, 'b')).toBeUndefined();
  expect(child(root, 'c')).toBeUndefined();
});

test('the writer indents by two, quotes with apostrophes and ends with a newline', () => {
  const text = writeXml(element('a', { b: "it's", c: undefined, d: 1 }, [element('e'), block('f', {}, []), element('g', {}, '<h>')]));
  expect(text).toBe("<a b='it&apos;s' d='1'>\n  <e/>\n  <f>\n  </f>\n  <g>&lt;h&gt;</g>\n</a>\n");
});

test('white space in an attribute is read back as it was written', () => {
  const value = ' \n\t\r ';
  expect(attribute(parseXml(writeXml(element('a', { value })), 'x'), 'value')).toBe(value);
});
