import { closeSync, openSync } from 'node:fs';
import type { BondObject, BridgeObject, MacvtapObject, TapObject, VethObject, VlanObject } from '../../model/host-state.ts';
import { bridgeFilterSwitches, type BridgeFilterSwitch } from '../../model/bridge-filter.ts';
import type { Mac } from '../../model/units.ts';
import { AttributeWriter } from './attributes.ts';
import { checked, ioctlNumber, libc } from './libc.ts';
import type { KernelLink } from './link-facts.ts';
import { dumpLinks, getLink, IFLA_BR_NF_CALL_IPTABLES } from './link-facts.ts';
import type { NetlinkSocket } from './netlink.ts';
import { NETLINK_ROUTE, NetlinkError, NLM_F_CREATE, NLM_F_EXCL, openNetlink } from './netlink.ts';
import { netnsPath } from './netns.ts';
import { addressBytes, IFF_UP, linkHeader, macBytes, RTM_DELLINK, RTM_NEWLINK, RTM_SETLINK } from './rtnetlink.ts';

/** The alias by which a link made here is known again: `ip link` shows it. */
export const ourMark = 'viaduct';

// Attribute numbers of linux/if_link.h.
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_TXQLEN = 13;
const IFLA_LINKINFO = 18;
const IFLA_IFALIAS = 20;
const IFLA_GROUP = 27;
const IFLA_NET_NS_FD = 28;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_INFO_SLAVE_KIND = 4;
const IFLA_INFO_SLAVE_DATA = 5;
const IFLA_BR_FORWARD_DELAY = 1;
const IFLA_BR_STP_STATE = 5;
const IFLA_BR_VLAN_FILTERING = 7;
const IFLA_BRPORT_MODE = 4;
const IFLA_BRPORT_ISOLATED = 33;
const IFLA_MACVLAN_MODE = 1;
const VETH_INFO_PEER = 1;

const created = NLM_F_CREATE | NLM_F_EXCL;
const upHeader = linkHeader({ flags: IFF_UP });

/** Makes a bridge and brings it up. The name must be free (EEXIST). */
export function createBridge(socket: NetlinkSocket, { name, mac, mtu, stp, forwardDelay, vlanFiltering }: BridgeObject): void {
  const body = settings(new AttributeWriter(upHeader).text(IFLA_IFNAME, name), { mac, mtu })
    .nest(IFLA_LINKINFO, (info) =>
      info.text(IFLA_INFO_KIND, 'bridge').nest(IFLA_INFO_DATA, (data) => {
        data.u32(IFLA_BR_STP_STATE, stp ? 1 : 0).u32(IFLA_BR_FORWARD_DELAY, forwardDelay);
        if (vlanFiltering) data.u8(IFLA_BR_VLAN_FILTERING, 1);
      }),
    )
    .body();
  socket.request({ type: RTM_NEWLINK, flags: created, body, call: `RTM_NEWLINK ${name}` });
  mark(socket, name);
}

/**
 * Brings a bridge that is there into shape. The spanning tree goes before the delay: with it on, the kernel
 * takes only 200 to 3000 for the delay (ERANGE), also in the message that switches it off.
 */
export function changeBridge(socket: NetlinkSocket, { name, mac, mtu, stp, forwardDelay, vlanFiltering, up }: BridgeObject): void {
  const set = (fill: (data: AttributeWriter) => void): void => {
    const body = named(name)
      .nest(IFLA_LINKINFO, (info) => info.text(IFLA_INFO_KIND, 'bridge').nest(IFLA_INFO_DATA, fill))
      .body();
    socket.request({ type: RTM_NEWLINK, body, call: `RTM_NEWLINK ${name}` });
  };
  const now = getLink(socket, name)?.bridge;
  if (now?.stp !== stp) set((data) => data.u32(IFLA_BR_STP_STATE, stp ? 1 : 0));
  if (now?.forwardDelay !== forwardDelay || now.stp !== stp) set((data) => data.u32(IFLA_BR_FORWARD_DELAY, forwardDelay));
  // A kernel without VLAN filtering refuses the attribute even when it says "off".
  if (now?.vlanFiltering !== vlanFiltering) set((data) => data.u8(IFLA_BR_VLAN_FILTERING, vlanFiltering ? 1 : 0));
  setLink(socket, name, { mac, mtu, up: up !== false });
}

/** Says which packet filters of the host a bridge's frames pass, whatever the switches of the host say (br_netfilter). */
export function setBridgeFilters(socket: NetlinkSocket, name: string, calls: readonly BridgeFilterSwitch[]): void {
  const body = named(name)
    .nest(IFLA_LINKINFO, (info) =>
      info.text(IFLA_INFO_KIND, 'bridge').nest(IFLA_INFO_DATA, (data) => {
        for (const [index, one] of bridgeFilterSwitches.entries()) data.u8(IFLA_BR_NF_CALL_IPTABLES + index, calls.includes(one) ? 1 : 0);
      }),
    )
    .body();
  socket.request({ type: RTM_NEWLINK, body, call: `RTM_NEWLINK ${name} nf_call` });
}

