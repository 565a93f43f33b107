import { supports } from '../compile/supports.ts';
import type { Catalog } from '../model/catalog.ts';
import type { HostFacts } from '../model/facts.ts';

/** Refuses a network that starts or changes, and needs what this kernel lacks. */
export function refuseUnsupported(before: Catalog, after: Catalog, facts: HostFacts): void {
  for (const [uuid, { live }] of after.networks) {
    if (live === undefined || before.networks.get(uuid)?.live === live) continue;
    const [refusal] = supports(live, facts);
    if (refusal !== undefined) throw refusal;
  }
}
