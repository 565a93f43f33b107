import type { VlanObject } from '../model/host-state.ts';
import type { PortVlan } from '../model/vlan.ts';
import type { Keeper, Look } from './keeper.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { getLink } from './kernel/link-facts.ts';
import * as links from './kernel/links.ts';
import { changeVlans, dumpVlans } from './kernel/vlans.ts';
import { attempt, create, failureOf, missingLink, stated, type LinkTools } from './link-keepers.ts';

/** Devices that speak one VLAN of a link. Over a bridge that filters, its own port carries theirs as long as they are there. */
export function vlanKeeper({ socket, removeLinks }: LinkTools): Keeper<'vlan'> {
  const make = (failed: string, object: VlanObject): void => {
    const below = getLink(socket, object.lower);
    if (below === undefined) throw missingLink(failed, object.lower);
    links.createVlan(socket, below.index, object);
    hear(below, object);
  };
  const hear = ({ index, bridge }: KernelLink, { tag }: VlanObject): void => {
    if (bridge?.vlanFiltering === true)
      changeVlans(socket, index, { add: [{ id: tag, to: tag, pvid: false, untagged: false }], self: true });
  };
  const unhear = ({ lower, tag }: VlanObject): void => {
    const below = getLink(socket, lower);
    if (below?.bridge?.vlanFiltering !== true || !carries(dumpVlans(socket, below.index).get(below.index), tag)) return;
    attempt(`cannot take VLAN ${tag} from bridge ${lower}`, lower, () =>
      changeVlans(socket, below.index, { drop: [{ id: tag, to: tag, pvid: false, untagged: false }], self: true }),
    );
  };
  const remove = (object: VlanObject): void => {
    unhear(object);
    attempt(`cannot delete vlan ${object.name}`, object.name, () => links.deleteLink(socket, object.name));
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.name);
        if (link?.vlanTag === undefined) return [];
        const { vlanTag: tag, vlanProtocol: protocol = '802.1Q' } = link;
        const lower = look.nameAt(link.lower) ?? object.lower;
        return [{ kind: 'vlan', name: object.name, lower, tag, protocol, heard: isHeard(look, lower, tag), ...stated(object, link) }];
      }),
    create: (object) => {
      const failed = `error creating vlan interface ${object.name}`;
      create(socket, failed, object, { type: 'vlan', option: 'CONFIG_VLAN_8021Q' }, () => make(failed, object));
    },
    update: (from, object) => {
      const { name, mtu, up, lower, tag, protocol } = object;
      if (from.lower !== lower || from.tag !== tag || (protocol !== undefined && from.protocol !== protocol)) {
        remove(from);
        return attempt(`cannot replace vlan ${name}`, name, () => make(`cannot replace vlan ${name}`, object));
      }
      attempt(`cannot change vlan ${name}`, name, () => {
        const below = getLink(socket, lower);
        if (below !== undefined) hear(below, object);
        links.setLink(socket, name, { mtu, up: up !== false });
      });
    },
    remove,
    removeAll: async (objects) => {
      const refused = objects.map((object) => failureOf(() => unhear(object)));
      const removed = await removeLinks(objects.map(({ name }) => name));
      return removed.map((error, index) => error ?? refused[index]);
    },
  };
}

function isHeard(look: Look, lower: string, tag: number): boolean {
  const below = look.link(lower);
  return below?.bridge?.vlanFiltering !== true || carries(look.vlans(below.index), tag);
}

function carries(vlans: readonly PortVlan[] = [], tag: number): boolean {
  return vlans.some(({ id, to }) => id <= tag && tag <= to);
}
