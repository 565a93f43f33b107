import { address, address6, dhcp, dhcp6, lab, onHostBridge } from './documents.ts';

/** What is read and, between `<name>` and the end, how it is printed again. */
export interface Printed {
  readonly what: string;
  readonly xml: string;
  readonly lines: readonly string[];
  /** libvirt 9.0 does not know it yet, or its test driver leaves it out. */
  readonly newer?: true;
}

const own = "  <bridge stp='on' delay='0'/>";
const ip = ["  <ip address='192.168.77.1' netmask='255.255.255.0'>", '  </ip>'];
const ip6 = ["  <ip family='ipv6' address='2001:db8:77::1' prefix='64'>", '  </ip>'];
const host = ["  <forward mode='bridge'/>", "  <bridge name='br0'/>"];
const inDhcp = (...lines: string[]) => [own, ip[0] ?? '', '    <dhcp>', ...lines.map((line) => `      ${line}`), '    </dhcp>', '  </ip>'];

export const printed: readonly Printed[] = [
  { what: 'an isolated network', xml: lab(address), lines: [own, ...ip] },
  { what: 'a very isolated network', xml: lab(''), lines: [own] },
  {
    what: 'a title and a description',
    xml: lab('<description>two\nlines</description><title>T</title>'),
    lines: ['  <title>T</title>', '  <description>two\nlines</description>', own],
    newer: true,
  },
  { what: 'guest-to-guest IPv6', xml: lab('', " ipv6='yes' trustGuestRxFilters='no'"), lines: [own] },
  { what: 'no guest-to-guest IPv6, which is the default', xml: lab('', " ipv6='no'"), lines: [own] },
  { what: 'a forward without mode', xml: lab(`<forward/>${address}`), lines: ["  <forward mode='nat'/>", own, ...ip] },
  { what: 'a forward of mode none', xml: lab(`<forward mode='none'/>${address}`), lines: [own, ...ip] },
  {
    what: 'a forward dev, printed as interface too',
    xml: lab(`<forward mode='route' dev='eth1'/>${address}`),
    lines: ["  <forward dev='eth1' mode='route'>", "    <interface dev='eth1'/>", '  </forward>', own, ...ip],
  },
  {
    what: 'a listed interface, printed as dev too',
    xml: lab(`<forward mode='route'><interface dev='eth1' connections='3'/></forward>${address}`),
    lines: ["  <forward dev='eth1' mode='route'>", "    <interface dev='eth1'/>", '  </forward>', own, ...ip],
  },
  {
    what: 'nat with everything',
    xml: lab(
      `<forward dev='e'><nat ipv6='yes'><port start='5' end='6'/><address start='1.2.3.4' end='1.2.3.4'/></nat></forward>${address}`,
    ),
    lines: [
      "  <forward dev='e' mode='nat'>",
      "    <nat ipv6='yes'>",
      "      <address start='1.2.3.4' end='1.2.3.4'/>",
      "      <port start='5' end='6'/>",
      '    </nat>',
      "    <interface dev='e'/>",
      '  </forward>',
      own,
      ...ip,
    ],
  },
  {
    what: 'an empty nat, which says nothing',
    xml: lab(`<forward><nat/></forward>${address}`),
    lines: ["  <forward mode='nat'/>", own, ...ip],
  },
  { what: 'an open network', xml: lab(`<forward mode='open'/>${address}`), lines: ["  <forward mode='open'/>", own, ...ip] },
  { what: "the host's own bridge", xml: onHostBridge(''), lines: host },
  {
    what: "the host's own bridge with a table manager",
    xml: lab("<forward mode='bridge'/><bridge name='br0' delay='0' macTableManager='libvirt'/>"),
    lines: ["  <forward mode='bridge'/>", "  <bridge name='br0' macTableManager='libvirt'/>"],
  },
  {
    what: 'a macvtap pool',
    xml: lab("<forward mode='vepa'><interface dev='a'/><interface dev='b'/></forward>"),
    lines: ["  <forward dev='a' mode='vepa'>", "    <interface dev='a'/>", "    <interface dev='b'/>", '  </forward>'],
  },
  {
    what: 'a hostdev pool',
    xml: lab("<forward mode='hostdev'><driver name='vfio'/><address type='pci' bus='010' slot='0x2' function='1'/></forward>"),
    lines: [
      "  <forward mode='hostdev' managed='no'>",
      "    <driver name='vfio'/>",
      "    <address type='pci' domain='0x0000' bus='0x08' slot='0x02' function='0x1'/>",
      '  </forward>',
    ],
  },
  {
    what: 'a physical function',
    xml: lab("<forward mode='hostdev' managed='yes'><pf dev='eth2'/></forward>"),
    lines: ["  <forward mode='hostdev' managed='yes'>", "    <pf dev='eth2'/>", '  </forward>'],
  },
  {
    what: 'a driver by model',
    xml: lab("<forward mode='hostdev'><driver model='m'/><pf dev='eth2'/></forward>"),
    lines: ["  <forward mode='hostdev' managed='no'>", "    <driver model='m'/>", "    <pf dev='eth2'/>", '  </forward>'],
    newer: true,
  },
  {
    what: 'a bridge with everything',
    xml: lab("<bridge delay='3' macTableManager='kernel' stp='off' zone='z' name='v'/>"),
    lines: ["  <bridge name='v' zone='z' stp='off' delay='3' macTableManager='kernel'/>"],
  },
  { what: 'an stp that is not off', xml: lab("<bridge stp='maybe'/>"), lines: [own] },
  {
    what: 'an mtu and a mac',
    xml: lab("<mac address='52:54:0:AB:CD:EF'/><mtu size='1400'/>"),
    lines: [own, "  <mtu size='1400'/>", "  <mac address='52:54:00:ab:cd:ef'/>"],
  },
  { what: 'an mtu of 0 and an empty mac, which say nothing', xml: lab("<mac/><mtu size='0'/>"), lines: [own] },
  {
    what: 'a local domain',
    xml: lab(`<domain name='d' localOnly='yes'/>${address}`),
    lines: [own, "  <domain name='d' localOnly='yes'/>", ...ip],
  },
  {
    what: 'a registered domain',
    xml: lab(`<domain name='d' register='yes' localOnly='yes'/>${address}`),
    lines: [own, "  <domain name='d' localOnly='yes' register='yes'/>", ...ip],
    newer: true,
  },
  { what: 'dns switched off', xml: lab("<dns enable='no'/>"), lines: [own, "  <dns enable='no'/>"] },
  { what: 'an empty dns, which says nothing', xml: lab('<dns/>'), lines: [own] },
  {
    what: 'dns records in their order',
    xml: lab(
      "<dns forwardPlainNames='no'><host ip='2001:DB8::1'><hostname>a</hostname><hostname>b</hostname></host><srv service='s' protocol='tcp' target='t' port='5' priority='0' weight='7'/><txt name='n' value=''/><forwarder addr='1.1.1.1'/><forwarder domain='d'/></dns>",
    ),
    lines: [
      own,
      "  <dns forwardPlainNames='no'>",
      "    <forwarder addr='1.1.1.1'/>",
      "    <forwarder domain='d'/>",
      "    <txt name='n' value=''/>",
      "    <srv service='s' protocol='tcp' target='t' port='5' weight='7'/>",
      "    <host ip='2001:db8::1'>",
      '      <hostname>a</hostname>',
      '      <hostname>b</hostname>',
      '    </host>',
      '  </dns>',
    ],
  },
  { what: 'addresses of both families', xml: lab(address6 + address), lines: [own, ...ip6, ...ip] },
  {
    what: 'a family that was said',
    xml: lab("<ip family='ipv4' address='1.2.3.4' prefix='24' localPtr='no'/>"),
    lines: [own, "  <ip family='ipv4' address='1.2.3.4' prefix='24' localPtr='no'>", '  </ip>'],
  },
  {
    what: 'an address without any mask, or with a prefix of 0',
    xml: lab("<ip address='10.0.0.1'/><ip address='10.1.0.1' prefix='0'/>"),
    lines: [own, "  <ip address='10.0.0.1'>", '  </ip>', "  <ip address='10.1.0.1'>", '  </ip>'],
  },
  {
    what: 'an embedded IPv4 address',
    xml: lab("<ip family='ipv6' address='::FFFF:1.2.3.4' prefix='120'/>"),
    lines: [own, "  <ip family='ipv6' address='::ffff:1.2.3.4' prefix='120'>", '  </ip>'],
  },
  {
    what: 'a tftp root',
    xml: lab("<ip address='1.2.3.4' prefix='24'><tftp root='/a'/></ip>"),
    lines: [own, "  <ip address='1.2.3.4' prefix='24'>", "    <tftp root='/a'/>", '  </ip>'],
  },
  {
    what: 'dhcp in its order',
    xml: lab(
      dhcp(
        "<bootp file='b' server='10.0.0.1'/><host ip='192.168.77.9' name='n' mac='52:54:00:00:00:09'/><range end='192.168.77.5' start='192.168.77.2'/>",
      ),
    ),
    lines: inDhcp(
      "<range start='192.168.77.2' end='192.168.77.5'/>",
      "<host mac='52:54:00:00:00:09' name='n' ip='192.168.77.9'/>",
      "<bootp file='b' server='10.0.0.1'/>",
    ),
  },
  {
    what: 'the MAC of a reservation as it was written',
    xml: lab(dhcp("<host mac='52:54:00:AA:BB:CC' ip='192.168.77.9'/><host mac='52:54:0:0:0:8' ip='192.168.77.8'/>")),
    lines: inDhcp("<host mac='52:54:00:AA:BB:CC' ip='192.168.77.9'/>", "<host mac='52:54:0:0:0:8' ip='192.168.77.8'/>"),
  },
  {
    what: 'leases: minutes by default, hexadecimal, and for ever',
    xml: lab(
      dhcp(
        "<range start='192.168.77.2' end='192.168.77.3'><lease expiry='30'/></range><range start='192.168.77.4' end='192.168.77.5'><lease expiry='0x78' unit='seconds'/></range><range start='192.168.77.6' end='192.168.77.7'><lease expiry='0' unit='hours'/></range>",
      ),
    ),
    lines: inDhcp(
      "<range start='192.168.77.2' end='192.168.77.3'>",
      "  <lease expiry='30' unit='minutes'/>",
      '</range>',
      "<range start='192.168.77.4' end='192.168.77.5'>",
      "  <lease expiry='120' unit='seconds'/>",
      '</range>',
      "<range start='192.168.77.6' end='192.168.77.7'>",
      "  <lease expiry='0'/>",
      '</range>',
    ),
  },
  { what: 'a lone bootp, which is dropped', xml: lab(dhcp("<bootp file='b'/>")), lines: [own, ...ip] },
  {
    what: 'an IPv6 host by id',
    xml: lab(dhcp6("<host ip='2001:DB8:77::00AA' name='x' id='0:3:AA'/>")),
    lines: [own, ip6[0] ?? '', '    <dhcp>', "      <host id='0:3:AA' name='x' ip='2001:db8:77::aa'/>", '    </dhcp>', '  </ip>'],
  },
  {
    what: 'routes',
    xml: lab(
      `<forward mode='route'/>${address}<route gateway='192.168.77.2' netmask='255.0.0.0' address='10.0.0.0' metric='1'/><route family='ipv4' address='0.0.0.0' prefix='0' gateway='192.168.77.3'/>`,
    ),
    lines: [
      "  <forward mode='route'/>",
      own,
      ...ip,
      "  <route address='10.0.0.0' netmask='255.0.0.0' gateway='192.168.77.2' metric='1'/>",
      "  <route family='ipv4' address='0.0.0.0' prefix='0' gateway='192.168.77.3'/>",
    ],
  },
  {
    what: 'vlan, bandwidth, port and virtualport in their order',
    xml: onHostBridge(
      "<virtualport type='openvswitch'><parameters profileid='p' interfaceid='09B11C538B5C4EEB8F00D84EAA0AAA4F'/></virtualport><port isolated='yes'/><bandwidth><outbound average='1'/><inbound average='1' burst='3' peak='2'/></bandwidth><vlan><tag id='7'/><tag id='8' nativeMode='tagged'/></vlan>",
    ),
    lines: [
      ...host,
      "  <vlan trunk='yes'>",
      "    <tag id='7'/>",
      "    <tag id='8' nativeMode='tagged'/>",
      '  </vlan>',
      '  <bandwidth>',
      "    <inbound average='1' peak='2' burst='3'/>",
      "    <outbound average='1'/>",
      '  </bandwidth>',
      "  <port isolated='yes'/>",
      "  <virtualport type='openvswitch'>",
      "    <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f' profileid='p'/>",
      '  </virtualport>',
    ],
  },
  {
    what: 'a lone tag that may be called a trunk',
    xml: onHostBridge("<vlan trunk='yes'><tag id='7'/></vlan>"),
    lines: [...host, "  <vlan trunk='yes'>", "    <tag id='7'/>", '  </vlan>'],
  },
  {
    what: 'a lone tag that is none',
    xml: onHostBridge("<vlan trunk='no'><tag id='7'/></vlan>"),
    lines: [...host, '  <vlan>', "    <tag id='7'/>", '  </vlan>'],
  },
  { what: 'an empty bandwidth, which says nothing', xml: onHostBridge('<bandwidth/>'), lines: host },
  {
    what: 'portgroups',
    xml: onHostBridge(
      "<portgroup name='a' default='no'/><portgroup name='b' default='yes' trustGuestRxFilters='yes'><bandwidth><inbound average='5'/></bandwidth><virtualport><parameters profileid='p'/></virtualport><vlan><tag id='3'/></vlan></portgroup>",
    ),
    lines: [
      ...host,
      "  <portgroup name='a'>",
      '  </portgroup>',
      "  <portgroup name='b' default='yes' trustGuestRxFilters='yes'>",
      '    <vlan>',
      "      <tag id='3'/>",
      '    </vlan>',
      '    <virtualport>',
      "      <parameters profileid='p'/>",
      '    </virtualport>',
      '    <bandwidth>',
      "      <inbound average='5'/>",
      '    </bandwidth>',
      '  </portgroup>',
    ],
  },
  {
    what: '802.1Qbg',
    xml: lab(
      "<forward mode='vepa' dev='e'/><virtualport type='802.1Qbg'><parameters managerid='0x11' typeid='1' typeidversion='2' instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport>",
    ),
    lines: [
      "  <forward dev='e' mode='vepa'>",
      "    <interface dev='e'/>",
      '  </forward>',
      "  <virtualport type='802.1Qbg'>",
      "    <parameters managerid='17' typeid='1' typeidversion='2' instanceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>",
      '  </virtualport>',
    ],
  },
  { what: 'elements that nobody knows', xml: lab(`<wibble a='b'><c/></wibble>${address}`), lines: [own, ...ip] },
  { what: 'elements of another namespace', xml: lab(`<x:ip xmlns:x='urn:x' address='z'/>${address}`), lines: [own, ...ip] },
  {
    what: 'metadata, in its own words',
    xml: lab(
      `<metadata><a:x xmlns:a='urn:a' b="é&#10;'2'"><a:y>t &amp; "é"</a:y><z xmlns='urn:z'/></a:x><q:q xmlns:q='urn:q'>mixed <b/></q:q><a:again xmlns:a='urn:a'/><none/></metadata>`,
    ),
    lines: [
      '  <metadata>',
      `    <a:x xmlns:a="urn:a" b="&#xE9;&#10;'2'">`,
      '      <a:y>t &amp; "é"</a:y>',
      '      <z xmlns="urn:z"/>',
      '    </a:x>',
      '    <q:q xmlns:q="urn:q">mixed <b/></q:q>',
      '  </metadata>',
      own,
    ],
  },
  {
    what: 'dnsmasq options under any prefix',
    xml: lab("<raw:options><raw:option value='a=b'/></raw:options>", " xmlns:raw='http://libvirt.org/schemas/network/dnsmasq/1.0'"),
    lines: [own, '  <dnsmasq:options>', "    <dnsmasq:option value='a=b'/>", '  </dnsmasq:options>'],
    newer: true,
  },
];