/**
 * Makes a pair of links, one end here and one in another namespace, both up.
 * MAC and MTU are the inner end's; the outer one follows the MTU and keeps a MAC of its own.
 */
export function createVeth(socket: NetlinkSocket, { name, netns, inside, mac, mtu, up }: VethObject): void {
  const target = openSync(netnsPath(netns), 'r');
  try {
    const body = settings(new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name), { mtu })
      .nest(IFLA_LINKINFO, (info) =>
        info
          .text(IFLA_INFO_KIND, 'veth')
          .nest(IFLA_INFO_DATA, (data) =>
            data.plainNest(VETH_INFO_PEER, (peer) =>
              settings(peer.raw(linkHeader()).text(IFLA_IFNAME, inside).u32(IFLA_NET_NS_FD, target), { mac, mtu }),
            ),
          ),
      )
      .body();
    socket.request({ type: RTM_NEWLINK, flags: created, body, call: `RTM_NEWLINK ${name}` });
  } finally {
    closeSync(target);
  }
  mark(socket, name);
  // An end cannot come up before the other is there (ENOTCONN), so this cannot be part of the request.
  try {
    using there = openNetlink(NETLINK_ROUTE, { netns });
    setLink(there, inside, { up: true });
    if (up !== false) setLink(socket, name, { up: true });
  } catch (error) {
    deleteLink(socket, name);
    throw error;
  }
}

/** IFLA_MACVLAN_MODE. */
export const macvlanModes = { private: 1, vepa: 2, bridge: 4, passthru: 8 } as const;

/** Makes a macvtap on `lower` and brings it up, which fails with ENETDOWN while the lower link is down. */
export function createMacvtap(socket: NetlinkSocket, lower: number, { name, mac, mode, up }: MacvtapObject): void {
  const body = settings(new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name), { mac })
    .u32(IFLA_LINK, lower)
    .nest(IFLA_LINKINFO, (info) =>
      info.text(IFLA_INFO_KIND, 'macvtap').nest(IFLA_INFO_DATA, (data) => data.u32(IFLA_MACVLAN_MODE, macvlanModes[mode])),
    )
    .body();
  socket.request({ type: RTM_NEWLINK, flags: created, body, call: `RTM_NEWLINK ${name}` });
  mark(socket, name);
  try {
    if (up !== false) setLink(socket, name, { up: true });
  } catch (error) {
    deleteLink(socket, name);
    throw error;
  }
}

const IFLA_VLAN_ID = 1;
const IFLA_VLAN_PROTOCOL = 5;
const ETH_P_8021AD = 0x88a8;

/** Makes a link that speaks one VLAN over `lower`, and brings it up. */
export function createVlan(socket: NetlinkSocket, lower: number, { name, tag, protocol, mtu }: VlanObject): void {
  const body = settings(new AttributeWriter(upHeader).text(IFLA_IFNAME, name), { mtu })
    .u32(IFLA_LINK, lower)
    .nest(IFLA_LINKINFO, (info) =>
      info.text(IFLA_INFO_KIND, 'vlan').nest(IFLA_INFO_DATA, (data) => {
        data.u16(IFLA_VLAN_ID, tag);
        if (protocol === '802.1ad') data.be16(IFLA_VLAN_PROTOCOL, ETH_P_8021AD);
      }),
    )
    .body();
  socket.request({ type: RTM_NEWLINK, flags: created, body, call: `RTM_NEWLINK ${name}` });
  mark(socket, name);
}

/** IFLA_BOND_MODE. */
export const bondModes = {
  'balance-rr': 0,
  'active-backup': 1,
  'balance-xor': 2,
  broadcast: 3,
  '802.3ad': 4,
  'balance-tlb': 5,
  'balance-alb': 6,
} as const;
const arpValidate = { none: 0, active: 1, backup: 2, all: 3 } as const;
const IFLA_BOND_MODE = 1;
const IFLA_BOND_MIIMON = 3;
const IFLA_BOND_UPDELAY = 4;
const IFLA_BOND_DOWNDELAY = 5;
const IFLA_BOND_USE_CARRIER = 6;
const IFLA_BOND_ARP_INTERVAL = 7;
const IFLA_BOND_ARP_IP_TARGET = 8;
const IFLA_BOND_ARP_VALIDATE = 9;

