import type { IfName } from '../model/units.ts';
import type { Inventory } from './kernel/inventory.ts';
import { ourMark } from './kernel/links.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { dumpRoutes, RT_TABLE_LOCAL } from './kernel/routes.ts';
import { readSysctl } from './kernel/sysctl.ts';

/** `net.ipv6.conf.eth0.accept_ra`. */
export function acceptRaKey(link: string): string {
  return `net.ipv6.conf.${link.replaceAll('.', '/')}.accept_ra`;
}

/**
 * Ways out of this host that the kernel configures from router advertisements, or would as soon as one came: those
 * with such a default route, and those that have none of IPv6 which somebody set. Where another program reads the
 * advertisements (NetworkManager, networkd) the kernel's own switch is 0, and the link is none of these.
 */
export function advertisedUplinks(socket: NetlinkSocket, look: Inventory): readonly IfName[] {
  const defaults = dumpRoutes(socket).filter(({ destination, table }) => destination.endsWith('/0') && table !== RT_TABLE_LOCAL);
  return look.all().flatMap(({ index, name, type, up, master, alias }) => {
    if (!up || master !== 0 || name === 'lo' || alias === ourMark) return [];
    const own = defaults.filter(({ link }) => link === index);
    const advertised = own.some(({ family, set }) => family === 'ipv6' && !set);
    const given = own.some(({ family, set }) => family === 'ipv6' && set);
    const isWayOut = type === '' || own.length > 0;
    if (!advertised && (given || !isWayOut)) return [];
    const accepts = readSysctl(acceptRaKey(name)) ?? '0';
    return accepts === '0' ? [] : [name];
  });
}
