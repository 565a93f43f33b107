import type { HostObject } from '../model/host-state.ts';
import type { IfName } from '../model/units.ts';
import { dumpAddresses } from './kernel/addresses.ts';
import { getLink } from './kernel/link-facts.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { dumpRoutes } from './kernel/routes.ts';
import { readSysctl } from './kernel/sysctl.ts';

/** See `System.belongings`. What the kernel or a router's advertisement gives comes back by itself. */
export function belongings(socket: NetlinkSocket, name: IfName): readonly HostObject[] {
  const link = getLink(socket, name);
  if (link === undefined) return [];
  const objects: HostObject[] = [{ kind: 'nic', name, mtu: link.mtu, up: link.up }];
  for (const habit of ['disable_ipv6', 'accept_ra', 'autoconf']) {
    const key = `net.ipv6.conf.${name.replaceAll('.', '/')}.${habit}`;
    const value = readSysctl(key);
    if (value !== undefined) objects.push({ kind: 'sysctl', key, value, shared: false });
  }
  for (const { address, prefix, global, permanent } of dumpAddresses(socket, link.index)) {
    // An IPv4 address with a lifetime comes from a DHCP client, which does not know that its card was lent.
    if (global && (permanent || !address.includes(':'))) objects.push({ kind: 'address', link: name, address, prefix });
  }
  for (const { destination, gateway = '', metric, set } of dumpRoutes(socket, link.index)) {
    if (set) objects.push({ kind: 'route', destination, gateway, link: name, metric });
  }
  return objects;
}
