import { portsByNetwork } from '../compile/catalog.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { NetworkDraft } from '../model/network.ts';
import type { System } from '../system/system.ts';

/** Refuses networks that begin to run, or change, on a switch that is not there. */
export async function refuseWithoutSwitch(system: System, before: Catalog, after: Catalog): Promise<void> {
  for (const [uuid, { live }] of after.networks) {
    if (live === undefined || !asksForSwitch(live)) continue;
    const isAsBefore =
      before.networks.get(uuid)?.live === live && portsByNetwork(before.ports).get(uuid) === portsByNetwork(after.ports).get(uuid);
    const refusal = isAsBefore ? undefined : await switchRefusal(system, live);
    if (refusal !== undefined) throw refusal;
  }
}

/** What stands in the way of a network on Open vSwitch here; undefined when nothing does. */
export async function switchRefusal(system: System, network: NetworkDraft): Promise<ViaductError | undefined> {
  if (!asksForSwitch(network) || (await system.openVSwitchBridges()) !== undefined) return undefined;
  return new ViaductError(
    'program-missing',
    `Network '${network.name}' asks for <virtualport type='openvswitch'>, and Open vSwitch does not run here.`,
    {
      hint: 'Install openvswitch-switch and start it, or leave the element out for a Linux bridge.',
      params: { program: 'openvswitch-switch' },
    },
  );
}

function asksForSwitch({ forward, virtualPort, portGroups }: NetworkDraft): boolean {
  return (
    forward.mode === 'bridge' && [virtualPort, ...portGroups.map((group) => group.virtualPort)].some((port) => port?.type === 'openvswitch')
  );
}
