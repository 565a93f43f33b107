import { vlanRuns, type PortVlan } from '../../model/vlan.ts';
import { Attributes, attributeValues, AttributeWriter } from './attributes.ts';
import type { Message, NetlinkSocket } from './netlink.ts';
import { NLM_F_DUMP } from './netlink.ts';
import { AF_BRIDGE, linkHeader, RTM_DELLINK, RTM_SETLINK } from './rtnetlink.ts';

// linux/if_link.h, linux/if_bridge.h.
const IFLA_AF_SPEC = 26;
const IFLA_BRIDGE_FLAGS = 0;
const IFLA_BRIDGE_VLAN_INFO = 2;
const BRIDGE_FLAGS_SELF = 2;
const BRIDGE_VLAN_INFO_PVID = 0x02;
const BRIDGE_VLAN_INFO_UNTAGGED = 0x04;
const BRIDGE_VLAN_INFO_RANGE_BEGIN = 0x08;
const BRIDGE_VLAN_INFO_RANGE_END = 0x10;
const RTM_NEWVLAN = 112;
const RTM_GETVLAN = 114;
const BRIDGE_VLANDB_ENTRY_INFO = 1;
const BRIDGE_VLANDB_ENTRY_RANGE = 2;

/**
 * The VLANs of one port of a bridge, or of the host's own port of it when it is the bridge that is asked about; of all
 * of them when `index` is 0. By index of the link. The kernel filters (Linux 5.6 or newer), so one port costs the same
 * on every host.
 */
export function dumpVlans(socket: NetlinkSocket, index = 0): ReadonlyMap<number, readonly PortVlan[]> {
  const header = Buffer.alloc(8);
  header.writeUInt8(AF_BRIDGE, 0);
  header.writeUInt32LE(index, 4);
  const vlans = new Map<number, PortVlan[]>();
  for (const { type, body } of socket.request({ type: RTM_GETVLAN, flags: NLM_F_DUMP, body: header, call: 'RTM_GETVLAN' })) {
    if (type !== RTM_NEWVLAN) continue;
    const link = body.readUInt32LE(4);
    const known = vlans.get(link) ?? [];
    vlans.set(link, known);
    for (const entry of attributeValues(body, 8)) known.push(...readEntry(entry));
  }
  return new Map([...vlans].map(([link, runs]) => [link, vlanRuns(runs)]));
}

/** struct bridge_vlan_info: flags and number; the last number of a run comes beside it. */
function readEntry(entry: Buffer): PortVlan[] {
  const attributes = new Attributes(entry);
  const info = attributes.bytes(BRIDGE_VLANDB_ENTRY_INFO);
  if (info === undefined) return [];
  const flags = info.readUInt16LE(0);
  const id = info.readUInt16LE(2);
  const to = attributes.u16(BRIDGE_VLANDB_ENTRY_RANGE) ?? id;
  return [{ id, to, pvid: (flags & BRIDGE_VLAN_INFO_PVID) !== 0, untagged: (flags & BRIDGE_VLAN_INFO_UNTAGGED) !== 0 }];
}

/**
 * Makes a port carry `wanted` and nothing else. What goes, goes first: a frame of the old VLAN does not leave by a port
 * that is in the new one already. `self`: the link is the bridge, and its own port is meant.
 */
export function setVlans(socket: NetlinkSocket, index: number, wanted: readonly PortVlan[], { self = false } = {}): void {
  const present = dumpVlans(socket, index).get(index) ?? [];
  changeVlans(socket, index, { drop: without(present, wanted, false), add: without(wanted, present, true), self });
}

/** Takes VLANs from a port and adds others to it; the rest stays as it is. */
export function changeVlans(
  socket: NetlinkSocket,
  index: number,
  { drop = [], add = [], self = false }: { drop?: readonly PortVlan[]; add?: readonly PortVlan[]; self?: boolean },
): void {
  const messages: Message[] = [
    ...(drop.length === 0 ? [] : [message(RTM_DELLINK, index, drop, self)]),
    ...(add.length === 0 ? [] : [message(RTM_SETLINK, index, add, self)]),
  ];
  for (const error of socket.pipeline(messages)) if (error !== undefined) throw error;
}

function message(type: number, index: number, vlans: readonly PortVlan[], self: boolean): Message {
  const body = new AttributeWriter(linkHeader({ family: AF_BRIDGE, index }))
    .nest(IFLA_AF_SPEC, (spec) => {
      if (self) spec.u16(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
      for (const vlan of vlans) writeRun(spec, vlan);
    })
    .body();
  return { type, body, call: `${type === RTM_SETLINK ? 'RTM_SETLINK' : 'RTM_DELLINK'} VLANs of link ${index}` };
}

function writeRun(spec: AttributeWriter, { id, to, pvid, untagged }: PortVlan): void {
  const flags = (pvid ? BRIDGE_VLAN_INFO_PVID : 0) | (untagged ? BRIDGE_VLAN_INFO_UNTAGGED : 0);
  const write = (number: number, more: number) => {
    const info = Buffer.alloc(4);
    info.writeUInt16LE(flags | more, 0);
    info.writeUInt16LE(number, 2);
    spec.bytes(IFLA_BRIDGE_VLAN_INFO, info);
  };
  if (id === to) return write(id, 0);
  write(id, BRIDGE_VLAN_INFO_RANGE_BEGIN);
  write(to, BRIDGE_VLAN_INFO_RANGE_END);
}

/** The VLANs of one list that the other has not; with `exactly` also those it treats otherwise. */
function without(vlans: readonly PortVlan[], others: readonly PortVlan[], exactly: boolean): readonly PortVlan[] {
  const known = new Map<number, PortVlan>();
  for (const run of others) for (let id = run.id; id <= run.to; id++) known.set(id, run);
  const left: PortVlan[] = [];
  for (const run of vlans) {
    for (let id = run.id; id <= run.to; id++) {
      const other = known.get(id);
      const same = other !== undefined && (!exactly || (other.pvid === run.pvid && other.untagged === run.untagged));
      if (!same) left.push({ ...run, id, to: id });
    }
  }
  return vlanRuns(left);
}
