import { describe, expect, test } from 'vitest';
import { formatNetwork, parseNetwork } from '../../../src/formats/libvirt/network.ts';
import { formatSpec, parseSpec } from '../../../src/formats/spec.ts';
import { ViaductError } from '../../../src/model/errors.ts';

const head = 'apiVersion: viaduct/v1\nkind: Network\nname: blue\n';

/** The definition that a specification means, in libvirt's words. */
function xmlOf(spec: string): string {
  return formatNetwork(parseSpec(spec)[0]!.network);
}

function refusalOf(spec: string): ViaductError {
  try {
    parseSpec(spec);
  } catch (error) {
    if (error instanceof ViaductError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const everything = `apiVersion: viaduct/v1
kind: Network
name: everything
uuid: 81ff0d90-c91e-6742-64da-4a736edb9a9b
title: All of it
description: |-
  two
  lines
mode: nat
uplink: eth0
nat:
  ipv6: true
  addresses: 198.51.100.4-198.51.100.9
  ports: 1024-2048
bridge:
  name: virbr7
  zone: public
  macTableManager: libvirt
  stp: false
  delay: 3
mtu: 1400
mac: "52:54:00:12:34:56"
domain:
  name: lan.test
  localOnly: true
dns:
  forwardPlainNames: false
  forwarders:
    - 192.0.2.1
    - domain: corp.test
      address: 192.0.2.2
    - domain: direct.test
  txt:
    - name: note
      value: x y, z
  srv:
    - service: ldap
      protocol: tcp
      target: a.lan.test
      port: 389
  hosts:
    - ip: 192.168.77.3
      names:
        - a
        - b
addresses:
  - address: 192.168.77.1/255.255.255.0
    localPtr: true
    tftp: /srv/tftp
    dhcp:
      ranges:
        - 192.168.77.10-192.168.77.20
        - addresses: 192.168.77.30-192.168.77.40
          lease: 2h
      hosts:
        - mac: "52:54:00:00:00:01"
          name: web
          ip: 192.168.77.5
          lease: infinite
      boot:
        file: pxe.img
        server: 192.168.77.9
  - address: 192.168.78.1/24
    family: ipv4
  - 2001:db8:77::1/64
routes:
  - to: 10.9.0.0/255.255.0.0
    via: 192.168.77.2
    metric: 5
  - to: 2001:db8:99::/48
    via: 2001:db8:77::2
bandwidth:
  inbound:
    average: 1000
    peak: 5000
    burst: 1024
  outbound:
    average: 128
isolatedPorts: true
trustGuestRxFilters: true
portgroups:
  - name: sales
    default: true
    trustGuestRxFilters: false
    bandwidth:
      inbound:
        average: 500
dnsmasq:
  - log-queries
metadata:
  - <app:owner xmlns:app="http://app.test/1">ann</app:owner>
`;

describe('round trips', () => {
  test('a specification in its shortest spelling comes back as it was', () => {
    expect(formatSpec(parseSpec(everything)[0]!.network)).toBe(everything);
  });

  const documents: { name: string; xml: string }[] = [
    { name: 'the whole of it', xml: xmlOf(everything) },
    {
      name: 'a host bridge with VLANs',
      xml: `<network><name>a</name><forward mode='bridge'/><bridge name='br0'/><vlan trunk='yes'><tag id='4' nativeMode='untagged'/><tag id='5'/></vlan></network>`,
    },
    { name: 'one VLAN', xml: `<network><name>a</name><forward mode='bridge'/><bridge name='br0'/><vlan><tag id='4'/></vlan></network>` },
    {
      name: 'macvtap over two cards',
      xml: `<network><name>a</name><forward mode='private'><interface dev='eth0'/><interface dev='eth1'/></forward></network>`,
    },
    { name: 'all functions of a card', xml: `<network><name>a</name><forward mode='passthrough'><pf dev='eth0'/></forward></network>` },
    {
      name: 'PCI devices',
      xml: `<network><name>a</name><forward mode='hostdev' managed='yes'><driver name='vfio'/><address type='pci' domain='0x0000' bus='0x03' slot='0x1f' function='0x7'/></forward></network>`,
    },
    {
      name: 'Open vSwitch with profiles',
      xml: `<network><name>a</name><forward mode='bridge'/><bridge name='ovs'/><virtualport type='openvswitch'><parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport><portgroup name='p'><virtualport><parameters profileid='x'/></virtualport></portgroup></network>`,
    },
    { name: 'a very isolated network', xml: `<network ipv6='yes'><name>a</name></network>` },
    { name: 'DNS switched off', xml: `<network><name>a</name><dns enable='no'/><ip address='10.0.0.1' prefix='24'/></network>` },
    { name: 'an address of a class', xml: `<network><name>a</name><ip address='10.0.0.1'/></network>` },
  ];
  for (const { name, xml } of documents) {
    test(`XML, YAML and XML again: ${name}`, () => {
      const printed = formatNetwork(parseNetwork(xml));
      const spec = formatSpec(parseNetwork(xml));
      expect(xmlOf(spec)).toBe(printed);
      expect(formatSpec(parseSpec(spec)[0]!.network)).toBe(spec);
    });
  }
});

describe('short spellings', () => {
  const cases: { name: string; short: string; long: string }[] = [
    { name: "a subnet is the host's first address", short: 'subnet: 10.1.2.0/24', long: 'addresses: [10.1.2.1/24]' },
    { name: 'unless it says which', short: 'subnet: 10.1.2.9/24', long: 'addresses: [10.1.2.9/24]' },
    {
      name: 'dhcp takes what is left',
      short: 'subnet: 10.1.2.0/24\ndhcp: true',
      long: 'addresses: [{address: 10.1.2.1/24, dhcp: {ranges: [10.1.2.2-10.1.2.254]}}]',
    },
    {
      name: 'around an address in the middle, which dnsmasq keeps for itself',
      short: 'subnet: 10.1.2.9/24\ndhcp: true',
      long: 'addresses: [{address: 10.1.2.9/24, dhcp: {ranges: [10.1.2.1-10.1.2.254]}}]',
    },
    {
      name: 'but not more than libvirt allows',
      short: 'subnet: 2001:db8::/64\ndhcp: true',
      long: "addresses: [{address: '2001:db8::1/64', dhcp: {ranges: ['2001:db8::100-2001:db8::ffff']}}]",
    },
    {
      name: 'one name',
      short: 'subnet: 10.1.2.0/24\ndomain: lan\nbridge: br-blue',
      long: 'addresses: [10.1.2.1/24]\ndomain: {name: lan}\nbridge: {name: br-blue}',
    },
    { name: 'no DNS', short: 'subnet: 10.1.2.0/24\ndns: false', long: 'addresses: [10.1.2.1/24]\ndns: {enable: false}' },
  ];
  for (const { name, short, long } of cases) {
    test(name, () => {
      expect(xmlOf(`${head}mode: nat\n${short}\n`)).toBe(xmlOf(`${head}mode: nat\n${long}\n`));
    });
  }
});

describe('documents', () => {
  test('several stand in one text, each with the state it asks for', () => {
    const text = `${head}mode: very-isolated\n---\n# nothing here\n---\n${head.replace('blue', 'red')}mode: very-isolated\nautostart: true\nactive: false\n`;
    expect(parseSpec(text).map(({ network, autostart, active }) => [network.name, autostart, active])).toEqual([
      ['blue', undefined, true],
      ['red', true, false],
    ]);
  });

  test('JSON is YAML', () => {
    expect(parseSpec('{"apiVersion": "viaduct/v1", "kind": "Network", "name": "j", "mode": "very-isolated"}')[0]?.network.name).toBe('j');
  });

  test('what begins like XML is libvirt XML', () => {
    expect(parseSpec('\uFEFF\n  <network><name>x</name></network>')).toMatchObject([
      { kind: 'network', active: true, network: { name: 'x' } },
    ]);
  });

  test('the state is written where it says something', () => {
    const { network } = parseSpec(`${head}mode: very-isolated\n`)[0]!;
    expect(formatSpec(network, { autostart: true, active: false })).toBe(`${head}mode: very-isolated\nautostart: true\nactive: false\n`);
    expect(formatSpec(network, { active: true })).toBe(`${head}mode: very-isolated\n`);
  });
});

const mistakes: { name: string; spec: string; want: string }[] = [
  { name: 'an unknown mode', spec: `${head}mode: natt\n`, want: 'Line 4, column 1: mode: expected nat, route, open,' },
  { name: 'an unknown field', spec: `${head}mode: nat\nfoo: 1\n`, want: 'Line 5, column 1: foo: there is no such field' },
  {
    name: 'a missing field',
    spec: 'apiVersion: viaduct/v1\nkind: Network\nmode: nat\n',
    want: 'Line 1, column 1: name: this field is missing',
  },
  { name: 'a number for a text', spec: `${head}mode: nat\nbridge:\n  name: 5\n`, want: 'Line 6, column 3: bridge.name: expected text' },
  {
    name: 'half an address deep inside',
    spec: `${head}mode: nat\naddresses:\n  - address: 1.2.3.4/24\n    dhcp:\n      ranges:\n        - 1.2.3.5-1.2.3.x\n`,
    want: "Line 9, column 11: addresses[0].dhcp.ranges[0]: '1.2.3.5-1.2.3.x' is not a range such as",
  },
  { name: 'broken YAML', spec: `${head} mode: nat\n`, want: 'Line 3, column 7: Nested mappings' },
  { name: 'a field twice', spec: `${head}name: red\nmode: nat\n`, want: 'Line 4, column 1: Map keys must be unique' },
  { name: 'something else altogether', spec: 'hello\n', want: 'Line 1, column 1: expected fields' },
  { name: 'nothing', spec: '---\n', want: 'The specification is empty.' },
  {
    name: 'what libvirt would refuse, in its words',
    spec: `${head}mode: nat\n`,
    want: "Line 3, column 1: nat forwarding requested, but no IP address provided for network 'blue'",
  },
  {
    name: 'an isolated network that nobody answers on',
    spec: `${head}mode: isolated\n`,
    want: 'Line 4, column 1: mode: An isolated network has an address',
  },
  {
    name: 'a very isolated network with an address',
    spec: `${head}mode: very-isolated\nsubnet: 10.0.0.0/24\n`,
    want: 'Line 4, column 1: mode: A very isolated network',
  },
  {
    name: 'a field of another mode',
    spec: `${head}mode: open\nuplink: eth0\nsubnet: 10.0.0.0/24\n`,
    want: "Line 5, column 1: uplink: A network of mode open has no 'uplink'",
  },
  {
    name: 'two spellings of one thing',
    spec: `${head}mode: nat\nsubnet: 10.0.0.0/24\naddresses: [10.0.0.1/24]\n`,
    want: "Line 5, column 1: subnet: 'subnet' and 'addresses' say the same",
  },
  {
    name: 'dhcp in the air',
    spec: `${head}mode: nat\naddresses: [10.0.0.1/24]\ndhcp: true\n`,
    want: "Line 6, column 1: dhcp: 'dhcp' belongs to a 'subnet'",
  },
  {
    name: 'metadata that breaks out',
    spec: `${head}mode: nat\nmetadata: ["</metadata><bridge/>"]\n`,
    want: "Line 5, column 12: metadata[0]: '</metadata><bridge/>' is not an XML element",
  },
  { name: 'the second document', spec: `${head}mode: very-isolated\n---\n${head}mode: x\n`, want: 'Line 9, column 1: mode: expected' },
  { name: 'an alias to itself', spec: '- &a [*a]\n', want: 'Line 1, column 1: expected fields' },
  {
    name: 'an alias bomb',
    spec: `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n`,
    want: 'Line 1, column 1: Excessive alias count',
  },
];
for (const { name, spec, want } of mistakes) {
  test(`refused with its place: ${name}`, () => {
    const { code, message } = refusalOf(spec);
    expect(code).toBe('spec-invalid');
    expect(message).toContain(want);
  });
}

describe('VLANs', () => {
  const lan = (vlan: string) => `${head}mode: bridge\nbridge: br0\n${vlan}\n`;
  test.each([
    ['S013: a number', 'vlan: 10', ['<vlan>', "<tag id='10'/>"]],
    ['S013: an access port', 'vlan: {access: 10}', ['<vlan>', "<tag id='10'/>"]],
    ['S014: a trunk', 'vlan: {trunk: [10, 20-21]}', ["<vlan trunk='yes'>", "<tag id='10'/>", "<tag id='20'/>", "<tag id='21'/>"]],
    [
      'S014: a trunk with a native one',
      'vlan: {trunk: [10], native: 1}',
      ["<vlan trunk='yes'>", "<tag id='1' nativeMode='untagged'/>", "<tag id='10'/>"],
    ],
    [
      'tags with a word each',
      'vlan: {trunk: true, tags: [{id: 1, native: tagged}, 2]}',
      ["<vlan trunk='yes'>", "<tag id='1' nativeMode='tagged'/>", "<tag id='2'/>"],
    ],
    ['of a portgroup', 'portgroups: [{name: red, vlan: {access: 10}}]', ["<portgroup name='red'>", '<vlan>', "<tag id='10'/>"]],
  ])('%s', (_, vlan, want) => {
    const xml = xmlOf(lan(vlan));
    expect(xml.split('\n').map((line) => line.trim())).toEqual(expect.arrayContaining(want));
    expect(xmlOf(formatSpec(parseNetwork(xml)))).toBe(xml);
  });

  test('are written as a number or a list where that says it all', () => {
    const written = (vlan: string) => formatSpec(parseNetwork(xmlOf(lan(vlan)))).split('bridge: br0\n')[1];
    expect(written('vlan: {tags: [10]}')).toBe('vlan: 10\n');
    expect(written('vlan: {trunk: true, tags: [{id: 1, native: untagged}, 7]}')).toBe('vlan:\n  trunk:\n    - 7\n  native: 1\n');
  });

  test.each([
    ['S015 D9: VLAN 4095', 'vlan: 4095', '4095 is not the ID of a VLAN: 4095 is reserved'],
    ['S015 D9: VLAN 0 of a trunk', 'vlan: {trunk: [0, 1]}', '0 is not the ID of a VLAN: 0 marks a frame'],
    ['S015 D9: VLAN 4096', 'vlan: 4096', 'vlan tag id 4096 too large'],
    ['two ways at once', 'vlan: {access: 1, trunk: [2]}', "one of 'access', a list as 'trunk', and 'tags' is needed"],
    ['a native one of nothing', 'vlan: {access: 1, native: 2}', "'native' belongs to a list as 'trunk'"],
    ['what is no list', 'vlan: {trunk: many}', 'a list of VLANs such as [10, 20-29]'],
    ['a range backwards', 'vlan: {trunk: [20-10]}', 'a list of VLANs such as [10, 20-29]'],
  ])('%s is refused', (_, vlan, message) => {
    expect(refusalOf(lan(vlan)).message).toContain(message);
  });
});
