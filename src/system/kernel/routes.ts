import type { RouteObject } from '../../model/host-state.ts';
import { Attributes, AttributeWriter } from './attributes.ts';
import type { NetlinkSocket } from './netlink.ts';
import { NetlinkError, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL } from './netlink.ts';
import { addressBytes, addressText, AF_INET, AF_INET6, RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from './rtnetlink.ts';

/** A unicast route as the kernel reports it. */
export interface KernelRoute {
  readonly family: 'ipv4' | 'ipv6';
  /** `192.168.122.0/24`; `0.0.0.0/0` and `::/0` are default routes. */
  readonly destination: string;
  readonly gateway: string | undefined;
  /** Index of the link it leaves by, the first one of several; 0 for none. */
  readonly link: number;
  readonly metric: number;
  readonly table: number;
  /** Somebody set it: neither the kernel with an address nor a router's advertisement. */
  readonly set: boolean;
}

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_MULTIPATH = 9;
const RTA_TABLE = 15;
const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;
const RTPROT_STATIC = 4;
/** RTPROT_UNSPEC, _REDIRECT, _KERNEL and _RA. */
const automatic = [0, 1, 2, 9];
const RT_SCOPE_LINK = 253;
const RTN_UNICAST = 1;
const RTM_F_CLONED = 0x200;

/** Unicast routes of both families, of one link when its index is given. */
export function dumpRoutes(socket: NetlinkSocket, link?: number): KernelRoute[] {
  return [AF_INET, AF_INET6].flatMap((family) => {
    // Asked for by type, the kernel leaves out the four or five others that come with each address.
    const writer = new AttributeWriter(header({ family, type: RTN_UNICAST, table: link === undefined ? 0 : RT_TABLE_MAIN }));
    if (link !== undefined) writer.u32(RTA_OIF, link);
    try {
      return socket
        .request({ type: RTM_GETROUTE, flags: NLM_F_DUMP, body: writer.body(), call: 'RTM_GETROUTE' })
        .filter(
          ({ type, body }) => type === RTM_NEWROUTE && body.readUInt8(7) === RTN_UNICAST && (body.readUInt32LE(8) & RTM_F_CLONED) === 0,
        )
        .map(({ body }) => readRoute(body))
        .filter((route) => link === undefined || route.link === link);
    } catch (error) {
      // The filter's link has gone, or the family or table is not there: then so are the routes.
      if (error instanceof NetlinkError && ['ENODEV', 'ENOENT', 'EAFNOSUPPORT', 'EOPNOTSUPP'].includes(error.code)) return [];
      throw error;
    }
  });
}

/** Adds a static route to the main table; an equal one that is there is left alone. */
export function addRoute(socket: NetlinkSocket, link: number, route: RouteObject): void {
  try {
    socket.request({
      type: RTM_NEWROUTE,
      flags: NLM_F_CREATE | NLM_F_EXCL,
      body: routeBody(link, route),
      call: `RTM_NEWROUTE ${route.destination}`,
    });
  } catch (error) {
    if (!(error instanceof NetlinkError && error.code === 'EEXIST' && isThere(socket, link, route))) throw error;
  }
}

/** Takes a route away; one that is gone already is fine. */
export function removeRoute(socket: NetlinkSocket, link: number, route: RouteObject): void {
  try {
    socket.request({ type: RTM_DELROUTE, body: routeBody(link, route), call: `RTM_DELROUTE ${route.destination}` });
  } catch (error) {
    if (!(error instanceof NetlinkError && ['ESRCH', 'ENODEV', 'ENOENT'].includes(error.code))) throw error;
  }
}

function isThere(socket: NetlinkSocket, link: number, wanted: RouteObject): boolean {
  return dumpRoutes(socket, link).some(
    (route) => route.destination === wanted.destination && route.metric === wanted.metric && (route.gateway ?? '') === wanted.gateway,
  );
}

function routeBody(link: number, { destination, gateway, metric }: RouteObject): Buffer {
  const [network = '', prefix = '0'] = destination.split('/');
  const bytes = addressBytes(network);
  const family = bytes.length === 4 ? AF_INET : AF_INET6;
  const scope = gateway === '' && family === AF_INET ? RT_SCOPE_LINK : 0;
  const writer = new AttributeWriter(
    header({ family, prefix: Number(prefix), table: RT_TABLE_MAIN, protocol: RTPROT_STATIC, scope, type: RTN_UNICAST }),
  ).bytes(RTA_DST, bytes);
  if (gateway !== '') writer.bytes(RTA_GATEWAY, addressBytes(gateway));
  return writer.u32(RTA_OIF, link).u32(RTA_PRIORITY, metric).body();
}

/** struct rtmsg. */
function header({
  family,
  prefix = 0,
  table,
  protocol = 0,
  scope = 0,
  type = 0,
}: {
  family: number;
  prefix?: number;
  table: number;
  protocol?: number;
  scope?: number;
  type?: number;
}): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(family, 0);
  bytes.writeUInt8(prefix, 1);
  bytes.writeUInt8(table, 4);
  bytes.writeUInt8(protocol, 5);
  bytes.writeUInt8(scope, 6);
  bytes.writeUInt8(type, 7);
  return bytes;
}

function readRoute(body: Buffer): KernelRoute {
  const attributes = new Attributes(body, 12);
  const family = body.readUInt8(0) === AF_INET ? 'ipv4' : 'ipv6';
  const destination = attributes.bytes(RTA_DST);
  const gateway = attributes.bytes(RTA_GATEWAY);
  return {
    family,
    destination: `${destination === undefined ? (family === 'ipv4' ? '0.0.0.0' : '::') : addressText(destination)}/${body.readUInt8(1)}`,
    gateway: gateway && addressText(gateway),
    // struct rtnexthop: its interface is the second word.
    link: attributes.u32(RTA_OIF) ?? attributes.bytes(RTA_MULTIPATH)?.readInt32LE(4) ?? 0,
    metric: attributes.u32(RTA_PRIORITY) ?? 0,
    table: attributes.u32(RTA_TABLE) ?? body.readUInt8(4),
    set: !automatic.includes(body.readUInt8(5)),
  };
}
