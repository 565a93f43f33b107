import { existsSync } from 'node:fs';
import type { HostFacts } from '../model/facts.ts';
import { AttributeWriter } from './kernel/attributes.ts';
import { getLink } from './kernel/link-facts.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { NETLINK_ROUTE, NLM_F_CREATE, NLM_F_EXCL, openNetlink } from './kernel/netlink.ts';
import { insideNewNetns } from './kernel/netns.ts';
import { linkHeader, RTM_NEWLINK } from './kernel/rtnetlink.ts';

/**
 * What this kernel can do, found out by doing it in a network namespace that is thrown away: configuration
 * files may be missing or not be those of the running kernel. Where no namespace can be made, everything
 * is assumed, and the kernel itself refuses later.
 */
export function probeKernel(): HostFacts['kernel'] {
  const ipv6 = existsSync('/proc/sys/net/ipv6');
  try {
    return insideNewNetns(() => {
      using socket = openNetlink(NETLINK_ROUTE);
      return { ...probeLinks(socket), sfq: false, police: false, ifb: false, nftBridgeMeta: false, ipv6 };
    });
  } catch {
    return { vlanFiltering: true, vlan8021q: true, sfq: true, police: true, ifb: true, nftBridgeMeta: true, ipv6 };
  }
}

const IFLA_IFNAME = 3;
const IFLA_LINK = 5;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_BR_VLAN_FILTERING = 7;
const IFLA_VLAN_ID = 1;

function probeLinks(socket: NetlinkSocket): Pick<HostFacts['kernel'], 'vlanFiltering' | 'vlan8021q'> {
  newLink(socket, 'plain', 'bridge', () => undefined);
  return {
    vlanFiltering: newLink(socket, 'filtering', 'bridge', (data) => data.u8(IFLA_BR_VLAN_FILTERING, 1)),
    vlan8021q: newLink(socket, 'vlan', 'vlan', (data) => data.u16(IFLA_VLAN_ID, 7), getLink(socket, 'plain')?.index),
  };
}

/** True when a link of that type can be made. */
function newLink(socket: NetlinkSocket, name: string, type: string, fill: (data: AttributeWriter) => void, lower?: number): boolean {
  const writer = new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name);
  if (lower !== undefined) writer.u32(IFLA_LINK, lower);
  writer.nest(IFLA_LINKINFO, (info) => info.text(IFLA_INFO_KIND, type).nest(IFLA_INFO_DATA, fill));
  return socket.pipeline([{ type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, body: writer.body() }])[0] === undefined;
}
