import type { ErrorCode } from '../../../src/model/errors.ts';
import type { UpdateCommand, UpdateSection } from '../../../src/model/update.ts';
import { lab } from './documents.ts';

const uuid = '<uuid>81ff0d90-c91e-6742-64da-4a736edb9a9b</uuid>';

/** Networks to be updated. */
export const subject = {
  addresses: lab(`${uuid}<forward mode='nat'/><bridge name='virbr7'/>
    <dns><txt name='note' value='one'/>
      <srv service='ldap' protocol='tcp' domain='lan.test' target='a.lan.test' port='389'/><srv service='sip' protocol='tcp'/>
      <host ip='192.168.77.3'><hostname>three</hostname><hostname>both</hostname></host>
      <host ip='192.168.77.4'><hostname>four</hostname><hostname>both</hostname></host></dns>
    <ip address='192.168.76.1' netmask='255.255.255.0'/>
    <ip address='192.168.77.1' netmask='255.255.255.0'><dhcp><range start='192.168.77.10' end='192.168.77.20'/>
      <host mac='52:54:00:00:00:05' name='five' ip='192.168.77.5'/><host mac='52:54:00:00:00:06' name='six' ip='192.168.77.6'/></dhcp></ip>
    <ip family='ipv6' address='2001:db8:77::1' prefix='64'><dhcp><range start='2001:db8:77::100' end='2001:db8:77::1ff'/>
      <host id='0:3:0:1' name='sixer' ip='2001:db8:77::33'/></dhcp></ip>`),
  bare: lab(`${uuid}<forward mode='nat'/><bridge name='virbr7'/><ip family='ipv6' address='2001:db8:77::1' prefix='64'/><ip address='192.168.77.1' netmask='255.255.255.0'/>`),
  lone: lab(`${uuid}<bridge name='virbr7'/><dns><txt name='a' value='b'/></dns><ip address='192.168.77.1' netmask='255.255.255.0'><dhcp><host mac='52:54:00:00:00:05' ip='192.168.77.5'/></dhcp></ip>`),
  pool: lab(`${uuid}<forward mode='passthrough'><interface dev='eth20'/><interface dev='eth21'/></forward><portgroup name='a' default='yes'/><portgroup name='b'/>`),
  empty: lab(`${uuid}<bridge name='virbr7'/>`),
} as const;

interface Edit {
  readonly what: string;
  readonly command: UpdateCommand;
  readonly section: UpdateSection;
  readonly xml: string;
  readonly parentIndex?: number;
  readonly on?: keyof typeof subject;
  /** libvirt 9.0 does otherwise. */
  readonly newer?: true;
}

