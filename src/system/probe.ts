import { existsSync } from 'node:fs';
import type { HostFacts } from '../model/facts.ts';
import { hasCode } from './errno.ts';
import { AttributeWriter } from './kernel/attributes.ts';
import { getLink } from './kernel/link-facts.ts';
import type { Message, NetlinkSocket } from './kernel/netlink.ts';
import { NETLINK_NETFILTER, NETLINK_ROUTE, NLM_F_CREATE, NLM_F_EXCL, openNetlink } from './kernel/netlink.ts';
import { insideNewNetns } from './kernel/netns.ts';
import { nftSubsystem } from './kernel/nft-messages.ts';
import { linkHeader, RTM_NEWLINK } from './kernel/rtnetlink.ts';
import { shapeOf } from './kernel/shape.ts';
import { policeIngress, tryQdisc } from './kernel/tc.ts';

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
      return { ...probeLinks(socket), ...probeShaping(socket), ...probeBridgeRules(), ipv6 };
    });
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOSPC', 'EINVAL')) throw error;
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
    vlanFiltering: newLink(socket, 'plain', 'bridge', (data) => data.u8(IFLA_BR_VLAN_FILTERING, 1), { flags: 0 }),
    vlan8021q: newLink(socket, 'vlan', 'vlan', (data) => data.u16(IFLA_VLAN_ID, 7), { lower: getLink(socket, 'plain')?.index }),
  };
}

/** Loading ifb puts two links of its own into the host's namespace, so it is only tried where it is needed. */
function probeShaping(socket: NetlinkSocket): Pick<HostFacts['kernel'], 'sfq' | 'police' | 'ifb'> {
  const link = getLink(socket, 'plain')!.index;
  const sfq = tryQdisc(socket, link, 'sfq');
  const police = succeeds(() => policeIngress(socket, link, shapeOf({ average: 1000 })!));
  return { sfq, police, ifb: !police && newLink(socket, 'ifb', 'ifb', () => undefined) };
}

const NFPROTO_BRIDGE = 7;
const NFT_MSG_NEWTABLE = 0;
const NFT_MSG_NEWCHAIN = 3;
const NFT_MSG_NEWRULE = 6;
const NFT_META_BRI_IIFNAME = 17;

/** Are there rules for bridges, and can one ask by which bridge a packet came in? */
function probeBridgeRules(): Required<Pick<HostFacts['kernel'], 'nftBridge' | 'nftBridgeMeta'>> {
  using socket = openNetlink(NETLINK_NETFILTER);
  const table = bridgeFamily(NFT_MSG_NEWTABLE, (body) => body.text(1, 'probe'));
  const chain = bridgeFamily(NFT_MSG_NEWCHAIN, (body) => body.text(1, 'probe').text(3, 'probe'));
  const rule = bridgeFamily(NFT_MSG_NEWRULE, (body) =>
    body
      .text(1, 'probe')
      .text(2, 'probe')
      .nest(4, (rules) => rules.nest(1, (one) => one.text(1, 'meta').nest(2, (meta) => meta.be32(1, 8).be32(2, NFT_META_BRI_IIFNAME)))),
  );
  // In two transactions: taking back a refused one that has made a table would cost a grace period.
  const accepts = (...messages: Message[]) => succeeds(() => refuseErrors(socket.batch(nftSubsystem, messages)));
  const nftBridge = accepts(table, chain);
  return { nftBridge, nftBridgeMeta: nftBridge && accepts(rule) };
}

function refuseErrors(errors: readonly (Error | undefined)[]): void {
  for (const error of errors) if (error !== undefined) throw error;
}

function bridgeFamily(type: number, fill: (body: AttributeWriter) => void): Message {
  const body = new AttributeWriter(Buffer.from([NFPROTO_BRIDGE, 0, 0, 0]));
  fill(body);
  return { type: (nftSubsystem << 8) | type, flags: NLM_F_CREATE, body: body.body() };
}

function succeeds(body: () => void): boolean {
  try {
    body();
    return true;
  } catch {
    return false;
  }
}

/** True when a link of that type can be made; with other flags, when one that is there can be so. */
function newLink(
  socket: NetlinkSocket,
  name: string,
  type: string,
  fill: (data: AttributeWriter) => void,
  { lower, flags = NLM_F_CREATE | NLM_F_EXCL }: { lower?: number | undefined; flags?: number } = {},
): boolean {
  const writer = new AttributeWriter(linkHeader()).text(IFLA_IFNAME, name);
  if (lower !== undefined) writer.u32(IFLA_LINK, lower);
  writer.nest(IFLA_LINKINFO, (info) => info.text(IFLA_INFO_KIND, type).nest(IFLA_INFO_DATA, fill));
  return socket.pipeline([{ type: RTM_NEWLINK, flags, body: writer.body() }])[0] === undefined;
}
