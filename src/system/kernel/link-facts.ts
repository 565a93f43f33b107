import { bridgeFilterSwitches } from '../../model/bridge-filter.ts';
import type { IfName, Mac } from '../../model/units.ts';
import type { LinkFacts } from '../system.ts';
import { Attributes, AttributeWriter } from './attributes.ts';
import { libc } from './libc.ts';
import type { NetlinkSocket } from './netlink.ts';
import { NetlinkError, NLM_F_DUMP } from './netlink.ts';
import { IFF_UP, ifName, linkHeader, macText, RTM_GETLINK } from './rtnetlink.ts';

/** A link as one RTM_NEWLINK says it: what `LinkFacts` needs and what objects are compared by. */
export interface KernelLink {
  readonly index: number;
  readonly name: IfName;
  /** `bridge`, `tun`, `veth`, …; empty for hardware. */
  readonly type: string;
  readonly mac: Mac | undefined;
  readonly mtu: number;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly operState: string;
  /** Index of the bridge or bond it is a port of; 0 for none. */
  readonly master: number;
  /** Index of the link it sits on, or of a veth's other end (which may be in another namespace); 0 for none. */
  readonly lower: number;
  /** The other end is in another namespace. */
  readonly lowerElsewhere: boolean;
  readonly group: number;
  /** `ip link set … alias`: Viaduct marks what it made. */
  readonly alias: string | undefined;
  readonly stats: LinkFacts['stats'];
  /** Of a bridge: IFLA_BR_…. */
  readonly bridge: LinkFacts['bridge'];
  readonly bridgePort: LinkFacts['bridgePort'];
  /** Of a tun or tap. */
  readonly tap:
    | { readonly uid: number | undefined; readonly gid: number | undefined; readonly multiQueue: boolean; readonly vnetHeader: boolean }
    | undefined;
  /** Of a macvtap or macvlan: IFLA_MACVLAN_MODE. */
  readonly macvlanMode: number;
  /** Of a vlan: its tag. */
  readonly vlanTag: number | undefined;
  readonly vlanProtocol: '802.1ad' | undefined;
  /** Of a bond: IFLA_BOND_…. */
  readonly bond: { readonly mode: number; readonly miimon: number; readonly arpInterval: number } | undefined;
}

/** The link of that name, or undefined when there is none. */
export function getLink(socket: NetlinkSocket, name: string): KernelLink | undefined {
  return getOne(socket, new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name).body());
}

/** The link with that index, or undefined when there is none. */
export function getLinkAt(socket: NetlinkSocket, index: number): KernelLink | undefined {
  return getOne(socket, linkHeader({ index }));
}

/** Every link of the namespace the socket is in. */
export function dumpLinks(socket: NetlinkSocket): KernelLink[] {
  return socket
    .request({ type: RTM_GETLINK, flags: NLM_F_DUMP, body: linkHeader(), call: 'RTM_GETLINK' })
    .map(({ body }) => readLink(body));
}

const SIOCGIFNAME = 0x8910;

/** The name that belongs to an index, without the rest of the link: a microsecond. Undefined when there is no such link. */
export function linkNameAt(socket: NetlinkSocket, index: number): IfName | undefined {
  // struct ifreq: sixteen bytes of name, then the index.
  const request = Buffer.alloc(40);
  request.writeInt32LE(index, 16);
  if (libc.ioctl(socket.fd, SIOCGIFNAME, request) < 0) return undefined;
  return ifName(request.toString('utf8', 0, request.indexOf(0)));
}

const SIOCGIFINDEX = 0x8933;
/** With its end: a longer name belongs to no link, and cut off it would be another's. */
const IFNAMSIZ = 16;

/** Whether there is a link of that name: a microsecond. */
export function hasLink(socket: NetlinkSocket, name: string): boolean {
  if (Buffer.byteLength(name) >= IFNAMSIZ) return false;
  const request = Buffer.alloc(40);
  request.write(name, 0);
  return libc.ioctl(socket.fd, SIOCGIFINDEX, request) >= 0;
}

