import { prefixOf } from '../model/address.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ownsBridge } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import type { Uuid } from '../model/units.ts';
import { vlanOf } from '../model/vlan.ts';
import type { Context } from './context.ts';
import { currentOf, portsOf } from './lookup.ts';
import { entryOf } from './network-edits.ts';
import type { NetworkSummary, PortSummary } from './operation-types.ts';

/** What was said of an entry, and of which ports and trouble: said again as long as these are the same. */
const said = new WeakMap<NetworkEntry, { readonly ports: readonly Port[]; readonly summary: NetworkSummary }>();

export function summarizeNetwork(context: Context, catalog: Catalog, uuid: Uuid): NetworkSummary {
  const entry = entryOf(catalog, uuid);
  const ports = portsOf(catalog, uuid);
  const trouble = context.troubles.get(uuid);
  const before = said.get(entry);
  if (before?.ports === ports && before.summary.trouble === trouble) return before.summary;
  const summary = summarizeEntry(uuid, entry, ports, trouble);
  said.set(entry, { ports, summary });
  return summary;
}

function summarizeEntry(uuid: Uuid, entry: NetworkEntry, ports: readonly Port[], trouble: string | undefined): NetworkSummary {
  const network = currentOf(entry);
  return {
    name: network.name,
    uuid,
    ...(network.title !== undefined && { title: network.title }),
    ...(network.description !== undefined && { description: network.description }),
    active: entry.live !== undefined,
    persistent: entry.config !== undefined,
    autostart: entry.autostart,
    mode: network.forward.mode,
    veryIsolated: ownsBridge(network) && network.ips.length === 0,
    ...(network.bridge?.name !== undefined && { bridge: network.bridge.name }),
    addresses: network.ips.map((ip) => `${ip.address}/${prefixOf(ip)}`),
    ports: countPorts(ports, entry.guests),
    ...(trouble !== undefined && { trouble }),
  };
}

/**
 * Guest NICs on a network. A hypervisor that asked for a port makes the link itself, so its port and its link
 * are one NIC; one that asked for none is seen by its link alone.
 */
function countPorts(ports: readonly Port[], guests: readonly string[]): number {
  const ours = new Set(ports.flatMap(({ link }) => (link === undefined ? [] : [link.name as string])));
  return ours.size + Math.max(ports.length - ours.size, guests.filter((guest) => !ours.has(guest)).length);
}

export function summarizePort(catalog: Catalog, port: Port): PortSummary {
  const { uuid, owner, mac, group, plug, link, address, name, client, model, down, holder, creator } = port;
  const device = link?.name ?? port.wire;
  const network = currentOf(entryOf(catalog, port.network));
  const vlan = vlanOf(network, port);
  return {
    uuid,
    network: { uuid: port.network, name: network.name },
    owner,
    mac,
    ...(group !== undefined && { group }),
    ...(vlan !== undefined && { vlan }),
    plug,
    ...(link !== undefined && { link }),
    ...(address !== undefined && { address }),
    ...(name !== undefined && { name }),
    ...(client !== undefined && { client }),
    ...(model !== undefined && { model }),
    ...(down === true && { down }),
    ...(holder !== undefined && { holder: holder.pid }),
    ...(creator !== undefined && { creator }),
    ...(device !== undefined && { device }),
  };
}
