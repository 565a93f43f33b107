import type { BondObject, NicObject } from '../model/host-state.ts';
import type { Keeper } from './keeper.ts';
import { attempt, create, failureOf, missingLink, stated, type LinkTools } from './link-keepers.ts';
import { getLink } from './kernel/link-facts.ts';
import * as links from './kernel/links.ts';

/** Cards of the host: shaped, never made. Letting go of one changes nothing about it. */
export function nicKeeper({ socket }: LinkTools): Keeper<'nic'> {
  const shape = (nic: NicObject): void => {
    const { name, mtu, up } = nic;
    if (getLink(socket, name) === undefined) throw missingLink(`cannot change ${name}`, name);
    attempt(`cannot change ${name}`, name, () => links.setLink(socket, name, { mtu, ...(up !== undefined && { up }) }));
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.name);
        return link === undefined ? [] : [{ kind: 'nic', name: object.name, ...stated({ mtu: object.mtu, up: object.up }, link) }];
      }),
    create: shape,
    update: (_from, object) => shape(object),
    remove: () => undefined,
  };
}

export function bondKeeper({ socket, removeLinks }: LinkTools): Keeper<'bond'> {
  const join = ({ name, ports, up }: BondObject): void => {
    const failed = `cannot change bond ${name}`;
    const bond = getLink(socket, name);
    if (bond === undefined) throw missingLink(failed, name);
    for (const port of ports) {
      const found = getLink(socket, port);
      if (found === undefined) throw missingLink(failed, port);
      if (found.master === bond.index) continue;
      attempt(`Unable to add ${port} to bond ${name}`, port, () => {
        links.setLink(socket, port, { up: false });
        links.setMaster(socket, port, bond.index);
      });
    }
    attempt(failed, name, () => links.setLink(socket, name, { up: up !== false }));
  };
  /** A bond takes its ports down when it lets go of them; they are left as they were in it. */
  const release = ({ name, ports }: BondObject): void => {
    const bond = getLink(socket, name);
    for (const port of ports) {
      const found = getLink(socket, port);
      if (bond === undefined || found?.master !== bond.index) continue;
      attempt(`cannot take ${port} out of bond ${name}`, port, () => {
        links.setMaster(socket, port, 0);
        links.setLink(socket, port, { up: found.up });
      });
    }
  };
  const remove = (bond: BondObject): void => {
    release(bond);
    attempt(`cannot delete bond ${bond.name}`, bond.name, () => links.deleteLink(socket, bond.name));
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.name);
        if (link?.bond === undefined) return [];
        const mode = Object.entries(links.bondModes).find(([, number]) => number === link.bond?.mode)?.[0] as
          | BondObject['mode']
          | undefined;
        const ports = object.ports.filter((port) => look.link(port)?.master === link.index);
        return [
          {
            kind: 'bond',
            name: object.name,
            ports,
            mode: mode ?? 'balance-rr',
            ...stated(object, link),
            ...(object.miimon && { miimon: { ...object.miimon, freq: link.bond.miimon } }),
            ...(object.arpmon && { arpmon: { ...object.arpmon, interval: link.bond.arpInterval } }),
          },
        ];
      }),
    create: (object) => {
      create(socket, `error creating bond interface ${object.name}`, object, { type: 'bond', option: 'CONFIG_BONDING' }, () =>
        links.createBond(socket, object),
      );
      join(object);
    },
    update: (from, object) => {
      const same =
        from.mode === object.mode && from.miimon?.freq === object.miimon?.freq && from.arpmon?.interval === object.arpmon?.interval;
      if (!same) {
        remove(from);
        attempt(`cannot replace bond ${object.name}`, object.name, () => links.createBond(socket, object));
      }
      join(object);
    },
    remove,
    removeAll: async (objects) => {
      const refused = objects.map((object) => failureOf(() => release(object)));
      const removed = await removeLinks(objects.map(({ name }) => name));
      return removed.map((error, index) => error ?? refused[index]);
    },
  };
}
