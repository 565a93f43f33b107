import type { LinkFacts } from '../model/link.ts';
import type { VlanRole } from '../model/topology.ts';
import { vlanRuns, vlanText, type PortVlan } from '../model/vlan.ts';

/**
 * What each device is among VLANs, by its name. With a VLAN's own device its bridge and what hangs there are access
 * ports of it, and the card below is the trunk; in a bridge that filters every port is what it carries.
 */
export function vlanRoles(links: readonly LinkFacts[], vlans: ReadonlyMap<string, readonly PortVlan[]>): ReadonlyMap<string, VlanRole> {
  const roles = new Map<string, VlanRole>();
  const filters = new Set<string>(links.filter(({ bridge }) => bridge?.vlanFiltering === true).map(({ name }) => name));
  const carried = new Map<string, number[]>();
  const ofBridge = new Map<string, VlanRole>();
  for (const { name, type, lower, master, vlanTag } of links) {
    if (type !== 'vlan' || vlanTag === undefined) continue;
    const role: VlanRole = { role: 'access', ids: String(vlanTag), domain: master ?? name };
    roles.set(name, role);
    const others = lower === undefined ? undefined : carried.get(lower);
    if (others !== undefined) others.push(vlanTag);
    else if (lower !== undefined) carried.set(lower, [vlanTag]);
    if (master !== undefined && !filters.has(master)) ofBridge.set(master, role);
  }
  for (const { name, master = '' } of links) {
    const role = filters.has(master) ? portRole(master, vlans.get(name) ?? []) : (ofBridge.get(name) ?? ofBridge.get(master));
    if (role !== undefined) roles.set(name, role);
  }
  for (const [name, ids] of carried) if (!filters.has(name)) roles.set(name, { role: 'trunk', ids: listed(ids) });
  for (const name of filters)
    roles.set(name, { role: 'trunk', ids: vlanText(tagged(vlans.get(name) ?? [])), ...native(vlans.get(name) ?? []) });
  return roles;
}

function portRole(bridge: string, vlans: readonly PortVlan[]): VlanRole | undefined {
  const [only] = vlans;
  if (only === undefined) return undefined;
  if (vlans.length === 1 && only.id === only.to && only.untagged)
    return { role: 'access', ids: String(only.id), domain: `${bridge}/${only.id}` };
  return { role: 'trunk', ids: vlanText(tagged(vlans)), ...native(vlans) };
}

function tagged(vlans: readonly PortVlan[]): readonly PortVlan[] {
  return vlans.filter(({ untagged }) => !untagged).map((vlan) => ({ ...vlan, pvid: false }));
}

function native(vlans: readonly PortVlan[]): { native?: number } {
  const found = vlans.find(({ pvid }) => pvid);
  return found === undefined ? {} : { native: found.id };
}

function listed(ids: readonly number[]): string {
  return vlanText(vlanRuns(ids.map((id) => ({ id, to: id, pvid: false, untagged: false }))));
}
