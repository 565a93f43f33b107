import { ViaductError } from '../model/errors.ts';
import type { BridgeObject, MacvtapObject, TapObject } from '../model/host-state.ts';
import type { HostFacts } from '../model/facts.ts';
import { hasCode } from './errno.ts';
import type { Keeper } from './keeper.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { getLink } from './kernel/link-facts.ts';
import * as links from './kernel/links.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { lacks, refusal } from './refusal.ts';

/** What keepers of links share: the kept socket, one for slow requests, and what the kernel can do. */
export interface LinkTools {
  readonly socket: NetlinkSocket;
  readonly removeLinks: (names: readonly string[]) => Promise<(Error | undefined)[]>;
  readonly facts: () => HostFacts;
}

export function bridgeKeeper({ socket, removeLinks, facts }: LinkTools): Keeper<'bridge'> {
  const checkFeatures = (bridge: BridgeObject): void => {
    if (bridge.vlanFiltering && !facts().kernel.vlanFiltering)
      throw lacks(`error creating bridge interface ${bridge.name}`, 'CONFIG_BRIDGE_VLAN_FILTERING', 'bridge');
  };
  const change = (bridge: BridgeObject): void => {
    checkFeatures(bridge);
    attempt(`cannot change bridge ${bridge.name}`, bridge.name, () => links.changeBridge(socket, bridge));
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.name);
        if (link?.bridge === undefined) return [];
        const { stp, forwardDelay, vlanFiltering } = link.bridge;
        return [{ kind: 'bridge', name: object.name, ...stated(object, link), stp, forwardDelay, vlanFiltering, up: link.up }];
      }),
    create: (object) => {
      checkFeatures(object);
      create(
        socket,
        `error creating bridge interface ${object.name}`,
        object,
        { type: 'bridge', option: 'CONFIG_BRIDGE' },
        () => links.createBridge(socket, object),
        () => change(object),
      );
    },
    update: (_from, object) => change(object),
    remove: ({ name }) => attempt(`cannot delete bridge ${name}`, name, () => links.deleteLink(socket, name)),
    removeAll: (objects) => removeLinks(objects.map(({ name }) => name)),
  };
}

export function tapKeeper({ socket, removeLinks }: LinkTools): Keeper<'tap'> {
  const make = (object: TapObject): void => {
    const kind = { type: 'tun', option: 'CONFIG_TUN' };
    create(
      socket,
      `Unable to create tap device ${object.name}`,
      object,
      kind,
      () => links.createTap(socket, object),
      () => links.changeTap(socket, { ...object, uid: -1 }, object),
    );
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.name);
        if (link?.tap === undefined) return [];
        const { uid, gid, multiQueue } = link.tap;
        const vnetHeader = link.carrier || !link.up ? object.vnetHeader : link.tap.vnetHeader;
        return [
          {
            kind: 'tap',
            name: object.name,
            ...stated(object, link),
            ...(uid !== undefined && { uid }),
            ...(gid !== undefined && { gid }),
            multiQueue,
            vnetHeader,
          },
        ];
      }),
    create: make,
    update: (from, object) => {
      // Queues and the header are chosen when a tap is made.
      if (from.multiQueue !== object.multiQueue || from.vnetHeader !== object.vnetHeader) {
        attempt(`cannot replace tap ${object.name}`, object.name, () => links.deleteLink(socket, object.name));
        make(object);
      } else {
        attempt(`cannot change tap ${object.name}`, object.name, () => links.changeTap(socket, from, object));
      }
    },
    remove: ({ name }) => attempt(`cannot delete tap ${name}`, name, () => links.deleteLink(socket, name)),
    removeAll: (objects) => removeLinks(objects.map(({ name }) => name)),
  };
}

const modes = ['private', 'vepa', 'bridge', 'passthru'] as const;

