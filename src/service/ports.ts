import { formatPort, parsePort } from '../formats/libvirt/port.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Lease } from '../model/lease.ts';
import type { Network, Vlan } from '../model/network.ts';
import type { Port, ProcessId } from '../model/port.ts';
import { parseIfName, type IfName, type Uuid } from '../model/units.ts';
import { filteringBridge, vlanOf } from '../model/vlan.ts';
import { identifyProcess } from '../system/processes.ts';
import { chooseAddress } from './addresses.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { refuseGone } from './gone.ts';
import { currentOf, findNetwork, findPort, portsOf } from './lookup.ts';
import { gatherMacs, refuseDuplicateMac } from './macs.ts';
import { entryOf } from './network-edits.ts';
import { checkedModel } from './nic-models.ts';
import type { Input, PortArguments, PortBandwidth, PortSummary } from './operation-types.ts';
import { portArguments } from './port-arguments.ts';
import { detailPorts } from './port-details.ts';
import { addPort, removePort, setBandwidth, setDown, setVlan, type PortDraft } from './port-edits.ts';
import { portLabel } from './port-names.ts';
import { checkedMac, requestedPort, wantedLink } from './port-request.ts';
import { summarizePort } from './summary.ts';

export async function listPorts(context: Context, input: Input<'port.list'>): Promise<readonly PortSummary[]> {
  const catalog = context.store.catalog();
  if (input.running === true) requireRunning(catalog, input.network);
  const ports = input.network === undefined ? [...catalog.ports.values()] : portsOf(catalog, findNetwork(catalog, input.network).uuid);
  return input.details === true ? detailPorts(context, catalog, ports) : ports.map((port) => summarizePort(catalog, port));
}

export async function getPort(context: Context, input: Input<'port.get'>): Promise<PortSummary> {
  const { catalog, port } = located(context, input);
  const [detailed] = input.details === true ? await detailPorts(context, catalog, [port]) : [];
  return detailed ?? summarizePort(catalog, port);
}

/** libvirt knows no ports of a network that is stopped; Viaduct keeps those whose wires it made. */
function requireRunning(catalog: Catalog, name: string | undefined): void {
  const found = name === undefined ? undefined : findNetwork(catalog, name);
  if (found === undefined || found.entry.live !== undefined) return;
  throw new ViaductError('operation-invalid', `network '${found.network.name}' is not active`, { params: { network: found.network.name } });
}

export function portXml(context: Context, input: Input<'port.xml'>): { xml: string } {
  const { catalog, port } = located(context, input);
  const vlan = vlanForClient(currentOf(entryOf(catalog, port.network)), port);
  return { xml: formatPort({ ...port, ...(vlan !== undefined && { vlan }) }) };
}

/**
 * What a hypervisor is told of its port's VLANs: what it has to set itself. On a Linux bridge Viaduct does it, whoever
 * makes the tap; libvirt before 11.0 refuses to start a guest whose port on such a bridge is said to have one.
 */
function vlanForClient(network: Network, port: Port): Vlan | undefined {
  return filteringBridge(network, port) === undefined ? vlanOf(network, port) : port.vlan;
}

/** A hypervisor's port: it makes the tap itself, on the plug it is told. */
export async function createPortXml(context: Context, input: Input<'port.createXml'>): Promise<PortSummary> {
  const draft = parsePort(input.xml, { validate: input.validate === true });
  return plugIn(context, input.network, () => draft, input.reclaim === true);
}

/** Viaduct's own: what the request leaves out is chosen, and the wire is made. */
export async function createPort(context: Context, input: Input<'port.create'>): Promise<PortSummary> {
  const link = wantedLink(input);
  const mac = input.mac === undefined ? undefined : checkedMac(input.mac);
  const holder = holderOf(input);
  const model = await checkedModel(context, input);
  const { caller } = context;
  const others = mac === undefined ? undefined : await gatherMacs(context);
  for (let tries = 3; ; tries -= 1) {
    const draftFor = (catalog: Catalog, network: Uuid): PortDraft => {
      if (mac !== undefined && others !== undefined) refuseDuplicateMac(catalog, mac, others, input.owner?.name ?? input.name);
      return requestedPort(catalog, entryOf(catalog, network), input, {
        hasLink: (name) => context.system.hasLink(name),
        ...(holder !== undefined && { holder }),
        ...(model !== undefined && { model }),
        ...(caller.limited === true && { creator: caller.uid }),
      });
    };
    try {
      return await plugIn(context, input.network, draftFor, false);
    } catch (error) {
      // Between the look and the making a hypervisor may have taken the name: another one will do.
      const raced =
        error instanceof ViaductError &&
        error.code === 'name-in-use' &&
        link?.name === undefined &&
        link !== undefined &&
        mac === undefined;
      if (!raced || tries === 1) throw error;
    }
  }
}

