import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import { portGroupOf, type Network, type Vlan } from '../model/network.ts';
import type { Plug, Port } from '../model/port.ts';
import { validateTags } from '../model/validate.ts';
import { vlanOf } from '../model/vlan.ts';
import type { Uuid } from '../model/units.ts';
import { reserveFloor } from './floor.ts';
import { newUuid } from './ids.ts';
import { currentOf, portsOf } from './lookup.ts';
import { entryOf } from './network-edits.ts';
import type { BandwidthChange } from './operation-types.ts';
import { choosePlug, refuseVlan } from './plug.ts';
import { completeVirtualPort, mergedVirtualPort } from './virtual-ports.ts';

/** A port as it was asked for: the plug is chosen by {@link addPort}, except where a client reclaims its own. */
export type PortDraft = Omit<Port, 'network' | 'plug'> & { readonly plug?: Plug };

/** Adds a port to an active network, completed from its portgroup and the network itself. */
export function addPort(catalog: Catalog, uuid: Uuid, draft: PortDraft, reclaim: boolean): Catalog {
  const { live, config } = entryOf(catalog, uuid);
  if (live === undefined) {
    throw new ViaductError('operation-invalid', `network '${config?.name}' is not active`, {
      hint: `Start it first: viaduct net-start ${config?.name}`,
    });
  }
  // A hypervisor that takes back a port which was given up for lost finds it as it left it.
  const known = catalog.ports.get(draft.uuid);
  if (known !== undefined && (!reclaim || known.goneSince === undefined))
    throw new ViaductError('port-exists', `Network port with UUID ${draft.uuid} already exists`);
  const plugged = draft.plug !== undefined && draft.plug.type !== 'none';
  if (reclaim && !plugged) throw new ViaductError('invalid-argument', 'Port reclaim requested but plug type is none');
  if (!reclaim && plugged) throw new ViaductError('invalid-argument', 'Port reclaim not requested but plug type is not none');

  const others = portsOf(catalog, uuid).filter((port) => port.uuid !== draft.uuid);
  const asked = merge(live, draft);
  const virtualPort = completeVirtualPort(live, asked.virtualPort, () => newUuid(catalog));
  refuseVlan(live, vlanOf(live, asked));
  const { bandwidth: _bandwidth, ...rest } = { ...asked, ...(known !== undefined && keptExtras(known)) };
  const bandwidth = reserveFloor(live, draft.mac, asked.bandwidth, others);
  const plug = draft.plug !== undefined && reclaim ? draft.plug : choosePlug(live, virtualPort, others);
  const port: Port = {
    ...rest,
    ...(virtualPort !== undefined && { virtualPort }),
    ...(bandwidth !== undefined && { bandwidth }),
    network: uuid,
    plug,
  };
  return withPort(catalog, port);
}

/** What was decided of a port here, and no hypervisor knows. */
function keptExtras({ guard, allowed, address }: Port): Partial<PortDraft> {
  return { ...(guard !== undefined && { guard }), ...(allowed !== undefined && { allowed }), ...(address !== undefined && { address }) };
}

export function removePort(catalog: Catalog, uuid: Uuid): Catalog {
  const ports = new Map(catalog.ports);
  ports.delete(uuid);
  return { ...catalog, ports };
}

/** Sets what a port may use in the directions that are given; null is without a limit. */
export function setBandwidth(catalog: Catalog, port: Port, wanted: BandwidthChange): Catalog {
  const { live } = entryOf(catalog, port.network);
  if (live === undefined) throw new ViaductError('operation-invalid', 'network is not running');
  const others = portsOf(catalog, port.network).filter(({ uuid }) => uuid !== port.uuid);
  const { inbound = port.bandwidth?.inbound, outbound = port.bandwidth?.outbound } = wanted;
  const classId = port.bandwidth?.classId;
  const limits = { ...(inbound && { inbound }), ...(outbound && { outbound }), ...(classId !== undefined && { classId }) };
  const bandwidth = reserveFloor(live, port.mac, limits, others);
  const { bandwidth: _old, ...rest } = port;
  const limited = bandwidth?.inbound !== undefined || bandwidth?.outbound !== undefined;
  return withPort(catalog, { ...rest, ...(limited && { bandwidth }) });
}

/** What a port carries from now on; undefined is what its network says. */
export function setVlan(catalog: Catalog, port: Port, vlan: Vlan | undefined): Catalog {
  const { vlan: _vlan, ...rest } = port;
  if (vlan !== undefined) {
    validateTags(vlan);
    refuseVlan(currentOf(entryOf(catalog, port.network)), vlan);
  }
  return withPort(catalog, { ...rest, ...(vlan !== undefined && { vlan }) });
}

export function setDown(catalog: Catalog, port: Port, down: boolean): Catalog {
  const { down: was, ...rest } = port;
  return (was === true) === down ? catalog : withPort(catalog, { ...rest, ...(down && { down }) });
}

export function withPort(catalog: Catalog, port: Port): Catalog {
  return { ...catalog, ports: new Map(catalog.ports).set(port.uuid, port) };
}

/** What a network and its portgroup give to a port that does not say it itself. Its VLAN is looked up when it is needed: so it follows theirs. */
export function inheritedFrom(network: Network, groupName: string | undefined): Partial<PortDraft> {
  const group = portGroupOf(network, groupName);
  const trust = group?.trustGuestRxFilters ?? network.trustGuestRxFilters;
  const virtualPort = mergedVirtualPort(network.virtualPort, group?.virtualPort);
  return {
    ...(group?.bandwidth !== undefined && { bandwidth: group.bandwidth }),
    ...(trust !== undefined && { trustGuestRxFilters: trust }),
    ...(network.portIsolated !== undefined && { isolated: network.portIsolated }),
    ...(virtualPort !== undefined && { virtualPort }),
  };
}

function merge(network: Network, draft: PortDraft): PortDraft {
  const virtualPort = mergedVirtualPort(draft.virtualPort, network.virtualPort, portGroupOf(network, draft.group)?.virtualPort);
  return { ...inheritedFrom(network, draft.group), ...draft, ...(virtualPort !== undefined && { virtualPort }) };
}
