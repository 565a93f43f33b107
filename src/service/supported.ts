import { portsByNetwork } from '../compile/catalog.ts';
import { trunkRefusal, supports } from '../compile/supports.ts';
import type { Catalog } from '../model/catalog.ts';
import type { HostFacts } from '../model/facts.ts';
import { filteringBridge } from '../model/vlan.ts';

/** Refuses a network that starts, changes or gets ports in VLANs, and needs what this kernel lacks. */
export function refuseUnsupported(before: Catalog, after: Catalog, facts: HostFacts): void {
  for (const [uuid, { live }] of after.networks) {
    if (live === undefined) continue;
    const mayHaveTags = filteringBridge(live) !== undefined;
    if (before.networks.get(uuid)?.live === live && (!mayHaveTags || before.ports === after.ports)) continue;
    const ports = mayHaveTags ? (portsByNetwork(after.ports).get(uuid) ?? []) : [];
    const [refusal = trunkRefusal(live, ports)] = supports(live, facts, ports);
    if (refusal !== undefined) throw refusal;
  }
}
