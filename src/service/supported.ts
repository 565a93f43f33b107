import { portsByNetwork } from '../compile/catalog.ts';
import { supports } from '../compile/supports.ts';
import type { Catalog } from '../model/catalog.ts';
import type { HostFacts } from '../model/facts.ts';

/** Refuses a network that starts, changes or gets ports, and needs what this kernel lacks. */
export function refuseUnsupported(before: Catalog, after: Catalog, facts: HostFacts): void {
  const ports = before.ports === after.ports ? undefined : portsByNetwork(after.ports);
  for (const [uuid, { live }] of after.networks) {
    if (live === undefined || (before.networks.get(uuid)?.live === live && ports?.get(uuid) === undefined)) continue;
    const [refusal] = supports(live, facts, ports?.get(uuid));
    if (refusal !== undefined) throw refusal;
  }
}
