import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { DevicePool, Network } from '../model/network.ts';
import type { System } from '../system/system.ts';
import { withEntry } from './network-edits.ts';

/** Networks that begin to run on a physical function get its virtual ones to draw from, as the host has them now. */
export async function withPools(system: System, before: Catalog, after: Catalog): Promise<Catalog> {
  let filled = after;
  for (const [uuid, entry] of after.networks) {
    const { live } = entry;
    if (live === undefined || live === before.networks.get(uuid)?.live || !('pf' in live.forward) || live.forward.pf === undefined)
      continue;
    filled = withEntry(filled, uuid, { ...entry, live: await withFunctions(system, live, live.forward, live.forward.pf) });
  }
  return filled;
}

async function withFunctions(system: System, network: Network, pool: DevicePool & { mode: string }, pf: string): Promise<Network> {
  const functions = await system.virtualFunctions(pf);
  const links = functions.flatMap(({ link }) => link ?? []);
  const assigned = network.forward.mode === 'hostdev';
  if (functions.length === 0 || (!assigned && links.length === 0)) {
    throw new ViaductError('internal', `No Vf's present on SRIOV PF ${pf}`, {
      hint: `Switch them on: echo 4 > /sys/class/net/${pf}/device/sriov_numvfs`,
      params: { network: network.name, link: pf },
    });
  }
  const { pf: _pf, ...rest } = pool;
  const members = assigned ? { addresses: functions.map(({ address }) => address) } : { interfaces: links };
  return { ...network, forward: { ...rest, ...members } as Network['forward'] };
}
