import type { IfName, Mac } from '../../model/units.ts';
import { Attributes, AttributeWriter } from './attributes.ts';
import type { NetlinkSocket } from './netlink.ts';
import { NetlinkError, NLM_F_DUMP } from './netlink.ts';
import { addressText, AF_BRIDGE, AF_INET, AF_INET6, ifName, macText, RTM_GETNEIGH, RTM_NEWNEIGH } from './rtnetlink.ts';

const NDA_DST = 1;
const NDA_LLADDR = 2;
const NDA_VLAN = 5;
const NDA_IFINDEX = 8;
const NDA_MASTER = 9;
const NUD_REACHABLE = 0x02;
const NUD_STALE = 0x04;
const NUD_DELAY = 0x08;
const NUD_PROBE = 0x10;
const NUD_PERMANENT = 0x80;
/** Entries that hold an address which answered; the others are being asked for, or did not answer. */
const known = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;

/** A bridge's forwarding database, filtered by the kernel. `local` entries are the ports' own MACs. */
export function dumpFdb(
  socket: NetlinkSocket,
  bridge: number,
  nameAt: (index: number) => IfName | undefined,
): { mac: Mac; link: IfName; vlan?: number; local: boolean }[] {
  const body = new AttributeWriter(header(AF_BRIDGE)).u32(NDA_MASTER, bridge).body();
  return dump(socket, body).flatMap((reply) => {
    const attributes = new Attributes(reply, 12);
    const [mac, vlan] = [macText(attributes.bytes(NDA_LLADDR)), attributes.u16(NDA_VLAN)];
    const link = reply.readInt32LE(4);
    if (mac === undefined) return [];
    const local = (reply.readUInt16LE(8) & NUD_PERMANENT) !== 0;
    return [{ mac, link: nameAt(link) ?? ifName(`if${link}`), ...(vlan !== undefined && { vlan }), local }];
  });
}

/** Which IP addresses the host has resolved on a link, both families. */
export function dumpNeighbours(socket: NetlinkSocket, link: number): { address: string; mac: Mac; reachable: boolean }[] {
  return [AF_INET, AF_INET6].flatMap((family) =>
    dump(socket, new AttributeWriter(header(family)).u32(NDA_IFINDEX, link).body()).flatMap((reply) => {
      const attributes = new Attributes(reply, 12);
      const address = attributes.bytes(NDA_DST);
      const mac = macText(attributes.bytes(NDA_LLADDR));
      const state = reply.readUInt16LE(8);
      if (address === undefined || mac === undefined || (state & known) === 0) return [];
      return [{ address: addressText(address), mac, reachable: (state & (NUD_REACHABLE | NUD_PERMANENT)) !== 0 }];
    }),
  );
}

function dump(socket: NetlinkSocket, body: Buffer): Buffer[] {
  try {
    const replies = socket.request({ type: RTM_GETNEIGH, flags: NLM_F_DUMP, body, call: 'RTM_GETNEIGH' });
    return replies.filter(({ type }) => type === RTM_NEWNEIGH).map((reply) => reply.body);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') return [];
    throw error;
  }
}

/** struct ndmsg. */
function header(family: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(family, 0);
  return bytes;
}
