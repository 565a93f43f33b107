import { formatPort, parsePort } from '../formats/libvirt/port.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Lease } from '../model/lease.ts';
import { parseIfName, type IfName, type Uuid } from '../model/units.ts';
import { chooseAddress } from './addresses.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { findNetwork, findPort, portsOf } from './lookup.ts';
import { entryOf } from './network-edits.ts';
import type { Input, PortBandwidth, PortSummary } from './operation-types.ts';
import { addPort, removePort, setBandwidth, type PortDraft } from './port-edits.ts';
import { requestedPort } from './port-request.ts';
import { summarizePort } from './summary.ts';

export function listPorts(context: Context, input: Input<'port.list'>): readonly PortSummary[] {
  const catalog = context.store.catalog();
  const ports = input.network === undefined ? [...catalog.ports.values()] : portsOf(catalog, findNetwork(catalog, input.network).uuid);
  return ports.map((port) => summarizePort(catalog, port));
}

export function getPort(context: Context, input: Input<'port.get'>): PortSummary {
  const { catalog, port } = located(context, input);
  return summarizePort(catalog, port);
}

export function portXml(context: Context, input: Input<'port.xml'>): { xml: string } {
  return { xml: formatPort(located(context, input).port) };
}

/** A hypervisor's port: it makes the tap itself, on the plug it is told. */
export async function createPortXml(context: Context, input: Input<'port.createXml'>): Promise<PortSummary> {
  const draft = parsePort(input.xml, { validate: input.validate === true });
  return plugIn(context, input.network, () => draft, input.reclaim === true);
}

/** Viaduct's own: what the request leaves out is chosen, and the wire is made. */
export async function createPort(context: Context, input: Input<'port.create'>): Promise<PortSummary> {
  const names: ReadonlySet<string> = input.link === undefined ? new Set() : await context.system.linkNames();
  return plugIn(context, input.network, (catalog, network) => requestedPort(catalog, entryOf(catalog, network), input, names), false);
}

export async function deletePort(context: Context, input: Input<'port.delete'>): Promise<Record<never, never>> {
  const { port } = located(context, input);
  await change(context, (catalog) => removePort(catalog, findPort(catalog, port.network, port.uuid).uuid));
  return {};
}

export function portBandwidth(context: Context, input: Input<'port.bandwidth'>): PortBandwidth {
  const { inbound, outbound } = located(context, input).port.bandwidth ?? {};
  return { ...(inbound !== undefined && { inbound }), ...(outbound !== undefined && { outbound }) };
}

export async function setPortBandwidth(context: Context, input: Input<'port.setBandwidth'>): Promise<Record<never, never>> {
  const { port } = located(context, input);
  const { inbound, outbound } = input;
  const wanted = { ...(inbound !== undefined && { inbound }), ...(outbound !== undefined && { outbound }) };
  await change(context, (catalog) => setBandwidth(catalog, findPort(catalog, port.network, port.uuid), wanted));
  return {};
}

async function plugIn(
  context: Context,
  networkName: string,
  draftFor: (catalog: Catalog, network: Uuid) => PortDraft,
  reclaim: boolean,
): Promise<PortSummary> {
  const { uuid, entry } = findNetwork(context.store.catalog(), networkName);
  const leases = await leasesOf(context, entry.live?.bridge?.name);
  let port: Uuid | undefined;
  const { after } = await change(context, (catalog) => {
    const draft = draftFor(catalog, uuid);
    port = draft.uuid;
    const { live } = entryOf(catalog, uuid);
    const address = live && chooseAddress(live, draft.mac, portsOf(catalog, uuid), leases);
    return addPort(catalog, uuid, { ...draft, ...(address !== undefined && { address }) }, reclaim);
  });
  const made = port === undefined ? undefined : after.ports.get(port);
  if (made === undefined) throw new ViaductError('internal', 'The port is gone again.');
  return summarizePort(after, made);
}

async function leasesOf(context: Context, bridge: string | undefined): Promise<readonly Lease[]> {
  const name: IfName | undefined = bridge === undefined ? undefined : parseIfName(bridge);
  return name === undefined ? [] : context.system.leases(name);
}

function located(context: Context, { network, port }: { network: string; port: string }) {
  const catalog = context.store.catalog();
  return { catalog, port: findPort(catalog, findNetwork(catalog, network).uuid, port) };
}