const RTEXT_FILTER_SKIP_STATS = 8;

/** The names of all links, and nothing else of them. */
export function dumpLinkNames(socket: NetlinkSocket): Set<IfName> {
  const body = new AttributeWriter(linkHeader()).u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS).body();
  const replies = socket.request({ type: RTM_GETLINK, flags: NLM_F_DUMP, body, call: 'RTM_GETLINK' });
  return new Set(replies.map((reply) => ifName(new Attributes(reply.body, 16).text(IFLA_IFNAME))));
}

function getOne(socket: NetlinkSocket, body: Buffer): KernelLink | undefined {
  try {
    const [reply] = socket.request({ type: RTM_GETLINK, body, call: 'RTM_GETLINK' });
    return reply && readLink(reply.body);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}

// Attribute numbers of linux/if_link.h.
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_OPERSTATE = 16;
const IFLA_LINKINFO = 18;
const IFLA_IFALIAS = 20;
const IFLA_STATS64 = 23;
const IFLA_GROUP = 27;
const IFLA_EXT_MASK = 29;
const IFLA_CARRIER = 33;
const IFLA_LINK_NETNSID = 37;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_INFO_SLAVE_KIND = 4;
const IFLA_INFO_SLAVE_DATA = 5;

/** Reads the body of an RTM_NEWLINK or RTM_DELLINK. */
export function readLink(body: Buffer): KernelLink {
  const attributes = new Attributes(body, 16);
  const info = attributes.nested(IFLA_LINKINFO);
  const type = info?.text(IFLA_INFO_KIND) ?? '';
  const data = info?.nested(IFLA_INFO_DATA);
  const port = info?.text(IFLA_INFO_SLAVE_KIND) === 'bridge' ? info.nested(IFLA_INFO_SLAVE_DATA) : undefined;
  return {
    index: body.readInt32LE(4),
    name: ifName(attributes.text(IFLA_IFNAME)),
    type,
    mac: macText(attributes.bytes(IFLA_ADDRESS)),
    mtu: attributes.u32(IFLA_MTU) ?? 0,
    up: (body.readUInt32LE(8) & IFF_UP) !== 0,
    carrier: attributes.u8(IFLA_CARRIER) === 1,
    operState: operStates[attributes.u8(IFLA_OPERSTATE) ?? 0] ?? 'unknown',
    master: attributes.u32(IFLA_MASTER) ?? 0,
    lower: attributes.u32(IFLA_LINK) ?? 0,
    lowerElsewhere: attributes.has(IFLA_LINK_NETNSID),
    group: attributes.u32(IFLA_GROUP) ?? 0,
    alias: attributes.text(IFLA_IFALIAS),
    stats: readStats(attributes.bytes(IFLA_STATS64)),
    bridge: type === 'bridge' && data !== undefined ? readBridge(data) : undefined,
    bridgePort: port === undefined ? undefined : readPort(port),
    tap: type === 'tun' && data !== undefined ? readTap(data) : undefined,
    macvlanMode: type === 'macvtap' || type === 'macvlan' ? (data?.u32(IFLA_MACVLAN_MODE) ?? 0) : 0,
    vlanTag: type === 'vlan' ? data?.u16(IFLA_VLAN_ID) : undefined,
    vlanProtocol: type === 'vlan' && data?.bytes(IFLA_VLAN_PROTOCOL)?.readUInt16BE(0) === ETH_P_8021AD ? '802.1ad' : undefined,
    bond:
      type === 'bond' && data !== undefined
        ? {
            mode: data.u8(IFLA_BOND_MODE) ?? 0,
            miimon: data.u32(IFLA_BOND_MIIMON) ?? 0,
            arpInterval: data.u32(IFLA_BOND_ARP_INTERVAL) ?? 0,
          }
        : undefined,
  };
}

/** RFC 2863, in the order of IF_OPER_… (linux/if.h). */
const operStates = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'];

const noStats = { rxBytes: 0, txBytes: 0, rxPackets: 0, txPackets: 0, rxErrors: 0, txErrors: 0, rxDropped: 0, txDropped: 0 };

/** struct rtnl_link_stats64: eight counters of eight bytes, in this order, then ones we do not show. */
function readStats(bytes: Buffer | undefined): LinkFacts['stats'] {
  if (bytes === undefined || bytes.length < 64) return noStats;
  const counter = (index: number): number => bytes.readUInt32LE(index * 8) + bytes.readUInt32LE(index * 8 + 4) * 2 ** 32;
  return {
    rxPackets: counter(0),
    txPackets: counter(1),
    rxBytes: counter(2),
    txBytes: counter(3),
    rxErrors: counter(4),
    txErrors: counter(5),
    rxDropped: counter(6),
    txDropped: counter(7),
  };
}

const IFLA_BR_FORWARD_DELAY = 1;
const IFLA_BR_STP_STATE = 5;
const IFLA_BR_VLAN_FILTERING = 7;
const IFLA_BR_BRIDGE_ID = 11;
/** Then those of ip6tables and arptables. */
export const IFLA_BR_NF_CALL_IPTABLES = 36;
const IFLA_BR_VLAN_DEFAULT_PVID = 39;

function readBridge(data: Attributes): LinkFacts['bridge'] {
  const id = data.bytes(IFLA_BR_BRIDGE_ID)?.toString('hex') ?? '';
  return {
    id: `${id.slice(0, 4)}.${id.slice(4)}`,
    stp: (data.u32(IFLA_BR_STP_STATE) ?? 0) !== 0,
    forwardDelay: data.u32(IFLA_BR_FORWARD_DELAY) ?? 0,
    vlanFiltering: (data.u8(IFLA_BR_VLAN_FILTERING) ?? 0) !== 0,
    ...(data.has(IFLA_BR_NF_CALL_IPTABLES) && {
      filters: bridgeFilterSwitches.filter((_, index) => data.u8(IFLA_BR_NF_CALL_IPTABLES + index) === 1),
    }),
    defaultPvid: data.u16(IFLA_BR_VLAN_DEFAULT_PVID) ?? 0,
  };
}

const IFLA_BRPORT_STATE = 1;
const IFLA_BRPORT_COST = 3;
const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_ISOLATED = 33;
const portStates = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;

function readPort(data: Attributes): LinkFacts['bridgePort'] {
  return {
    state: portStates[data.u8(IFLA_BRPORT_STATE) ?? 0] ?? 'disabled',
    isolated: (data.u8(IFLA_BRPORT_ISOLATED) ?? 0) !== 0,
    hairpin: (data.u8(IFLA_BRPORT_MODE) ?? 0) !== 0,
    pathCost: data.u32(IFLA_BRPORT_COST) ?? 0,
  };
}

const IFLA_TUN_OWNER = 1;
const IFLA_TUN_GROUP = 2;
const IFLA_TUN_VNET_HDR = 5;
const IFLA_TUN_MULTI_QUEUE = 7;

function readTap(data: Attributes): KernelLink['tap'] {
  return {
    uid: data.u32(IFLA_TUN_OWNER),
    gid: data.u32(IFLA_TUN_GROUP),
    multiQueue: data.u8(IFLA_TUN_MULTI_QUEUE) === 1,
    vnetHeader: data.u8(IFLA_TUN_VNET_HDR) === 1,
  };
}

const IFLA_MACVLAN_MODE = 1;
const IFLA_VLAN_ID = 1;
const IFLA_VLAN_PROTOCOL = 5;
const ETH_P_8021AD = 0x88a8;
const IFLA_BOND_MODE = 1;
const IFLA_BOND_MIIMON = 3;
const IFLA_BOND_ARP_INTERVAL = 7;
