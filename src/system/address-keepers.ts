import { canonicalAddress } from '../model/address.ts';
import type { BridgeFilterSwitch } from '../model/bridge-filter.ts';
import type { AddressObject, SysctlObject } from '../model/host-state.ts';
import type { IfName } from '../model/units.ts';
import { hasCode } from './errno.ts';
import type { Keeper } from './keeper.ts';
import { missingLink } from './link-keepers.ts';
import { addAddress, removeAddress } from './kernel/addresses.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { getLink } from './kernel/link-facts.ts';
import { setBridgeFilters } from './kernel/links.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { addRoute, dumpRoutes, removeRoute } from './kernel/routes.ts';
import { readSysctl, sysctlPath, writeSysctl } from './kernel/sysctl.ts';
import { lacks, refusal } from './refusal.ts';

export function addressKeeper(socket: NetlinkSocket): Keeper<'address'> {
  return {
    observe: (wanted, look) =>
      wanted.filter(({ link, address, prefix }) => {
        const index = look.link(link)?.index;
        const text = canonicalAddress(address);
        return index !== undefined && look.addresses(index).some((found) => found.address === text && found.prefix === prefix);
      }),
    create: (object) => {
      const failed = `Failed to add IP address ${object.address}/${object.prefix} to ${object.link}`;
      const index = indexOf(socket, object.link, failed);
      attempt(failed, { link: object.link, address: object.address }, () => addAddress(socket, index, object));
    },
    update: () => undefined, // Everything in an address is its key.
    remove: (object) => {
      const link = getLink(socket, object.link);
      const failed = `Failed to delete IP address ${object.address}/${object.prefix} from ${object.link}`;
      if (link === undefined) return;
      attempt(failed, { link: object.link, address: object.address }, () =>
        keepingOthers(object, () => removeAddress(socket, link.index, object)),
      );
    },
  };
}

/**
 * A second IPv4 address in a subnet hangs on the first one, and goes with it unless the link says otherwise (net/ipv4/devinet.c): a
 * gateway that moves within its subnet would be gone.
 */
function keepingOthers({ link, address }: AddressObject, remove: () => void): void {
  const key = `net.ipv4.conf.${link.replaceAll('.', '/')}.promote_secondaries`;
  const before = address.includes(':') ? undefined : readSysctl(key);
  if (before === undefined) return remove();
  writeSysctl(key, '1');
  try {
    remove();
  } finally {
    writeSysctl(key, before);
  }
}

export function routeKeeper(socket: NetlinkSocket): Keeper<'route'> {
  const add: Keeper<'route'>['create'] = (object) => {
    const failed = `Failed to add route to ${object.destination} via ${object.gateway} on ${object.link}`;
    const index = indexOf(socket, object.link, failed);
    attempt(failed, { link: object.link, destination: object.destination }, () => addRoute(socket, index, object));
  };
  const remove: Keeper<'route'>['remove'] = (object) => {
    const link = getLink(socket, object.link);
    const failed = `Failed to delete route to ${object.destination} on ${object.link}`;
    if (link !== undefined)
      attempt(failed, { link: object.link, destination: object.destination }, () => removeRoute(socket, link.index, object));
  };
  return {
    observe: (wanted, look) => {
      const routes = new Map([...new Set(wanted.map(({ link }) => link))].map((name) => [name, routesOver(socket, look.link(name))]));
      return wanted.flatMap((object) => {
        const found = routes
          .get(object.link)
          ?.find(({ destination, metric }) => destination === object.destination && metric === object.metric);
        return found === undefined ? [] : [{ ...object, gateway: found.gateway ?? '' }];
      });
    },
    create: add,
    update: async (from, object) => {
      await remove(from);
      await add(object);
    },
    remove,
  };
}

/** Switches are set and never unset, unless they know what they were: an interface's go with it, a shared one may have other users by now. */
export function sysctlKeeper(): Keeper<'sysctl'> {
  return {
    observe: (wanted) =>
      wanted.flatMap((object) => {
        const value = readSysctl(object.key);
        return value === undefined ? [] : [{ ...object, value }];
      }),
    create: setSwitch,
    update: (_from, object) => setSwitch(object),
    remove: ({ key, before }) => {
      // Without its module there is no such switch.
      if (before !== undefined && readSysctl(key) !== undefined) setSwitch({ key, value: before });
    },
  };
}

/** Which packet filters frames of a bridge pass. A bridge that is gone has no switches. */
export function bridgeFilterKeeper(socket: NetlinkSocket): Keeper<'bridge-filter'> {
  const set = (bridge: IfName, calls: readonly BridgeFilterSwitch[]): void => {
    if (getLink(socket, bridge) === undefined) return;
    attempt(`cannot set the packet filters of bridge ${bridge}`, { bridge }, () => setBridgeFilters(socket, bridge, calls));
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const calls = look.link(object.bridge)?.bridge?.filters;
        return calls === undefined ? [] : [{ ...object, calls }];
      }),
    create: ({ bridge, calls }) => set(bridge, calls),
    update: (_from, { bridge, calls }) => set(bridge, calls),
    remove: ({ bridge, before }) => set(bridge, before),
  };
}

function setSwitch({ key, value }: Pick<SysctlObject, 'key' | 'value'>): void {
  const failed = `cannot write to '${sysctlPath(key)}'`;
  try {
    writeSysctl(key, value);
  } catch (error) {
    if (hasCode(error, 'ENOENT') && key.startsWith('net.ipv6.')) throw lacks(failed, 'CONFIG_IPV6', 'ipv6', error);
    throw refusal(failed, error, { params: { key, value } });
  }
}

function routesOver(socket: NetlinkSocket, link: KernelLink | undefined): ReturnType<typeof dumpRoutes> {
  return link === undefined ? [] : dumpRoutes(socket, link.index);
}

function indexOf(socket: NetlinkSocket, name: string, failed: string): number {
  const link = getLink(socket, name);
  if (link === undefined) throw missingLink(failed, name);
  return link.index;
}

function attempt(failed: string, params: Readonly<Record<string, string>>, body: () => void): void {
  try {
    body();
  } catch (error) {
    throw refusal(failed, error, { params });
  }
}