export function macvtapKeeper({ socket, removeLinks }: LinkTools): Keeper<'macvtap'> {
  const make = (object: MacvtapObject): void => {
    const { name, lower, mac } = object;
    const failed = `error creating macvtap interface ${name}@${lower} (${mac})`;
    create(socket, failed, object, { type: 'macvtap', option: 'CONFIG_MACVTAP' }, () => {
      const below = getLink(socket, lower);
      if (below === undefined) throw missingLink(failed, lower);
      try {
        links.createMacvtap(socket, below.index, object);
      } catch (error) {
        if (!hasCode(error, 'ENETDOWN')) throw error;
        throw refusal(failed, error, { hint: `Bring ${lower} up first.`, params: { link: name, lower } });
      }
    });
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.name);
        const mode = modes.find((name) => links.macvlanModes[name] === link?.macvlanMode);
        if (link?.type !== 'macvtap' || mode === undefined) return [];
        const up = object.up === undefined ? {} : { up: link.up };
        return [
          { kind: 'macvtap', name: object.name, lower: look.nameAt(link.lower) ?? object.lower, mode, mac: link.mac ?? object.mac, ...up },
        ];
      }),
    create: make,
    update: (from, object) => {
      if (from.lower === object.lower && from.mode === object.mode) {
        attempt(`cannot change macvtap ${object.name}`, object.name, () =>
          links.setLink(socket, object.name, { mac: object.mac, up: object.up !== false }),
        );
        return;
      }
      attempt(`cannot replace macvtap ${from.name}`, from.name, () => links.deleteLink(socket, from.name));
      make(object);
    },
    remove: ({ name }) => attempt(`cannot delete macvtap ${name}`, name, () => links.deleteLink(socket, name)),
    removeAll: (objects) => removeLinks(objects.map(({ name }) => name)),
  };
}

/** What an object needs is not there. */
export function missingLink(failed: string, link: string): ViaductError {
  return new ViaductError('kernel-refused', `${failed}: there is no interface ${link}`, {
    hint: `See 'ip link' for the interfaces of this host.`,
    params: { link },
  });
}

/** Only what the wanted object states: what it leaves open is no difference. */
export function stated(
  wanted: { mac?: unknown; mtu?: unknown; up?: unknown },
  link: KernelLink,
): { mac?: NonNullable<KernelLink['mac']>; mtu?: number; up?: boolean } {
  return {
    ...(wanted.up !== undefined && { up: link.up }),
    ...(wanted.mac !== undefined && link.mac !== undefined && { mac: link.mac }),
    ...(wanted.mtu !== undefined && { mtu: link.mtu }),
  };
}

/**
 * Makes a link whose name must be free. A link of the same kind that carries our mark is ours: it is brought into
 * shape instead (`reshape`), or left alone. Anybody else's is named and not touched.
 */
export function create(
  socket: NetlinkSocket,
  failed: string,
  { name }: { readonly name: string },
  kind: { readonly type: string; readonly option: string },
  make: () => void,
  reshape?: () => void,
): void {
  try {
    make();
  } catch (error) {
    if (error instanceof ViaductError) throw error;
    if (hasCode(error, 'EOPNOTSUPP', 'ENODEV') || (kind.type === 'tun' && hasCode(error, 'ENOENT', 'ENXIO'))) {
      throw lacks(failed, kind.option, kind.type, error);
    }
    const holder = hasCode(error, 'EEXIST', 'EBUSY') ? getLink(socket, name) : undefined;
    if (holder === undefined) throw refusal(failed, error, { params: { link: name } });
    if (holder.alias === links.ourMark && holder.type === kind.type) attempt(failed, name, reshape ?? (() => undefined));
    else throw nameInUse(failed, holder, error);
  }
}

function nameInUse(failed: string, { name, type }: KernelLink, cause: unknown): ViaductError {
  return new ViaductError('name-in-use', `${failed}: File exists`, {
    hint: `${name} is ${type === '' ? 'a network card' : `a ${type === 'tun' ? 'tun or tap' : type} interface`} that Viaduct did not create. Choose another name, or remove it with 'ip link delete ${name}'.`,
    params: { link: name, holder: type },
    cause,
  });
}

export function attempt(failed: string, link: string, body: () => void): void {
  try {
    body();
  } catch (error) {
    throw refusal(failed, error, { params: { link } });
  }
}

/** For what several are tried of: the refusal, undefined when it was done. */
export function failureOf(body: () => void): Error | undefined {
  try {
    body();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
