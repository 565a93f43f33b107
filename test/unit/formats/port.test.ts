import { expect, test } from 'vitest';
import { formatPort, parsePort } from '../../../src/formats/libvirt/port.ts';

const uuid = '<uuid>5d744f21-ba4a-4d6e-bdb2-30a35ff3207d</uuid>';
const owner = '<owner><name>guest</name><uuid>d54df46f-1ab5-4a22-8618-4560ef5fac2c</uuid></owner>';
const mac = "<mac address='52:54:00:7b:35:93'/>";
const port = (inner: string) => `<networkport>${uuid}${owner}${mac}${inner}</networkport>`;

test.each([
  ['no plug, which asks for one', '', ''],
  ['a group', '<group>web</group>', ''],
  ['a network plug', "<plug bridge='virbr0' type='network'/>", "  <plug type='network' bridge='virbr0'/>\n"],
  [
    'a bridge plug',
    "<plug type='bridge' bridge='br0' macTableManager='libvirt'/>",
    "  <plug type='bridge' bridge='br0' macTableManager='libvirt'/>\n",
  ],
  ['a direct plug', "<plug type='direct' dev='ens3'/>", "  <plug type='direct' dev='ens3' mode='vepa'/>\n"],
  [
    'a PCI plug',
    "<plug type='hostdev-pci' managed='yes'><driver name='vfio'/><address domain='1' bus='17' slot='3' function='4'/></plug>",
    "  <plug type='hostdev-pci' managed='yes'>\n    <driver name='vfio'/>\n    <address domain='0x0001' bus='0x11' slot='0x03' function='0x4'/>\n  </plug>\n",
  ],
  [
    'everything else, in its order',
    "<rxfilters trustGuest='no'/><port isolated='yes'/><vlan><tag id='3'/></vlan><bandwidth classID='3'><inbound average='1' floor='2'/></bandwidth><virtualport type='802.1Qbh'><parameters profileid='p'/></virtualport>",
    "  <virtualport type='802.1Qbh'>\n    <parameters profileid='p'/>\n  </virtualport>\n  <bandwidth classID='3'>\n    <inbound average='1' floor='2'/>\n  </bandwidth>\n  <vlan>\n    <tag id='3'/>\n  </vlan>\n  <port isolated='yes'/>\n  <rxfilters trustGuest='no'/>\n",
  ],
])('a port with %s is printed as libvirt prints it', (_what, inner, printed) => {
  const document = parsePort(port(inner), { validate: true });
  const text = formatPort(document);
  expect(text).toContain(printed);
  expect(parsePort(text)).toEqual(document);
});

test('a port starts with its uuid, owner, group and mac', () => {
  expect(formatPort(parsePort(port('<group>g</group>')))).toBe(`<networkport>
  <uuid>5d744f21-ba4a-4d6e-bdb2-30a35ff3207d</uuid>
  <owner>
    <name>guest</name>
    <uuid>d54df46f-1ab5-4a22-8618-4560ef5fac2c</uuid>
  </owner>
  <group>g</group>
  <mac address='52:54:00:7b:35:93'/>
</networkport>
`);
});

test.each([
  ['another root', '<network/>', 'xml-root', "expecting root element of 'networkport'"],
  ['no uuid', `<networkport>${owner}${mac}</networkport>`, 'port-invalid', 'network port has no uuid'],
  ['a bad uuid', `<networkport><uuid>1</uuid>${owner}${mac}</networkport>`, 'port-invalid', "Unable to parse UUID '1'"],
  ['no owner', `<networkport>${uuid}${mac}</networkport>`, 'port-invalid', 'network port has no owner name'],
  [
    'an owner without uuid',
    `<networkport>${uuid}<owner><name>a</name></owner>${mac}</networkport>`,
    'port-invalid',
    'network port has no owner UUID',
  ],
  ['no mac', `<networkport>${uuid}${owner}</networkport>`, 'port-invalid', 'network port has no mac'],
  ['a bad mac', `<networkport>${uuid}${owner}<mac address='x'/></networkport>`, 'port-invalid', "Unable to parse MAC 'x'"],
  ['a plug without type', port('<plug/>'), 'xml-invalid', 'Missing network port plug type'],
  ['an unknown plug', port("<plug type='wall'/>"), 'xml-invalid', "Invalid value for attribute 'type' in element 'plug': 'wall'."],
  ['a bridge plug without bridge', port("<plug type='bridge'/>"), 'xml-invalid', 'Missing network port bridge name'],
  ['a network plug without bridge', port("<plug type='network'/>"), 'xml-invalid', 'Missing network port bridge name'],
  ['a direct plug without device', port("<plug type='direct'/>"), 'xml-invalid', 'Missing network port link device name'],
  ['an unknown direct mode', port("<plug type='direct' dev='e' mode='x'/>"), 'xml-invalid', "attribute 'mode' in element 'plug'"],
  ['a PCI plug without address', port("<plug type='hostdev-pci'/>"), 'xml-invalid', 'Missing network port PCI address'],
  ['a guess at isolated', port("<port isolated='maybe'/>"), 'xml-invalid', "attribute 'isolated' in element 'port'"],
  ['a vlan without tag', port('<vlan/>'), 'xml-invalid', 'missing tag id'],
  ['a bandwidth without average or floor', port('<bandwidth><inbound/></bandwidth>'), 'xml-value', 'Missing mandatory average or floor'],
])('a port with %s is refused', (_what, xml, code, says) => {
  expect(() => parsePort(xml)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(says) }));
});
