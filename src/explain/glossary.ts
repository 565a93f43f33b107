/** The words of the trade as Viaduct uses them, in both of its languages; shown by `viaduct glossary` and the console's help. */
export interface Term {
  /** Also what it is asked for by. */
  readonly id: string;
  readonly en: Wording;
  readonly 'zh-CN': Wording;
  /** What OpenStack's Neutron calls it, or the nearest it has. */
  readonly neutron?: string;
}

export interface Wording {
  readonly term: string;
  readonly says: string;
}

export const glossary: readonly Term[] = [
  {
    id: 'bridge',
    en: {
      term: 'bridge',
      says: 'A switch inside the kernel. It learns which MAC address is behind which port; a frame for a known address leaves by that port alone, one for everybody or for nobody known leaves by all. The host has a hidden port on each bridge, with a MAC and maybe addresses: that is where the host itself is plugged in.',
    },
    'zh-CN': {
      term: '网桥（bridge）',
      says: '内核中的交换机。它学习每个 MAC 地址在哪个端口后面：目的地址已知的帧只从该端口发出，广播或目的未知的帧从所有端口发出。宿主机在每个网桥上都有一个隐藏端口，带有自己的 MAC，也可以有地址：宿主机就接在那里。',
    },
    neutron: 'bridge (brq… of linuxbridge, br-int of Open vSwitch)',
  },
  {
    id: 'switch',
    en: {
      term: 'switch',
      says: 'A box that passes frames between its ports by MAC address (layer 2). A plain one has no address of its own. A Linux bridge without an address on the host is one: its guests reach each other, and not even the host.',
    },
    'zh-CN': {
      term: '交换机（switch）',
      says: '按 MAC 地址在端口之间转发帧的设备（二层）。普通交换机自身没有地址。宿主机上没有地址的 Linux 网桥就是这样的交换机：虚拟机之间互通，但到不了宿主机。',
    },
  },
  {
    id: 'routing-switch',
    en: {
      term: 'routing switch',
      says: 'A switch with a router inside (layer 3): it has an address on each of its networks, is the gateway there, and passes packets from one to the other by IP address. A host whose bridges have addresses is one; with NAT it also hides what is behind it.',
    },
    'zh-CN': {
      term: '三层交换机（routing switch）',
      says: '内置路由器的交换机（三层）：在每个网络上都有地址，是那里的网关，并按 IP 地址在网络之间转发数据包。网桥带有地址的宿主机就相当于它；使用 NAT 时还会隐藏其后的虚拟机。',
    },
    neutron: 'router',
  },
  {
    id: 'port',
    en: {
      term: 'port',
      says: 'A place of a bridge where one wire is plugged in. For a guest it is the outer half of its card: eth0 inside, vnetN on the host.',
    },
    'zh-CN': { term: '端口（port）', says: '网桥上插一根线的位置。对虚拟机来说，它是网卡的外侧一半：里面是 eth0，宿主机上是 vnetN。' },
    neutron: 'port (tap…)',
  },
  {
    id: 'tap',
    en: {
      term: 'tap',
      says: 'A card whose other end is a program: what a guest sends comes out of the tap, what the host sends into it goes to the guest.',
    },
    'zh-CN': { term: 'TAP 设备', says: '另一端是程序的网卡：虚拟机发出的内容从 TAP 出来，宿主机送入 TAP 的内容到达虚拟机。' },
    neutron: 'tap…',
  },
  {
    id: 'macvtap',
    en: {
      term: 'macvtap',
      says: 'A tap that stands on a card of the host as a second MAC address, without a bridge. Guests and this host do not reach each other by it.',
    },
    'zh-CN': {
      term: 'macvtap',
      says: '直接附着在宿主机网卡上、以第二个 MAC 地址出现的 TAP，不经过网桥。虚拟机与宿主机之间无法通过它互访。',
    },
    neutron: 'macvtap agent',
  },
  {
    id: 'uplink',
    en: { term: 'uplink', says: 'The card by which a network leaves the host.' },
    'zh-CN': { term: '上行链路（uplink）', says: '网络离开宿主机所经的网卡。' },
    neutron: 'physical network (physnet)',
  },
  {
    id: 'broadcast-domain',
    en: {
      term: 'broadcast domain',
      says: 'Everybody who hears a frame that is meant for everybody: a LAN. ARP does not leave it; between two of them a router is needed.',
    },
    'zh-CN': { term: '广播域', says: '能收到同一广播帧的所有设备，即一个局域网。ARP 出不了广播域；两个广播域之间需要路由器。' },
    neutron: 'network',
  },
  {
    id: 'vlan',
    en: {
      term: 'VLAN',
      says: 'A part of a switch that is a switch of its own. On a shared cable a tag with a number from 1 to 4094 tells which one a frame belongs to (IEEE 802.1Q).',
    },
    'zh-CN': {
      term: 'VLAN',
      says: '从一台交换机中划分出来的独立交换机。在共用的线路上，用 1 到 4094 的标签号区分帧属于哪一个（IEEE 802.1Q）。',
    },
    neutron: 'network of type vlan, segmentation ID',
  },
  {
    id: 'access-port',
    en: { term: 'access port', says: 'A port in one VLAN. Frames have no tag outside; the switch adds and takes it away.' },
    'zh-CN': { term: '接入端口（access）', says: '只属于一个 VLAN 的端口。外侧的帧不带标签，由交换机添加和去除。' },
  },
  {
    id: 'trunk-port',
    en: {
      term: 'trunk port',
      says: 'A port in several VLANs, whose frames keep their tags. Those without one belong to the native VLAN, where it has one.',
    },
    'zh-CN': { term: '干道端口（trunk）', says: '属于多个 VLAN 的端口，帧保留标签。不带标签的帧属于本征（native）VLAN（如果设置了）。' },
    neutron: 'trunk with subports',
  },
  {
    id: 'spanning-tree',
    en: {
      term: 'spanning tree (STP)',
      says: 'What keeps two cables between two switches from becoming a loop: one of them is held back. A port that was plugged in waits before it passes frames.',
    },
    'zh-CN': {
      term: '生成树（STP）',
      says: '避免两台交换机之间的两条线路形成环路的机制：其中一条被阻塞。新插入的端口要等待一段时间才转发帧。',
    },
  },
  {
    id: 'nat',
    en: {
      term: 'NAT',
      says: "Guests leave under the host's address (masquerade). Answers find the way back; nobody outside can begin, unless a port is forwarded.",
    },
    'zh-CN': { term: 'NAT', says: '虚拟机以宿主机的地址对外（伪装）。应答能返回；外部无法主动发起连接，除非转发了端口。' },
    neutron: 'SNAT of a router, floating IP for a forward',
  },
  {
    id: 'routed',
    en: {
      term: 'routed network',
      says: 'Guests keep their addresses outside. Whoever answers has to know the way back: a route to the subnet by this host.',
    },
    'zh-CN': { term: '路由网络', says: '虚拟机对外保留自己的地址。应答方必须知道回程：一条经由本机到该子网的路由。' },
    neutron: 'router without SNAT',
  },
  {
    id: 'isolated',
    en: { term: 'isolated network', says: 'Guests and the host talk, with DHCP and DNS; nothing is passed on.' },
    'zh-CN': { term: '隔离网络', says: '虚拟机与宿主机互通，有 DHCP 和 DNS；不对外转发。' },
    neutron: 'network of type local, with a subnet',
  },
  {
    id: 'very-isolated',
    en: { term: 'very isolated network', says: 'The host has no address there: guests reach each other only.' },
    'zh-CN': { term: '完全隔离网络', says: '宿主机在其中没有地址：虚拟机之间才能互通。' },
    neutron: 'network of type local, without a subnet',
  },
  {
    id: 'lan-bridge',
    en: {
      term: 'bridged network',
      says: 'Guests are machines of the LAN: a bridge of the host has its card as a port, and the addresses come from the LAN.',
    },
    'zh-CN': { term: '桥接网络', says: '虚拟机就是局域网中的机器：宿主机的网桥以其网卡为端口，地址由局域网分配。' },
    neutron: 'provider network of type flat',
  },
  {
    id: 'overlay',
    en: { term: 'overlay (VXLAN)', says: 'A broadcast domain that spans hosts, its frames carried in UDP packets. Not in this version.' },
    'zh-CN': { term: '覆盖网络（VXLAN）', says: '跨越多台主机的广播域，帧封装在 UDP 数据包中传送。本版本尚不支持。' },
    neutron: 'network of type vxlan, or geneve',
  },
  {
    id: 'lease',
    en: { term: 'lease', says: 'An address that DHCP has given out, and until when.' },
    'zh-CN': { term: '租约', says: 'DHCP 分配出去的地址及其期限。' },
  },
  {
    id: 'reservation',
    en: { term: 'reservation', says: 'An address that is promised to one client, by MAC, name or client ID.' },
    'zh-CN': { term: '地址保留', says: '按 MAC、名称或客户端标识为某个客户端保留的地址。' },
    neutron: 'fixed IP of a port',
  },
];
