import { ViaductError } from '../model/errors.ts';
import type { VethObject } from '../model/host-state.ts';
import { hasCode } from './errno.ts';
import type { Keeper, Look } from './keeper.ts';
import { getLink, getLinkAt, type KernelLink } from './kernel/link-facts.ts';
import * as links from './kernel/links.ts';
import { NETLINK_ROUTE, openNetlink, type NetlinkSocket } from './kernel/netlink.ts';
import { attempt, create, missingLink, type LinkTools } from './link-keepers.ts';

export function vethKeeper({ socket, removeLinks }: LinkTools): Keeper<'veth'> {
  const make = (object: VethObject): void => {
    const failed = `Failed to create veth device pair ${object.name}`;
    create(socket, failed, object, { type: 'veth', option: 'CONFIG_VETH' }, () => {
      try {
        links.createVeth(socket, object);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) throw error;
        throw new ViaductError('kernel-refused', `${failed}: there is no network namespace '${object.netns}'`, {
          hint: /^\d+$/.test(object.netns) ? 'That process has ended.' : `Create it with 'ip netns add ${object.netns}'.`,
          params: { link: object.name, netns: object.netns },
          cause: error,
        });
      }
    });
  };
  const remove = ({ name }: VethObject): void => attempt(`cannot delete veth ${name}`, name, () => links.deleteLink(socket, name));
  return {
    observe: (wanted, look) => [...byNamespace(wanted)].flatMap(([netns, objects]) => observePairs(netns, objects, look)),
    create: make,
    update: (from, object) => {
      if (from.netns === object.netns) {
        attempt(`cannot change veth ${object.name}`, object.name, () => reshape(socket, object));
        return;
      }
      // The far end may be anywhere by now; a new pair is the only sure way.
      remove(from);
      make(object);
    },
    remove,
    removeAll: (objects) => removeLinks(objects.map(({ name }) => name)),
  };
}

function byNamespace(objects: readonly VethObject[]): ReadonlyMap<string, readonly VethObject[]> {
  const groups = new Map<string, VethObject[]>();
  for (const object of objects) {
    const group = groups.get(object.netns);
    if (group === undefined) groups.set(object.netns, [object]);
    else group.push(object);
  }
  return groups;
}

/** Pairs that should lead into one namespace: it is entered once for all of them, which costs more than to look at one. */
function observePairs(netns: string, wanted: readonly VethObject[], look: Look): VethObject[] {
  const pairs = wanted.flatMap((object) => {
    const outer = look.link(object.name);
    return outer?.type === 'veth' ? [{ object, outer }] : [];
  });
  if (pairs.length === 0) return [];
  const inner = inNamespace(netns, (socket) => pairs.map(({ outer }) => farEnd(socket, outer)));
  return pairs.map(({ object, outer }, index) => asVeth(object, outer, inner?.[index]));
}

/**
 * The pair with its far end as it is, whatever its guest calls it by now: to take it away for its name would cut the guest
 * off. Where the end is not in that namespace, the namespace is left empty.
 */
function asVeth(object: VethObject, outer: KernelLink, inner: KernelLink | undefined): VethObject {
  const up = object.up === undefined ? {} : { up: outer.up };
  if (inner === undefined) return { ...object, netns: '', ...up };
  // How long its own packets are is the guest's business, as long as they pass our end.
  return { ...object, mac: inner.mac ?? object.mac, ...(object.mtu !== undefined && { mtu: outer.mtu }), ...up };
}

/** Brings both ends into shape where they are: the guest keeps its card, with its addresses. */
function reshape(socket: NetlinkSocket, object: VethObject): void {
  const { name, mac, mtu, up } = object;
  const outer = getLink(socket, name);
  if (outer === undefined) throw missingLink(`cannot change veth ${name}`, name);
  inNamespace(object.netns, (there) => {
    const inner = farEnd(there, outer);
    if (inner !== undefined && (inner.mac !== mac || (mtu !== undefined && inner.mtu !== mtu)))
      links.setLink(there, inner.name, { mac, mtu });
  });
  links.setLink(socket, name, { mtu, up: up !== false });
}

/** The other half of the pair, seen from the namespace it should be in. */
function farEnd(socket: NetlinkSocket, outer: KernelLink): KernelLink | undefined {
  const inner = getLinkAt(socket, outer.lower);
  return inner?.type === 'veth' && inner.lower === outer.index ? inner : undefined;
}

/** Undefined where there is no such namespace. */
function inNamespace<Result>(netns: string, body: (socket: NetlinkSocket) => Result): Result | undefined {
  let socket: NetlinkSocket;
  try {
    socket = openNetlink(NETLINK_ROUTE, { netns, receiveBuffer: 64 * 1024 });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EINVAL')) return undefined;
    throw error;
  }
  using open = socket;
  return body(open);
}
