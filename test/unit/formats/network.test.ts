import { expect, test } from 'vitest';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { fillDefaults } from '../../../src/model/defaults.ts';
import { address, lab } from './documents.ts';
import { picks } from './picks.ts';
import { printed } from './printed-networks.ts';

/** What stands between the name and the end. */
function inner(xml: string): readonly string[] {
  return xml
    .slice(xml.indexOf('</name>\n') + '</name>\n'.length, xml.indexOf('</network>'))
    .trimEnd()
    .split('\n');
}

test.each(printed)('a network with $what is printed as libvirt prints it', ({ xml, lines }) => {
  expect(inner(formatNetwork(parseNetwork(xml)))).toEqual(lines.join('\n').split('\n'));
});

test.each(printed)('a network with $what is the same when it is read again', ({ xml }) => {
  const network = fillDefaults(parseNetwork(xml), picks());
  const text = formatNetwork(network);
  expect(parseNetwork(text)).toEqual(network);
  expect(formatNetwork(parseNetwork(text))).toBe(text);
});

test('the root has its attributes in libvirt order and the document ends with a newline', () => {
  const xml = lab(
    "<d:options><d:option value='a'/></d:options>",
    " trustGuestRxFilters='yes' ipv6='yes' xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'",
  );
  const text = formatNetwork(parseNetwork(xml), { connections: 2 });
  expect(text).toMatch(
    /^<network xmlns:dnsmasq='http:\/\/libvirt\.org\/schemas\/network\/dnsmasq\/1\.0' connections='2' ipv6='yes' trustGuestRxFilters='yes'>\n/,
  );
  expect(text).toMatch(/<\/network>\n$/);
});

test.each([
  [
    'no ports of its own',
    '<forward/>',
    ["  <forward mode='nat'>", '    <nat>', "      <port start='1024' end='65535'/>", '    </nat>', '  </forward>'],
  ],
  [
    'an IPv6 setting',
    "<forward><nat ipv6='yes'/></forward>",
    ["  <forward mode='nat'>", "    <nat ipv6='yes'>", "      <port start='1024' end='65535'/>", '    </nat>', '  </forward>'],
  ],
  [
    'its own ports',
    "<forward><nat><port start='5' end='6'/></nat></forward>",
    ["  <forward mode='nat'>", '    <nat>', "      <port start='5' end='6'/>", '    </nat>', '  </forward>'],
  ],
])('a running nat network with %s shows the ports it masquerades to', (_what, forward, lines) => {
  expect(inner(formatNetwork(parseNetwork(lab(forward + address)), { live: true })).slice(0, lines.length)).toEqual(lines);
});

test('connections are shown where there are some', () => {
  const network = parseNetwork(lab("<forward mode='vepa'><interface dev='a'/><interface dev='b'/></forward>"));
  const text = formatNetwork(network, { live: true, connections: 1, poolConnections: new Map([['b', 1]]) });
  expect(text).toContain("<network connections='1'>");
  expect(text).toContain("    <interface dev='a'/>\n    <interface dev='b' connections='1'/>\n");
  expect(formatNetwork(network, { live: true, connections: 0 })).toContain('<network>\n');
});

test('markup in a name and in an attribute is escaped, and white space in an attribute survives', () => {
  const xml = `<network><name>a &amp; b &lt;c&gt; 'd' "e"</name><dns><txt name='n' value="'&lt;"/></dns></network>`;
  const text = formatNetwork(parseNetwork(xml));
  expect(text).toContain('<name>a &amp; b &lt;c&gt; &apos;d&apos; &quot;e&quot;</name>');
  expect(text).toContain("<txt name='n' value='&apos;&lt;'/>");
});

test('a definition that net-update was allowed to make is read from the store, not from a user', () => {
  const xml = lab("<forward mode='vepa' dev='a'/><portgroup name='g'><bandwidth><inbound average='1'/></bandwidth></portgroup>");
  expect(() => parseNetwork(xml)).toThrow(/portgroup 'g'/);
  expect(formatNetwork(parseNetwork(xml, { stored: true }))).toContain("<inbound average='1'/>");
});
