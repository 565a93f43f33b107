import type { Bell } from '../system.ts';
import { Attributes } from './attributes.ts';
import { watchReadable } from './libc.ts';
import { linkNameAt } from './link-facts.ts';
import type { NetlinkSocket, Reply } from './netlink.ts';
import { NETLINK_ROUTE, NetlinkError, openNetlink } from './netlink.ts';
import { AF_BRIDGE, RTM_DELADDR, RTM_DELLINK, RTM_DELROUTE, RTM_NEWADDR, RTM_NEWLINK, RTM_NEWROUTE } from './rtnetlink.ts';

/** RTNLGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE. */
const groups = [1, 5, 7, 9, 11];

export interface MonitorOptions {
  /** Bytes of queue; a smaller one overruns sooner. */
  readonly receiveBuffer?: number;
}

/**
 * Rings when the kernel says that links, addresses or routes changed: one bell per thing and wake-up.
 * It waits in the event loop (epoll), blocks nothing, and does not keep the process alive. When the kernel's queue
 * overran (ENOBUFS) it rings `resync`.
 */
export function monitorKernel(onBell: (bell: Bell) => void, options: MonitorOptions = {}): Disposable {
  const socket = openNetlink(NETLINK_ROUTE, { groups, receiveBuffer: options.receiveBuffer ?? 8 * 1024 * 1024 });
  const watch = watchReadable(socket.fd, () => {
    try {
      for (const bell of bellsOf(socket, socket.receive())) onBell(bell);
    } catch (error) {
      if (!(error instanceof NetlinkError && error.code === 'ENOBUFS')) throw error;
      onBell({ kind: 'resync' });
    }
  });
  return {
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]();
      socket[Symbol.dispose]();
    },
  };
}

const IFLA_IFNAME = 3;
const RTA_OIF = 4;

/** Addresses and routes that went with their link are told by the link's own bell. */
function bellsOf(socket: NetlinkSocket, replies: readonly Reply[]): Bell[] {
  const links = new Map<string, boolean>();
  const changed = { address: new Set<number | undefined>(), route: new Set<number | undefined>() };
  for (const { type, body } of replies) {
    if (type === RTM_NEWLINK || type === RTM_DELLINK) {
      const name = new Attributes(body, 16).text(IFLA_IFNAME);
      // A "deleted" link of the bridge family has only left its bridge.
      if (name !== undefined) links.set(name, type === RTM_DELLINK && body.readUInt8(0) !== AF_BRIDGE);
    } else if (type === RTM_NEWADDR || type === RTM_DELADDR) changed.address.add(body.readUInt32LE(4));
    else if (type === RTM_NEWROUTE || type === RTM_DELROUTE) changed.route.add(new Attributes(body, 12).u32(RTA_OIF));
  }
  const bells = (kind: 'address' | 'route') =>
    [...changed[kind]].flatMap((index): Bell[] => {
      if (index === undefined) return [{ kind }];
      const link = linkNameAt(socket, index);
      return link === undefined ? [] : [{ kind, link }];
    });
  return [...[...links].map(([name, gone]): Bell => ({ kind: 'link', name, gone })), ...bells('address'), ...bells('route')];
}
