import { expect, test } from 'vitest';
import { parseInterface } from '../../../src/formats/libvirt/interface.ts';
import { parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { parsePort } from '../../../src/formats/libvirt/port.ts';
import { parseSpec } from '../../../src/formats/spec.ts';
import { ViaductError } from '../../../src/model/errors.ts';

/** Where a document's mistake stands, as the refusal says it. */
function placeOf(parse: () => unknown): Readonly<Record<string, string | number>> {
  try {
    parse();
  } catch (error) {
    if (error instanceof ViaductError) return error.params;
    throw error;
  }
  throw new Error('it was accepted');
}

const network = (...lines: readonly string[]) => ['<network>', '  <name>lab</name>', ...lines, '</network>'].join('\n');
const served = (...lines: readonly string[]) =>
  network("  <ip address='10.1.1.1' prefix='24'>", '    <dhcp>', ...lines, '    </dhcp>', '  </ip>');

test.each([
  ['a word that cannot be read', network("  <forward mode='natt'/>"), 3, "<forward mode='natt'>"],
  ['a range outside its subnet', served("      <range start='10.2.1.2' end='10.1.1.9'/>"), 5, "<range start='10.2.1.2' end='10.1.1.9'>"],
  [
    'the second promise to one client',
    served("      <host mac='52:54:00:00:00:01' ip='10.1.1.5'/>", "      <host mac='52:54:00:00:00:01' ip='10.1.1.6'/>"),
    6,
    "<host mac='52:54:00:00:00:01' ip='10.1.1.6'>",
  ],
  ['a MAC of a reservation', served("      <host mac='52:54' ip='10.1.1.5'/>"), 5, "<host mac='52:54' ip='10.1.1.5'>"],
  [
    'a route nobody can reach',
    network(
      "  <forward mode='route'/>",
      "  <ip address='10.1.1.1' prefix='24'/>",
      "  <route address='10.9.0.0' prefix='16' gateway='10.5.0.1'/>",
    ),
    5,
    "<route address='10.9.0.0' prefix='16' gateway='10.5.0.1'>",
  ],
  ['a record without a value', network('  <dns>', "    <txt name='a' value='b'/>", "    <txt name='c'/>", '  </dns>'), 5, "<txt name='c'>"],
  ['a portgroup twice', network("  <portgroup name='a'/>", "  <portgroup name='a'/>"), 4, "<portgroup name='a'>"],
  ['what is missing stands nowhere else', '<network>\n\n</network>', 1, '<network>'],
])('a refusal says where the mistake stands: %s', (_what, xml, line, element) => {
  expect(placeOf(() => parseNetwork(xml))).toMatchObject({ line, element });
});

test('so does one of a port and of an interface', () => {
  const port = `<networkport>
  <uuid>d1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d</uuid>
  <owner><name>a</name><uuid>d1eb3b86-bde3-4c5e-92b9-dbe6fb298f7d</uuid></owner>
  <mac address='52:54:00:00:00:01'/>
  <plug type='rope'/>
</networkport>`;
  expect(placeOf(() => parsePort(port))).toMatchObject({ line: 5, element: "<plug type='rope'>" });
  const bridge = "<interface type='bridge' name='br0'>\n  <protocol family='ipv5'/>\n  <bridge/>\n</interface>";
  expect(placeOf(() => parseInterface(bridge))).toMatchObject({ line: 2, element: "<protocol family='ipv5'>" });
});

const spec = (...lines: readonly string[]) => ['apiVersion: viaduct/v1', 'kind: Network', 'name: lab', 'mode: nat', ...lines].join('\n');

test.each([
  ['of the short spelling', spec('subnet: 10.3.3.0/24', 'dhcp:', '  ranges:', '    - 10.3.3.9-10.3.3.20', '    - 10.4.3.2-10.4.3.9'), 9, 7],
  [
    'of one of several addresses',
    spec(
      'addresses:',
      '  - address: 10.3.3.1/24',
      '  - address: 10.5.3.1/24',
      '    dhcp:',
      '      hosts:',
      '        - { mac: "52:54:00:00:00:01", ip: 10.5.3.4 }',
      '        - { mac: "52:54:00:00:00:02", ip: 10.5.3.4 }',
    ),
    11,
    11,
  ],
  ['of a route', spec('subnet: 10.3.3.0/24', 'routes:', '  - { to: 10.9.0.0/16, via: 10.5.0.1 }'), 7, 5],
  ['of a record', spec('subnet: 10.3.3.0/24', 'dns:', '  srv:', '    - { service: x, protocol: tcp, port: 70000, target: a }'), 8, 7],
])('a specification is refused at the line and column %s', (_what, text, line, column) => {
  expect(placeOf(() => parseSpec(text))).toMatchObject({ line, column });
});
