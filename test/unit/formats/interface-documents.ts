/** Host interfaces named `x0`, as they are printed; every document here is already in that form. */
export const printedInterfaces: readonly { readonly what: string; readonly xml: string }[] = [
  { what: 'an ethernet interface that says nothing', xml: `<interface type='ethernet' name='x0'>\n</interface>\n` },
  {
    what: 'an ethernet interface with everything',
    xml: `<interface type='ethernet' name='x0'>
  <start mode='onboot'/>
  <mtu size='1400'/>
  <protocol family='ipv4'>
    <dhcp peerdns='no'/>
    <ip address='192.0.2.7' prefix='24'/>
    <ip address='192.0.2.8' prefix='32'/>
    <route gateway='192.0.2.1'/>
  </protocol>
  <protocol family='ipv6'>
    <autoconf/>
    <dhcp/>
    <ip address='2001:DB8::7'/>
  </protocol>
  <link speed='1000' state='up'/>
  <mac address='52:54:00:00:00:01'/>
</interface>
`,
  },
  {
    what: 'a bridge with a link, a VLAN and a bond below it',
    xml: `<interface type='bridge' name='x0'>
  <start mode='none'/>
  <bridge stp='off' delay='0.01'>
    <interface type='ethernet' name='eth0'>
      <link speed='10'/>
      <mac address='52:54:00:00:00:02'/>
    </interface>
    <interface type='vlan' name='eth1.10'>
      <vlan tag='10'>
        <interface name='eth1'/>
      </vlan>
    </interface>
    <interface type='bond' name='bond0'>
      <bond mode='802.3ad'>
        <miimon freq='100' downdelay='1' updelay='2' carrier='netif'/>
        <interface type='ethernet' name='eth2'>
        </interface>
      </bond>
    </interface>
  </bridge>
</interface>
`,
  },
  {
    what: 'a bridge without anything below it',
    xml: `<interface type='bridge' name='x0'>\n  <bridge stp='on' delay='0'>\n  </bridge>\n</interface>\n`,
  },
  {
    what: 'a bond that watches by ARP',
    xml: `<interface type='bond' name='x0'>
  <start mode='hotplug'/>
  <bond mode='active-backup'>
    <arpmon interval='100' target='192.0.2.1' validate='active'/>
    <interface type='ethernet' name='eth0'>
    </interface>
  </bond>
</interface>
`,
  },
  {
    what: 'a VLAN over a bond',
    xml: `<interface type='vlan' name='x0'>
  <protocol family='ipv4'>
  </protocol>
  <vlan tag='12'>
    <interface name='bond7'/>
  </vlan>
</interface>
`,
  },
];

const ethernet = (inner: string) => `<interface type='ethernet' name='x0'>${inner}</interface>`;
const bond = (inner: string, attributes = '') => `<interface type='bond' name='x0'><bond${attributes}>${inner}</bond></interface>`;
const bridge = (inner: string, attributes = '') => `<interface type='bridge' name='x0'><bridge${attributes}>${inner}</bridge></interface>`;

/** What Viaduct adds to libvirt's documents; libvirt passes it over. */
export const ownInterfaces = [
  {
    what: 'a bridge that filters VLANs',
    xml: `<interface type='bridge' name='x0'>
  <bridge stp='off' delay='0' vlanFiltering='on'>
    <interface type='ethernet' name='eth0'>
    </interface>
  </bridge>
</interface>
`,
  },
  {
    what: 'a VLAN with the outer tag of two',
    xml: `<interface type='vlan' name='x0.100'>
  <vlan tag='100' protocol='802.1ad'>
    <interface name='x0'/>
  </vlan>
</interface>
`,
  },
];

