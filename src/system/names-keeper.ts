import type { NamesObject } from '../model/host-state.ts';
import type { Keeper } from './keeper.ts';
import { getLink } from './kernel/link-facts.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { missingLink } from './link-keepers.ts';
import { isUnknown, type Resolved } from './resolved.ts';

/**
 * Names of guests for the host. No network fails for their sake: what systemd-resolved refuses (a link that
 * networkd manages, a domain it does not take) is left to others, and counts as done until the network stops.
 */
export function namesKeeper(
  socket: NetlinkSocket,
  resolved: Resolved,
  log: { info(details: object, message: string): void } | undefined,
): Keeper<'names'> {
  const refused = new Map<string, NamesObject>();
  const assign = async (object: NamesObject): Promise<void> => {
    const link = getLink(socket, object.link);
    if (link === undefined) throw missingLink(`cannot register names of ${object.domain}`, object.link);
    try {
      refused.delete(object.link);
      await resolved.assign(link.index, object);
    } catch (error) {
      refused.set(object.link, object);
      log?.info({ err: error, link: object.link, domain: object.domain }, 'systemd-resolved does not take the names of a network.');
    }
  };
  return {
    observe: async (wanted, look) => {
      const found = await Promise.all(
        wanted.map(async (object) => {
          const given = refused.get(object.link);
          const link = look.link(object.link);
          if (given !== undefined || link === undefined) return given ?? [];
          try {
            const names = await resolved.read(link.index);
            return names === undefined ? [] : { ...object, ...names };
          } catch (error) {
            return isUnknown(error) ? [] : object;
          }
        }),
      );
      return found.flat();
    },
    create: assign,
    update: (_from, object) => assign(object),
    remove: async ({ link: name }) => {
      refused.delete(name);
      const link = getLink(socket, name);
      // Whoever goes, resolved or the link, takes the names along.
      if (link !== undefined) await resolved.revert(link.index).catch(() => undefined);
    },
    parallel: 8,
  };
}
