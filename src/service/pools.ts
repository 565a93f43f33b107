import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { DevicePool, Network } from '../model/network.ts';
import type { System } from '../system/system.ts';
import { withEntry } from './network-edits.ts';

/**
 * Networks that begin to run on a physical function get its virtual ones to draw from, as the host has them now.
 * A definition that lists PCI devices is held to what the host has, as libvirt does it: a guest that was given a
 * device which is none would not start.
 */
export async function withPools(system: System, before: Catalog, after: Catalog): Promise<Catalog> {
  let filled = after;
  for (const [uuid, entry] of after.networks) {
    const known = before.networks.get(uuid);
    if (entry === known) continue;
    const { live, config } = entry;
    for (const definition of new Set([live, config]))
      if (definition !== undefined && definition !== known?.live && definition !== known?.config) refuseOtherDevices(system, definition);
    if (live === undefined || live === known?.live || !('pf' in live.forward) || live.forward.pf === undefined) continue;
    filled = withEntry(filled, uuid, { ...entry, live: await withFunctions(system, live, live.forward, live.forward.pf) });
  }
  return filled;
}

function refuseOtherDevices(system: System, { name, forward }: Network): void {
  if (forward.mode !== 'hostdev') return;
  for (const address of forward.addresses) {
    const { path, isVirtual } = system.pciFunction(address);
    if (isVirtual) continue;
    throw new ViaductError('config-unsupported', `device '${path}' in network '${name}' is not an SR-IOV Virtual Function`, {
      hint: 'List the functions of a card with: ls -d /sys/class/net/*/device/virtfn*',
      params: { network: name },
    });
  }
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