/** Where a wire leads to a process, by its number or because its namespace is named by it, the port ends with that process. */
function holderOf({ holder, link }: Input<'port.create'>): ProcessId | undefined {
  const pid = holder ?? (link?.kind === 'veth' && /^\d+$/.test(link.netns) ? Number(link.netns) : undefined);
  if (pid === undefined) return undefined;
  const process = identifyProcess(pid);
  if (process !== undefined) return process;
  throw new ViaductError('invalid-argument', `There is no process ${pid}.`, {
    hint: 'It may have ended meanwhile. Start it anew and give its new number.',
    params: { pid },
  });
}

export async function deletePort(context: Context, input: Input<'port.delete'>): Promise<Record<never, never>> {
  const { port } = located(context, input);
  await change(context, (catalog) => removePort(catalog, findPort(catalog, port.network, port.uuid).uuid));
  return {};
}

/** As a cable that is pulled: the port stays, and so does its wire. */
export async function setPortLink(context: Context, input: Input<'port.setLink'>): Promise<PortSummary> {
  const { port } = located(context, input);
  if (port.link === undefined) {
    throw new ViaductError('operation-invalid', `The wire of ${portLabel(port)} is the hypervisor's own.`, {
      hint: `Let the hypervisor do it: virsh domif-setlink ${port.owner.name} ${port.mac} ${input.up ? 'up' : 'down'}`,
    });
  }
  const { after } = await change(context, (catalog) => setDown(catalog, findPort(catalog, port.network, port.uuid), !input.up));
  return summarizePort(after, findPort(after, port.network, port.uuid));
}

/** At once, also while the guest runs: those in other VLANs notice nothing. */
export async function setPortVlan(context: Context, input: Input<'port.setVlan'>): Promise<PortSummary> {
  const { port } = located(context, input);
  const { after } = await change(context, (catalog) => setVlan(catalog, findPort(catalog, port.network, port.uuid), input.vlan));
  return summarizePort(after, findPort(after, port.network, port.uuid));
}

/** What the door has to open for a caller who wants the tap itself. */
export function openPort(context: Context, input: Input<'port.open'>): { link: IfName; multiQueue: boolean } {
  const { port } = located(context, input);
  refuseGone(port);
  if (port.link?.kind === 'tap') return { link: port.link.name, multiQueue: port.link.multiQueue ?? false };
  throw new ViaductError('operation-invalid', `There is no tap to open of ${portLabel(port)}.`, {
    hint: 'Make a port for QEMU on a network with a bridge.',
  });
}

export async function argumentsOfPort(context: Context, input: Input<'port.arguments'>): Promise<PortArguments> {
  const { catalog, port } = located(context, input);
  refuseGone(port);
  const { live } = entryOf(catalog, port.network);
  const device = (await context.system.links()).find(({ name }) => name === port.link?.name);
  return portArguments(port, input.for ?? port.client ?? 'qemu', {
    index: device?.index ?? 0,
    ...(live?.mtu !== undefined && { mtu: live.mtu }),
  });
}

export function portBandwidth(context: Context, input: Input<'port.bandwidth'>): PortBandwidth {
  return limitsOf(located(context, input).port);
}

function limitsOf({ bandwidth: { inbound, outbound } = {} }: Port): PortBandwidth {
  return { ...(inbound !== undefined && { inbound }), ...(outbound !== undefined && { outbound }) };
}

export async function setPortBandwidth(context: Context, input: Input<'port.setBandwidth'>): Promise<PortBandwidth> {
  const { port } = located(context, input);
  const { after } = await change(context, (catalog) => setBandwidth(catalog, findPort(catalog, port.network, port.uuid), input));
  return limitsOf(findPort(after, port.network, port.uuid));
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

function located(context: Context, { network, port }: { network?: string | undefined; port: string }) {
  const catalog = context.store.catalog();
  return { catalog, port: findPort(catalog, network === undefined ? undefined : findNetwork(catalog, network).uuid, port) };
}
