import { findCollisions } from '../compile/collisions.ts';
import { subnetsOf } from '../compile/subnets.ts';
import { overlap, type Subnet } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Network } from '../model/network.ts';
import type { Context } from './context.ts';

/**
 * Refuses addresses, of a network that starts or gets new ones, that the host or another active network has. Networks far away from
 * its own addresses are passed over by comparing numbers, so that a start costs no more among a thousand.
 */
export async function refuseCollisions({ system }: Context, before: Catalog, after: Catalog): Promise<void> {
  const starting: Network[] = [];
  const active: Network[] = [];
  for (const [uuid, { live }] of after.networks) {
    if (live === undefined) continue;
    active.push(live);
    if (before.networks.get(uuid)?.live?.ips !== live.ips && live.ips.length + live.routes.length > 0) starting.push(live);
  }
  if (starting.length === 0) return;
  const ours = new Set<string | undefined>(active.map(({ bridge }) => bridge?.name));
  const routes = (await system.routes()).filter(({ link }) => !ours.has(link));
  for (const network of starting) {
    const blocks = blocksOf(network);
    const near = active.filter(
      (other) => other !== network && blocksOf(other).some((theirs) => blocks.some((mine) => overlap(mine, theirs))),
    );
    if (findCollisions(network, near, routes).length === 0) continue;
    // Once more among all of them, so that the hint proposes a subnet that nobody has.
    const [refusal] = findCollisions(network, active, routes);
    if (refusal !== undefined) throw refusal;
  }
}

const knownBlocks = new WeakMap<Network, readonly Subnet[]>();

/** Parsed once for each definition. */
function blocksOf(network: Network): readonly Subnet[] {
  const known = knownBlocks.get(network);
  if (known !== undefined) return known;
  const blocks = subnetsOf(network);
  knownBlocks.set(network, blocks);
  return blocks;
}