export const refusedInterfaces: readonly {
  readonly what: string;
  readonly xml: string;
  readonly says: string;
  readonly oursOnly?: true;
}[] = [
  { what: 'no type', xml: "<interface name='x0'/>", says: "Missing required attribute 'type' in element 'interface'" },
  {
    what: 'an unknown type',
    xml: "<interface type='token-ring' name='x0'/>",
    says: "Invalid value for attribute 'type' in element 'interface': 'token-ring'.",
  },
  { what: 'no name', xml: "<interface type='ethernet'/>", says: 'interface has no name' },
  { what: 'a blank in the name', xml: "<interface type='ethernet' name='a b'/>", says: "invalid interface name 'a b'", oursOnly: true },
  { what: 'an unknown start mode', xml: ethernet("<start mode='soon'/>"), says: 'unknown interface startmode soon' },
  {
    what: 'an mtu too large',
    xml: ethernet("<mtu size='100001'/>"),
    says: "value of the 'size' attribute of 'mtu' element must be at most 100000",
  },
  { what: 'a protocol without family', xml: ethernet('<protocol/>'), says: 'protocol misses the family attribute' },
  { what: 'an unknown family', xml: ethernet("<protocol family='ipx'/>"), says: "unsupported protocol family 'ipx'" },
  {
    what: 'a guess at peerdns',
    xml: ethernet("<protocol family='ipv4'><dhcp peerdns='x'/></protocol>"),
    says: "Invalid value for attribute 'peerdns' in element 'dhcp': 'x'.",
  },
  {
    what: 'an address of the other family',
    xml: ethernet("<protocol family='ipv4'><ip address='2001:db8::1'/></protocol>"),
    says: "invalid ipv4 address '2001:db8::1'",
    oursOnly: true,
  },
  {
    what: 'a prefix too long',
    xml: ethernet("<protocol family='ipv4'><ip address='1.2.3.4' prefix='33'/></protocol>"),
    says: 'invalid prefix 33',
    oursOnly: true,
  },
  {
    what: 'an unknown link state',
    xml: ethernet("<link state='foo'/>"),
    says: "Invalid value for attribute 'state' in element 'link': 'foo'.",
  },
  { what: 'a bad mac', xml: ethernet("<mac address='zz'/>"), says: "malformed MAC address 'zz'", oursOnly: true },
  { what: 'a bridge without its element', xml: "<interface type='bridge' name='x0'/>", says: 'bridge interface misses the bridge element' },
  { what: 'a bridge below a bridge', xml: bridge("<interface type='bridge' name='b'/>"), says: "interface has unsupported type 'bridge'" },
  { what: 'a delay that is no number', xml: bridge('', " delay='slow'"), says: "Invalid bridge delay 'slow'", oursOnly: true },
  { what: 'a bond without its element', xml: "<interface type='bond' name='x0'/>", says: 'bond interface misses the bond element' },
  { what: 'an unknown bond mode', xml: bond('', " mode='loose'"), says: 'unknown bonding mode loose' },
  { what: 'a VLAN below a bond', xml: bond("<interface type='vlan' name='v'/>"), says: "interface has unsupported type 'vlan'" },
  { what: 'miimon without freq', xml: bond('<miimon/>'), says: 'bond interface miimon freq missing or invalid' },
  { what: 'an unknown carrier', xml: bond("<miimon freq='1' carrier='x'/>"), says: 'unknown mii bonding carrier x' },
  { what: 'arpmon without interval', xml: bond("<arpmon target='1.2.3.4'/>"), says: 'bond interface arpmon interval missing or invalid' },
  { what: 'arpmon without target', xml: bond("<arpmon interval='1'/>"), says: 'bond interface arpmon target missing' },
  {
    what: 'an unknown validation',
    xml: bond("<arpmon interval='1' target='1.2.3.4' validate='sure'/>"),
    says: 'unknown arp bonding validate sure',
  },
  { what: 'a VLAN without its element', xml: "<interface type='vlan' name='x0'/>", says: 'vlan interface misses the vlan element' },
  {
    what: 'a VLAN without tag',
    xml: "<interface type='vlan' name='x0'><vlan><interface name='e'/></vlan></interface>",
    says: 'vlan interface misses the tag attribute',
  },
  {
    what: 'VLAN 4095',
    xml: "<interface type='vlan' name='x0'><vlan tag='4095'><interface name='e'/></vlan></interface>",
    says: 'vlan tag 4095 is not from 1 to 4094',
    oursOnly: true,
  },
  {
    what: 'a VLAN over nothing',
    xml: "<interface type='vlan' name='x0'><vlan tag='3'/></interface>",
    says: 'vlan interface misses name attribute',
  },
];
