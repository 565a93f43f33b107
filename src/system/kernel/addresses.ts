import type { AddressObject } from '../../model/host-state.ts';
import { Attributes, AttributeWriter } from './attributes.ts';
import type { NetlinkSocket } from './netlink.ts';
import { NetlinkError, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL } from './netlink.ts';
import { addressBytes, addressText, AF_INET, AF_INET6, AF_UNSPEC, RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from './rtnetlink.ts';

export interface LinkAddress {
  /** Of the link. */
  readonly index: number;
  readonly address: string;
  readonly prefix: number;
  /** Not for this link alone, as fe80:: and 127.0.0.1 are. */
  readonly global: boolean;
  /** Not learned from a router, and not about to expire. */
  readonly permanent: boolean;
}

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_BROADCAST = 4;
const IFA_FLAGS = 8;
const IFA_F_NODAD = 0x02;
const IFA_F_PERMANENT = 0x80;
const RT_SCOPE_LINK = 253;

/** Addresses of one link, or of all. With an index the kernel itself filters (NETLINK_GET_STRICT_CHK). */
export function dumpAddresses(socket: NetlinkSocket, index = 0): LinkAddress[] {
  try {
    const replies = socket.request({ type: RTM_GETADDR, flags: NLM_F_DUMP, body: header(AF_UNSPEC, 0, index), call: 'RTM_GETADDR' });
    return replies
      .filter(({ type }) => type === RTM_NEWADDR)
      .map(({ body }) => readAddress(body))
      .filter((found) => index === 0 || found.index === index);
  } catch (error) {
    // The link has gone meanwhile.
    if (error instanceof NetlinkError && error.code === 'ENODEV') return [];
    throw error;
  }
}

/**
 * Adds an address; one that is there already is left alone. IPv4 gets the subnet's broadcast address. IPv6 skips
 * duplicate detection: on a bridge of ours nobody else is there yet, and dnsmasq could not bind to a tentative address.
 */
export function addAddress(socket: NetlinkSocket, index: number, { link, address, prefix }: AddressObject): void {
  const bytes = addressBytes(address);
  const isIpv4 = bytes.length === 4;
  const writer = new AttributeWriter(header(isIpv4 ? AF_INET : AF_INET6, prefix, index)).bytes(IFA_LOCAL, bytes).bytes(IFA_ADDRESS, bytes);
  if (isIpv4 && prefix < 31) writer.bytes(IFA_BROADCAST, broadcast(bytes, prefix));
  if (!isIpv4) writer.u32(IFA_FLAGS, IFA_F_NODAD);
  try {
    socket.request({
      type: RTM_NEWADDR,
      flags: NLM_F_CREATE | NLM_F_EXCL,
      body: writer.body(),
      call: `RTM_NEWADDR ${address}/${prefix} ${link}`,
    });
  } catch (error) {
    if (!(error instanceof NetlinkError && error.code === 'EEXIST')) throw error;
  }
}

/** Takes an address away; one that is gone already is fine. */
export function removeAddress(socket: NetlinkSocket, index: number, { link, address, prefix }: AddressObject): void {
  const bytes = addressBytes(address);
  const body = new AttributeWriter(header(bytes.length === 4 ? AF_INET : AF_INET6, prefix, index))
    .bytes(IFA_LOCAL, bytes)
    .bytes(IFA_ADDRESS, bytes)
    .body();
  try {
    socket.request({ type: RTM_DELADDR, body, call: `RTM_DELADDR ${address}/${prefix} ${link}` });
  } catch (error) {
    if (!(error instanceof NetlinkError && (error.code === 'EADDRNOTAVAIL' || error.code === 'ENODEV'))) throw error;
  }
}

/** struct ifaddrmsg. */
function header(family: number, prefix: number, index: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(family, 0);
  bytes.writeUInt8(prefix, 1);
  bytes.writeUInt32LE(index, 4);
  return bytes;
}

function readAddress(body: Buffer): LinkAddress {
  const attributes = new Attributes(body, 8);
  // On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL is always ours where it is given.
  const bytes = attributes.bytes(IFA_LOCAL) ?? attributes.bytes(IFA_ADDRESS) ?? Buffer.alloc(0);
  const flags = attributes.u32(IFA_FLAGS) ?? body.readUInt8(2);
  return {
    index: body.readUInt32LE(4),
    address: addressText(bytes),
    prefix: body.readUInt8(1),
    global: body.readUInt8(3) < RT_SCOPE_LINK,
    permanent: (flags & IFA_F_PERMANENT) !== 0,
  };
}

function broadcast(address: Buffer, prefix: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((address.readUInt32BE(0) | (2 ** (32 - prefix) - 1)) >>> 0);
  return bytes;
}