/** Makes a bond without ports and leaves it down: some modes take their ports only so. */
export function createBond(socket: NetlinkSocket, { name, mode, miimon, arpmon, mtu }: BondObject): void {
  const body = settings(new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name), { mtu })
    .nest(IFLA_LINKINFO, (info) =>
      info.text(IFLA_INFO_KIND, 'bond').nest(IFLA_INFO_DATA, (data) => {
        data.u8(IFLA_BOND_MODE, bondModes[mode]);
        if (miimon !== undefined) {
          data
            .u32(IFLA_BOND_MIIMON, miimon.freq)
            .u32(IFLA_BOND_UPDELAY, miimon.upDelay ?? 0)
            .u32(IFLA_BOND_DOWNDELAY, miimon.downDelay ?? 0);
          data.u8(IFLA_BOND_USE_CARRIER, miimon.carrier === 'ioctl' ? 0 : 1);
        }
        if (arpmon === undefined) return;
        data
          .u32(IFLA_BOND_ARP_INTERVAL, arpmon.interval)
          .nest(IFLA_BOND_ARP_IP_TARGET, (targets) => targets.bytes(0, addressBytes(arpmon.target)));
        if (arpmon.validate !== undefined) data.u32(IFLA_BOND_ARP_VALIDATE, arpValidate[arpmon.validate]);
      }),
    )
    .body();
  socket.request({ type: RTM_NEWLINK, flags: created, body, call: `RTM_NEWLINK ${name}` });
  mark(socket, name);
}

/** Makes a link that passes on what is redirected to it, after its own queueing, and brings it up. */
export function createIfb(socket: NetlinkSocket, name: string): void {
  const body = new AttributeWriter(upHeader)
    .text(IFLA_IFNAME, name)
    .u32(IFLA_TXQLEN, 1000)
    .nest(IFLA_LINKINFO, (info) => info.text(IFLA_INFO_KIND, 'ifb'))
    .body();
  socket.request({ type: RTM_NEWLINK, flags: created, body, call: `RTM_NEWLINK ${name}` });
  mark(socket, name);
}

// linux/if_tun.h
const TUNSETIFF = 0x4004_54ca;
const TUNSETPERSIST = 0x4004_54cb;
const TUNSETOWNER = 0x4004_54cc;
const TUNSETGROUP = 0x4004_54ce;
const IFF_TAP = 0x0002;
const IFF_MULTI_QUEUE = 0x0100;
const IFF_NO_PI = 0x1000;
const IFF_VNET_HDR = 0x4000;
/** As a bit of ifr_flags: fail with EBUSY when there is a tap of that name. */
const IFF_TUN_EXCL = 0x8000;

/** Makes a persistent tap that `uid` and `gid` may open, and brings it up. The name must be free (EBUSY). */
export function createTap(socket: NetlinkSocket, tap: TapObject): void {
  const fd = attachTap(tap, IFF_TUN_EXCL);
  try {
    setTapOwner(fd, tap);
    setLink(socket, tap.name, { mac: tap.mac, mtu: tap.mtu, up: tap.up !== false });
    mark(socket, tap.name);
    ioctlNumber(fd, TUNSETPERSIST, 1, 'TUNSETPERSIST');
  } finally {
    // Without TUNSETPERSIST the tap ends with its last descriptor: a half-made one leaves nothing behind.
    closeSync(fd);
  }
}

/** Brings a tap into shape: owner and group only while no program holds it (EBUSY, except with several queues). */
export function changeTap(socket: NetlinkSocket, from: TapObject, tap: TapObject): void {
  if (from.uid !== tap.uid || from.gid !== tap.gid) {
    const fd = attachTap(tap, 0);
    try {
      setTapOwner(fd, tap);
    } finally {
      closeSync(fd);
    }
  }
  setLink(socket, tap.name, { mac: tap.mac, mtu: tap.mtu, up: tap.up !== false });
}

/** A descriptor of a tap that is there: whoever gets it is at the other end of the wire. One queue. */
export function openTap(tap: Pick<TapObject, 'name' | 'multiQueue' | 'vnetHeader'>): number {
  return attachTap(tap, 0);
}

