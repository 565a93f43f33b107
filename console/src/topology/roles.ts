import type { Topology } from '../../../src/model/topology.ts';

/** The part a port plays, in the words of switches: a trunk carries many VLANs, an access port one. */
export type Role = { readonly role: 'trunk' } | { readonly role: 'access'; readonly vlan: string } | { readonly role: 'uplink' };

/** By node. A NIC with VLANs on it is a trunk; a VLAN device and the guests behind its switch are access ports of it. */
export function rolesOf(topology: Topology): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  const byId = new Map(topology.nodes.map((node) => [node.id, node]));
  const vlanOfSwitch = new Map<string, string>();
  for (const { from, to, kind } of topology.edges) {
    const [lower, upper] = [byId.get(from), byId.get(to)];
    if (kind === 'child' && upper?.kind === 'vlan') roles.set(from, { role: 'trunk' });
    if (kind !== 'wire' || upper?.kind !== 'switch' || lower?.kind === 'outside') continue;
    const vlan = lower?.kind === 'vlan' ? /\.(\d+)$/.exec(lower.label)?.[1] : undefined;
    if (vlan !== undefined) vlanOfSwitch.set(to, vlan);
    if (!roles.has(from)) roles.set(from, vlan === undefined ? { role: 'uplink' } : { role: 'access', vlan });
  }
  for (const { from, to } of topology.edges) {
    const vlan = vlanOfSwitch.get(from);
    if (vlan !== undefined && byId.get(to)?.kind === 'guest') roles.set(to, { role: 'access', vlan });
  }
  return roles;
}

/** The switch each guest and NIC hangs on: those of one switch are one broadcast domain. */
export function domainsOf(topology: Topology): ReadonlyMap<string, string> {
  const bridgeOf = new Map(
    topology.nodes.flatMap((node) => (node.kind === 'switch' ? [[node.id, node.bridge ?? node.label] as const] : [])),
  );
  const domains = new Map(bridgeOf);
  for (const { from, to, kind } of topology.edges) {
    if (kind !== 'wire') continue;
    const [left, right] = [bridgeOf.get(from), bridgeOf.get(to)];
    if (left !== undefined) domains.set(to, left);
    if (right !== undefined) domains.set(from, right);
  }
  return domains;
}
