import { digest } from '../model/digest.ts';
import type { BandwidthObject, Floor } from '../model/host-state.ts';
import type { BandwidthRate } from '../model/network.ts';
import { hasCode } from './errno.ts';
import type { Keeper } from './keeper.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { getLink } from './kernel/link-facts.ts';
import { createIfb, deleteLink } from './kernel/links.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import type { Shape } from './kernel/shape.ts';
import { rateOf, sameShape, shapeOf } from './kernel/shape.ts';
import { readFloors, shapeFloors } from './kernel/tc-floors.ts';
import { clearEgress, clearIngress, policeIngress, readEgress, readIngress, redirectIngress, shapeEgress } from './kernel/tc.ts';
import type { LinkTools } from './link-keepers.ts';
import { missingLink } from './link-keepers.ts';
import { lacks, refusal } from './refusal.ts';

/**
 * Shaping: what goes to the guests leaves the host by the link (htb); what comes from them enters by it, and is
 * policed. Where the kernel has no police action, it takes a turn through an ifb link and is shaped on the way
 * out of that.
 */
export function bandwidthKeeper({ socket, facts }: LinkTools): Keeper<'bandwidth'> {
  const apply = ({ link, inbound, outbound, floors }: BandwidthObject): void => {
    const failed = `cannot set bandwidth limits on ${link}`;
    const found = getLink(socket, link);
    if (found === undefined) throw missingLink(failed, link);
    const { sfq, police, ifb } = facts().kernel;
    const towardsGuests = inbound && shapeOf(inbound);
    const fromGuests = outbound && policed(outbound);
    if (fromGuests !== undefined && !police && !ifb) throw lacks(failed, 'CONFIG_NET_ACT_POLICE', 'act_police');
    try {
      if (towardsGuests === undefined) clearEgress(socket, found.index);
      else if (floors === undefined) shapeEgress(socket, found.index, towardsGuests, sfq);
      else shapeFloors(socket, found.index, towardsGuests, floors);

      if (fromGuests === undefined) clearFromGuests(socket, found);
      else if (police) policeIngress(socket, found.index, fromGuests);
      else redirectIngress(socket, found.index, shapedIfb(socket, link, fromGuests, sfq));
    } catch (error) {
      if (hasCode(error, 'ENOENT'))
        throw lacks(failed, 'CONFIG_NET_SCH_HTB, CONFIG_NET_SCH_INGRESS and CONFIG_NET_CLS_U32', 'sch_htb', error);
      throw refusal(failed, error, { params: { link } });
    }
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.link);
        return link === undefined
          ? []
          : (asWanted(object, readEgress(socket, link.index), readFromGuests(socket, link), readFloors(socket, link.index)) ?? []);
      }),
    create: apply,
    update: (_from, object) => apply(object),
    remove: ({ link }) => {
      const found = getLink(socket, link);
      if (found === undefined) return deleteLink(socket, ifbName(link));
      clearEgress(socket, found.index);
      clearFromGuests(socket, found);
    },
  };
}

/**
 * The observed object; undefined when the link is not shaped at all. What agrees is told in the wanted words, since the kernel
 * keeps ticks and not bursts. A direction that is shaped and not wanted is told, too, and makes the other one differ:
 * otherwise nobody would take it away.
 */
function asWanted(
  wanted: BandwidthObject,
  egress: Shape | undefined,
  ingress: Shape | undefined,
  floors: readonly Floor[],
): BandwidthObject | undefined {
  if (egress === undefined && ingress === undefined) return undefined;
  const surplus =
    (wanted.floors === undefined && floors.length > 0) ||
    (wanted.inbound === undefined && egress !== undefined) ||
    (wanted.outbound === undefined && ingress !== undefined);
  const tell = (rate: BandwidthRate | undefined, expected: Shape | undefined, found: Shape | undefined): BandwidthRate | undefined => {
    if (rate !== undefined && sameShape(expected, found)) return surplus ? {} : rate;
    return found && rateOf(found);
  };
  const inbound = tell(wanted.inbound, wanted.inbound && shapeOf(wanted.inbound), egress);
  const outbound = tell(wanted.outbound, wanted.outbound && policed(wanted.outbound), ingress);
  return {
    kind: 'bandwidth',
    link: wanted.link,
    ...(inbound && { inbound }),
    ...(outbound && { outbound }),
    ...(floors.length > 0 && { floors }),
  };
}

/** A policer knows one rate. */
function policed({ average, burst }: BandwidthRate): Shape | undefined {
  return shapeOf({ ...(average !== undefined && { average }), ...(burst !== undefined && { burst }) });
}

function readFromGuests(socket: NetlinkSocket, link: KernelLink): Shape | undefined {
  const found = readIngress(socket, link.index);
  if (found === undefined) return undefined;
  return 'police' in found ? found.police : readEgress(socket, found.redirect);
}

function clearFromGuests(socket: NetlinkSocket, link: KernelLink): void {
  clearIngress(socket, link.index);
  deleteLink(socket, ifbName(link.name));
}

/** The index of the ifb link that shapes what comes in by `link`. */
function shapedIfb(socket: NetlinkSocket, link: string, shape: Shape, fair: boolean): number {
  const name = ifbName(link);
  if (getLink(socket, name) === undefined) createIfb(socket, name);
  const { index } = getLink(socket, name)!;
  shapeEgress(socket, index, shape, fair);
  return index;
}

/** Found again by the link's name alone, within 15 bytes. */
function ifbName(link: string): string {
  return `ifb${digest(link).slice(0, 12)}`;
}