function attachTap({ name, multiQueue, vnetHeader }: Pick<TapObject, 'name' | 'multiQueue' | 'vnetHeader'>, extra: number): number {
  const request = Buffer.alloc(40);
  request.write(name, 0, 15);
  request.writeUInt16LE(IFF_TAP | IFF_NO_PI | (multiQueue ? IFF_MULTI_QUEUE : 0) | (vnetHeader ? IFF_VNET_HDR : 0) | extra, 16);
  const fd = openSync('/dev/net/tun', 'r+');
  try {
    checked(libc.ioctl(fd, TUNSETIFF, request), 'TUNSETIFF');
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function setTapOwner(fd: number, { uid, gid }: TapObject): void {
  if (uid !== undefined) ioctlNumber(fd, TUNSETOWNER, uid, 'TUNSETOWNER');
  if (gid !== undefined) ioctlNumber(fd, TUNSETGROUP, gid, 'TUNSETGROUP');
}

export function setLink(
  socket: NetlinkSocket,
  name: string,
  wanted: { mac?: Mac | undefined; mtu?: number | undefined; up?: boolean },
): void {
  const { mac, mtu, up } = wanted;
  const header = up === undefined ? linkHeader() : linkHeader({ flags: up ? IFF_UP : 0, change: IFF_UP });
  const body = settings(new AttributeWriter(header).text(IFLA_IFNAME, name), { mac, mtu }).body();
  socket.request({ type: RTM_SETLINK, body, call: `RTM_SETLINK ${name}` });
}

/** Makes a link a port of the bridge with this index; 0 takes it out of any. */
export function setMaster(socket: NetlinkSocket, name: string, bridge: number): void {
  socket.request({ type: RTM_SETLINK, body: named(name).u32(IFLA_MASTER, bridge).body(), call: `RTM_SETLINK ${name} master` });
}

/** Isolated ports of one bridge do not hear each other; to a port with `hairpin` its own frames may come back. */
export function setPortFlags(
  socket: NetlinkSocket,
  name: string,
  { isolated, hairpin }: { readonly isolated: boolean; readonly hairpin?: boolean | undefined },
): void {
  const body = named(name)
    .nest(IFLA_LINKINFO, (info) =>
      info.text(IFLA_INFO_SLAVE_KIND, 'bridge').nest(IFLA_INFO_SLAVE_DATA, (data) => {
        data.u8(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
        if (hairpin !== undefined) data.u8(IFLA_BRPORT_MODE, hairpin ? 1 : 0);
      }),
    )
    .body();
  socket.request({ type: RTM_NEWLINK, body, call: `RTM_NEWLINK ${name} as a port` });
}

/** Deletes a link; one that is gone already is fine. */
export function deleteLink(socket: NetlinkSocket, name: string): void {
  try {
    socket.request({ type: RTM_DELLINK, body: named(name).body(), call: `RTM_DELLINK ${name}` });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/**
 * Deletes links together: each deletion waits for grace periods of the kernel (33 to 43 ms), those of a link
 * group share them (20 ms). The waiting happens on a pool thread. Links that are gone already are fine.
 *
 * @returns One entry per name: undefined when it is gone, the kernel's refusal when not.
 */
export async function deleteLinks(socket: NetlinkSocket, names: readonly string[]): Promise<(NetlinkError | undefined)[]> {
  const [only] = names;
  if (only !== undefined && names.length === 1) return [await deleteSlowly(socket, named(only).body(), only)];
  const group = freeGroup(dumpLinks(socket));
  const moved = socket.pipeline(
    names.map((name) => ({ type: RTM_SETLINK, body: named(name).u32(IFLA_GROUP, group).body(), call: `RTM_SETLINK ${name} group` })),
  );
  const body = new AttributeWriter(linkHeader()).u32(IFLA_GROUP, group).body();
  const refused = moved.includes(undefined) ? await deleteSlowly(socket, body, 'group') : undefined;
  return moved.map((error) => (error === undefined ? refused : isGone(error) ? undefined : error));
}

/** The kernel's refusal; undefined when the link is gone. */
async function deleteSlowly(socket: NetlinkSocket, body: Buffer, what: string): Promise<NetlinkError | undefined> {
  try {
    await socket.requestSlow({ type: RTM_DELLINK, body, call: `RTM_DELLINK ${what}` });
    return undefined;
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    return isGone(error) ? undefined : error;
  }
}

/** A group number that no link has. */
function freeGroup(links: readonly KernelLink[]): number {
  const taken = new Set(links.map((link) => link.group));
  let group = 0x7661_6400;
  while (taken.has(group)) group++;
  return group;
}

function isGone(error: unknown): boolean {
  return error instanceof NetlinkError && error.code === 'ENODEV';
}

function mark(socket: NetlinkSocket, name: string): void {
  socket.request({ type: RTM_SETLINK, body: named(name).text(IFLA_IFALIAS, ourMark).body(), call: `RTM_SETLINK ${name} alias` });
}

/** A message body about the link of that name. */
function named(name: string): AttributeWriter {
  return new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name);
}

function settings(writer: AttributeWriter, { mac, mtu }: { mac?: Mac | undefined; mtu?: number | undefined }): AttributeWriter {
  if (mac !== undefined) writer.bytes(IFLA_ADDRESS, macBytes(mac));
  if (mtu !== undefined) writer.u32(IFLA_MTU, mtu);
  return writer;
}
