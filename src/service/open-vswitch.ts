import { portsByNetwork } from '../compile/catalog.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { NetworkDraft } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import type { System } from '../system/system.ts';

/**
 * Refuses wires of ours that would have to go onto a switch which is not there. A network without any may run: hypervisors
 * put their guests' wires onto Open vSwitch by themselves, and libvirt's daemon does not look for it either.
 */
export async function refuseWithoutSwitch(system: System, before: Catalog, after: Catalog): Promise<void> {
  if (before.networks === after.networks && before.ports === after.ports) return;
  const portsAfter = portsByNetwork(after.ports);
  for (const [uuid, { live }] of after.networks) {
    if (live === undefined || !asksForSwitch(live)) continue;
    const runsAsBefore = before.networks.get(uuid)?.live === live;
    const isNew = (port: Port) => isOurs(live, port) && !(runsAsBefore && before.ports.get(port.uuid) === port);
    const refusal = (portsAfter.get(uuid) ?? []).some(isNew) ? await switchRefusal(system, live) : undefined;
    if (refusal !== undefined) throw refusal;
  }
}

function isOurs({ virtualPort }: NetworkDraft, port: Port): boolean {
  return port.link !== undefined && port.goneSince === undefined && (port.virtualPort ?? virtualPort)?.type === 'openvswitch';
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