/** `has` is then in the network's document, `hasNot` is not. */
export const edited: readonly (Edit & { readonly has?: string; readonly hasNot?: string })[] = [
  { what: 'a host at the end, where dhcp is', command: 'add-last', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:07' ip='192.168.77.7'/>", has: "ip='192.168.77.6'/>\n      <host mac='52:54:00:00:00:07' ip='192.168.77.7'/>" },
  { what: 'a host in front', command: 'add-first', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:07' ip='192.168.77.7'/>", has: "ip='192.168.77.7'/>\n      <host mac='52:54:00:00:00:05'" },
  { what: 'a host with a lease, by index', command: 'add-last', section: 'ip-dhcp-host', parentIndex: 1, xml: "<host name='n' ip='192.168.77.7'><lease expiry='5' unit='hours'/></host>", has: "<lease expiry='5' unit='hours'/>" },
  { what: 'an IPv6 host by index', command: 'add-last', section: 'ip-dhcp-host', parentIndex: 2, xml: "<host id='0:4:1' ip='2001:db8:77::44'/>", has: "<host id='0:4:1' ip='2001:db8:77::44'/>" },
  { what: 'the first host of a network goes to its first IPv4 address', on: 'bare', command: 'add-last', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:07' ip='192.168.77.7'/>", has: "<dhcp>\n      <host mac='52:54:00:00:00:07' ip='192.168.77.7'/>\n    </dhcp>" },
  { what: 'a host changed, found by mac', command: 'modify', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:05' name='cinq' ip='192.168.77.55'/>", has: "<host mac='52:54:00:00:00:05' name='cinq' ip='192.168.77.55'/>\n      <host mac='52:54:00:00:00:06'" },
  { what: 'a host changed, found by name', command: 'modify', section: 'ip-dhcp-host', xml: "<host name='six' ip='192.168.77.66'/>", has: "<host name='six' ip='192.168.77.66'/>", hasNot: '52:54:00:00:00:06' },
  { what: 'a host changed, found by address', command: 'modify', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:99' ip='192.168.77.6'/>", has: "<host mac='52:54:00:00:00:99' ip='192.168.77.6'/>", hasNot: '52:54:00:00:00:06' },
  { what: 'a host deleted by mac', command: 'delete', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:05'/>", has: '52:54:00:00:00:06', hasNot: '52:54:00:00:00:05' },
  { what: 'a host deleted by name', command: 'delete', section: 'ip-dhcp-host', xml: "<host name='six'/>", has: '52:54:00:00:00:05', hasNot: '52:54:00:00:00:06' },
  { what: 'an IPv6 host deleted by id', newer: true, command: 'delete', section: 'ip-dhcp-host', parentIndex: 2, xml: "<host id='0:3:0:1'/>", hasNot: 'sixer' },
  { what: 'the last host deleted, and the dhcp with it', on: 'lone', command: 'delete', section: 'ip-dhcp-host', xml: "<host ip='192.168.77.5'/>", has: "netmask='255.255.255.0'>\n  </ip>", hasNot: 'dhcp' },
  { what: 'a range at the end', command: 'add-last', section: 'ip-dhcp-range', xml: "<range start='192.168.77.30' end='192.168.77.40'/>", has: "end='192.168.77.20'/>\n      <range start='192.168.77.30' end='192.168.77.40'/>" },
  { what: 'an IPv6 range in front', command: 'add-first', section: 'ip-dhcp-range', parentIndex: 2, xml: "<range start='2001:db8:77::300' end='2001:db8:77::3ff'/>", has: "3ff'/>\n      <range start='2001:db8:77::100'" },
  { what: 'a range deleted', command: 'delete', section: 'ip-dhcp-range', xml: "<range start='192.168.77.10' end='192.168.77.20'/>", hasNot: "start='192.168.77.10'" },
  { what: 'a dns host', command: 'add-last', section: 'dns-host', xml: "<host ip='192.168.77.8'><hostname>four</hostname></host>", has: "<host ip='192.168.77.8'>\n      <hostname>four</hostname>" },
  { what: 'the first dns host', on: 'empty', command: 'add-first', section: 'dns-host', xml: "<host ip='192.168.77.8'><hostname>four</hostname></host>", has: "  <dns>\n    <host ip='192.168.77.8'>" },
  { what: 'a dns host changed', newer: true, command: 'modify', section: 'dns-host', xml: "<host ip='192.168.77.3'><hostname>drei</hostname></host>", has: '<hostname>drei</hostname>', hasNot: 'three' },
  { what: 'a dns host deleted by address', command: 'delete', section: 'dns-host', xml: "<host ip='192.168.77.3'/>", hasNot: 'three' },
  { what: 'a dns host deleted by name', command: 'delete', section: 'dns-host', xml: '<host><hostname>four</hostname></host>', hasNot: 'four' },
  { what: 'a dns host deleted by one of its names although the address is wrong', command: 'delete', section: 'dns-host', xml: "<host ip='1.1.1.1'><hostname>four</hostname></host>", hasNot: 'four' },
  { what: 'a txt', command: 'add-first', section: 'dns-txt', xml: "<txt name='n' value='v'/>", has: "<txt name='n' value='v'/>\n    <txt name='note'" },
  { what: 'a txt changed', newer: true, command: 'modify', section: 'dns-txt', xml: "<txt name='note' value='two'/>", has: "<txt name='note' value='two'/>", hasNot: "value='one'" },
  { what: 'the last txt deleted by name, and the dns with it', on: 'lone', command: 'delete', section: 'dns-txt', xml: "<txt name='a'/>", hasNot: '<dns' },
  { what: 'a srv that differs', command: 'add-last', section: 'dns-srv', xml: "<srv service='ldap' protocol='udp'/>", has: "<srv service='ldap' protocol='udp'/>" },
  { what: 'a srv deleted by one field', command: 'delete', section: 'dns-srv', xml: "<srv service='ldap'/>", hasNot: 'ldap' },
  { what: 'a portgroup', on: 'pool', command: 'add-last', section: 'portgroup', xml: "<portgroup name='c'><bandwidth><inbound average='10'/></bandwidth></portgroup>", has: "<portgroup name='c'>\n    <bandwidth>" },
  { what: 'a portgroup changed', on: 'pool', command: 'modify', section: 'portgroup', xml: "<portgroup name='a'/>", hasNot: 'default' },
  { what: 'a portgroup deleted', on: 'pool', command: 'delete', section: 'portgroup', xml: "<portgroup name='b'/>", hasNot: "name='b'" },
  { what: 'a device in front of the pool', on: 'pool', command: 'add-first', section: 'forward-interface', xml: "<interface dev='eth19'/>", has: "<forward dev='eth19' mode='passthrough'>\n    <interface dev='eth19'/>\n    <interface dev='eth20'/>" },
  { what: 'a device of the pool deleted', on: 'pool', command: 'delete', section: 'forward-interface', xml: "<interface dev='eth20'/>", has: "<forward dev='eth21' mode='passthrough'>", hasNot: 'eth20' },
  { what: 'the way out of a nat network', on: 'bare', command: 'add-last', section: 'forward-interface', xml: "<interface dev='eth1'/>", has: "<forward dev='eth1' mode='nat'>\n    <interface dev='eth1'/>" },
];

export const refusedEdits: readonly (Edit & { readonly code: ErrorCode })[] = [
  ...(['bridge', 'domain', 'ip', 'forward', 'forward-pf'] as const).map((section) => ({
    what: `any change of ${section}`, command: 'add-last' as const, section, xml: '<x/>', code: 'operation-unsupported' as const,
  })),
  { what: 'another element', command: 'add-last', section: 'ip-dhcp-range', xml: "<host mac='52:54:00:00:00:09' ip='192.168.77.9'/>", code: 'xml-invalid' },
  { what: 'text that is no element', newer: true, command: 'add-last', section: 'ip-dhcp-range', xml: '<range', code: 'xml-malformed' },
  { what: 'two elements', newer: true, command: 'add-last', section: 'ip-dhcp-host', xml: '<host/><host/>', code: 'xml-malformed' },
  { what: 'a host with a name that is taken', newer: true, command: 'add-last', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:09' name='five' ip='192.168.77.9'/>", code: 'operation-invalid' },
  { what: 'a host with a mac that is taken', newer: true, command: 'add-first', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:05' name='x' ip='192.168.77.9'/>", code: 'operation-invalid' },
  { what: 'a host with an address that is taken', newer: true, command: 'add-first', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:09' name='x' ip='192.168.77.6'/>", code: 'operation-invalid' },
  { what: 'a host by nothing', command: 'delete', section: 'ip-dhcp-host', xml: '<host/>', code: 'xml-invalid' },
  { what: 'a new host without address', command: 'add-last', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:09'/>", code: 'xml-invalid' },
  { what: 'a changed host without address', command: 'modify', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:05'/>", code: 'xml-invalid' },
  { what: 'a change of a host that is not there', command: 'modify', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:99' ip='192.168.77.9'/>", code: 'operation-invalid' },
  { what: 'deleting a host of which one attribute differs', command: 'delete', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:05' name='six'/>", code: 'operation-invalid' },
  { what: 'a host for a second IPv4 address', command: 'add-last', section: 'ip-dhcp-host', parentIndex: 0, xml: "<host mac='52:54:00:00:00:09' ip='192.168.76.9'/>", code: 'operation-invalid' },
  { what: 'a host for an address that is not there', command: 'add-last', section: 'ip-dhcp-host', parentIndex: 7, xml: "<host mac='52:54:00:00:00:09' ip='192.168.76.9'/>", code: 'operation-invalid' },
  { what: 'a host where there is no address at all', on: 'empty', command: 'add-last', section: 'ip-dhcp-host', xml: "<host mac='52:54:00:00:00:09' ip='192.168.76.9'/>", code: 'operation-invalid' },
  { what: 'an IPv6 host for an IPv4 address', newer: true, command: 'add-last', section: 'ip-dhcp-host', xml: "<host id='0:4:1' ip='2001:db8:77::44'/>", code: 'operation-invalid' },
  { what: 'a range that is there', command: 'add-last', section: 'ip-dhcp-range', xml: "<range start='192.168.77.10' end='192.168.77.20'/>", code: 'operation-invalid' },
  { what: 'a range outside', command: 'add-last', section: 'ip-dhcp-range', xml: "<range start='192.168.99.10' end='192.168.99.20'/>", code: 'range-invalid' },
  { what: 'a change of a range', newer: true, command: 'modify', section: 'ip-dhcp-range', xml: "<range start='192.168.77.10' end='192.168.77.20'/>", code: 'operation-unsupported' },
  { what: 'deleting a range that is not there', command: 'delete', section: 'ip-dhcp-range', xml: "<range start='192.168.77.10' end='192.168.77.21'/>", code: 'operation-invalid' },
  { what: 'a dns host with an address that is taken', command: 'add-last', section: 'dns-host', xml: "<host ip='192.168.77.3'><hostname>x</hostname></host>", code: 'operation-invalid' },
  { what: 'a dns host without name', command: 'add-last', section: 'dns-host', xml: "<host ip='192.168.77.8'/>", code: 'xml-value' },
  { what: 'a dns host that is no address', command: 'add-last', section: 'dns-host', xml: "<host ip='192.168.77.333'><hostname>x</hostname></host>", code: 'xml-value' },
  { what: 'deleting a dns host by nothing', newer: true, command: 'delete', section: 'dns-host', xml: "<host protocol='x'/>", code: 'xml-value' },
  { what: 'deleting a dns host by a name that two have', command: 'delete', section: 'dns-host', xml: '<host><hostname>both</hostname></host>', code: 'operation-invalid' },
  { what: 'deleting a dns host that is not there', command: 'delete', section: 'dns-host', xml: "<host ip='192.168.77.9'/>", code: 'operation-invalid' },
  { what: 'a change of a dns host that is not there', newer: true, command: 'modify', section: 'dns-host', xml: "<host ip='192.168.77.9'><hostname>x</hostname></host>", code: 'operation-invalid' },
  { what: 'a txt with a name that is taken', command: 'add-last', section: 'dns-txt', xml: "<txt name='note' value='two'/>", code: 'operation-invalid' },
  { what: 'a txt without value', command: 'add-last', section: 'dns-txt', xml: "<txt name='nope'/>", code: 'xml-value' },
  { what: 'a change of a txt that is not there', newer: true, command: 'modify', section: 'dns-txt', xml: "<txt name='nope' value='x'/>", code: 'operation-invalid' },
  { what: 'deleting a txt that is not there', command: 'delete', section: 'dns-txt', xml: "<txt name='nope'/>", code: 'operation-invalid' },
  { what: 'a srv that says no more than another', command: 'add-last', section: 'dns-srv', xml: "<srv service='ldap' protocol='tcp'/>", code: 'operation-invalid' },
  { what: 'a change of a srv', newer: true, command: 'modify', section: 'dns-srv', xml: "<srv service='ldap' protocol='tcp'/>", code: 'operation-unsupported' },
  { what: 'deleting a srv by a field that two share', command: 'delete', section: 'dns-srv', xml: "<srv protocol='tcp'/>", code: 'operation-invalid' },
  { what: 'deleting a srv that is not there', command: 'delete', section: 'dns-srv', xml: "<srv protocol='udp'/>", code: 'operation-invalid' },
  { what: 'a portgroup that is there', on: 'pool', command: 'add-last', section: 'portgroup', xml: "<portgroup name='a'/>", code: 'operation-invalid' },
  { what: 'a second default portgroup', on: 'pool', command: 'add-last', section: 'portgroup', xml: "<portgroup name='n' default='yes'/>", code: 'operation-invalid' },
  { what: 'making a second portgroup the default', on: 'pool', command: 'modify', section: 'portgroup', xml: "<portgroup name='b' default='yes'/>", code: 'operation-invalid' },
  { what: 'a change of a portgroup that is not there', on: 'pool', command: 'modify', section: 'portgroup', xml: "<portgroup name='n'/>", code: 'operation-invalid' },
  { what: 'deleting a portgroup that is not there', on: 'pool', command: 'delete', section: 'portgroup', xml: "<portgroup name='n'/>", code: 'operation-invalid' },
  { what: 'a device that is there', on: 'pool', command: 'add-last', section: 'forward-interface', xml: "<interface dev='eth21'/>", code: 'operation-invalid' },
  { what: 'a device without name', on: 'pool', command: 'add-last', section: 'forward-interface', xml: '<interface/>', code: 'xml-invalid' },
  { what: 'a change of a device', on: 'pool', command: 'modify', section: 'forward-interface', xml: "<interface dev='eth21'/>", code: 'operation-unsupported' },
  { what: 'deleting a device that is not there', on: 'pool', command: 'delete', section: 'forward-interface', xml: "<interface dev='eth5'/>", code: 'operation-invalid' },
  { what: 'a way out of an isolated network', newer: true, on: 'empty', command: 'add-last', section: 'forward-interface', xml: "<interface dev='eth5'/>", code: 'operation-invalid' },
];
