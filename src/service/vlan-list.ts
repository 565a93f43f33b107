import type { LinkFacts } from '../model/link.ts';
import type { IfName } from '../model/units.ts';
import { lastVlan, type PortVlan } from '../model/vlan.ts';
import type { Context } from './context.ts';
import type { VlanSummary } from './operation-types.ts';

/** Every VLAN of this host by number, whoever made it. */
export async function listVlans({ system, store }: Context): Promise<readonly VlanSummary[]> {
  const [links, vlans] = await Promise.all([system.links(), system.vlans()]);
  const { interfaces } = store.catalog();
  const isOurs = (link: string | undefined) => link !== undefined && interfaces.get(link)?.live !== undefined;
  const ports = portsByMaster(links);
  const devices = links.flatMap((link): VlanSummary[] => {
    const { name, type, lower, vlanTag: id, vlanProtocol: protocol, master } = link;
    if (type !== 'vlan' || id === undefined) return [];
    const others = (ports.get(master) ?? []).filter((port) => port !== name);
    return [
      {
        id,
        shape: 'device',
        ...(protocol !== undefined && { protocol }),
        uplinks: lower === undefined ? [] : [lower],
        device: name,
        ...(master !== undefined && { bridge: master }),
        ports: others,
        ours: isOurs(name) || isOurs(master),
      },
    ];
  });
  const filters = links.filter(({ bridge }) => bridge?.vlanFiltering === true);
  const filtered = filters.flatMap(({ name }) =>
    vlansOf(name, ports.get(name) ?? [], vlans).map((vlan) => ({ ...vlan, ours: isOurs(name) })),
  );
  return [...devices, ...filtered].toSorted((a, b) => a.id - b.id || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** Those of a bridge that somebody asked for. */
function vlansOf(bridge: IfName, ports: readonly IfName[], vlans: ReadonlyMap<IfName, readonly PortVlan[]>): Omit<VlanSummary, 'ours'>[] {
  const members = [bridge, ...ports];
  const ids = new Set(members.flatMap((port) => (vlans.get(port) ?? []).flatMap(numbersOf)));
  return [...ids].map((id) => {
    const having = (tagged: boolean) => members.filter((port) => entryOf(vlans.get(port), id)?.untagged === !tagged);
    return { id, shape: 'filter', bridge, uplinks: having(true).filter((port) => port !== bridge), ports: having(false) };
  });
}

/** A port that carries everything up to the last VLAN says nothing about any of them. */
function numbersOf({ id, to }: PortVlan): number[] {
  return id !== to && to === lastVlan ? [] : Array.from({ length: to - id + 1 }, (_, offset) => id + offset);
}

function entryOf(vlans: readonly PortVlan[] = [], id: number): PortVlan | undefined {
  return vlans.find((run) => run.id <= id && id <= run.to);
}

function portsByMaster(links: readonly LinkFacts[]): ReadonlyMap<string | undefined, readonly IfName[]> {
  const ports = new Map<string | undefined, IfName[]>();
  for (const { name, master } of links) {
    const known = ports.get(master);
    if (known !== undefined) known.push(name);
    else if (master !== undefined) ports.set(master, [name]);
  }
  return ports;
}

function nameOf({ bridge, device }: VlanSummary): string {
  return bridge ?? device ?? '';
}
