import { linkOf } from '../compile/interfaces.ts';
import { parseInterface } from '../formats/libvirt/interface.ts';
import type { Catalog, RunningInterface } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface, InterfacePart, InterfaceProtocol } from '../model/host-interface.ts';
import type { Plan } from '../model/host-state.ts';
import { parseMac } from '../model/units.ts';
import { changeGuarded } from './checkpoint.ts';
import type { Context } from './context.ts';
import { managedElsewhere } from './dialects.ts';
import { bringUp, dropDefinition, forget, keepDefinition, partNames, reshape, takeDown } from './interface-edits.ts';
import { prepareStart } from './interface-start.ts';
import { withGuests } from './guest-links.ts';
import { definitionOf } from './interfaces.ts';
import type { HostChange, Input } from './operation-types.ts';

type Bridge = Extract<HostInterface, { type: 'bridge' }>;

/** How long a change that cuts connections waits to be confirmed. */
export const usualSeconds = 30;

/** A bridge over cards of the host, which hand it their addresses and routes. */
export async function createBridge(context: Context, input: Input<'bridge.create'>): Promise<HostChange> {
  const { bridge: name, ports = [], stp = false, forwardDelay, mac = 'copy', vlanFiltering = false, seconds = usualSeconds } = input;
  const address = mac === 'copy' ? undefined : parseMac(mac);
  if (mac !== 'copy' && address === undefined)
    throw new ViaductError('mac-invalid', `'${mac}'`, {
      hint: "Write it as 52:54:00:12:34:56, or 'copy' for that of the first port.",
      params: { mac },
    });
  if ((await context.system.linkNames()).has(name as never) || context.store.catalog().interfaces.has(name)) throw nameTaken(name);
  const below = await Promise.all(ports.map((port) => definitionOf(context, port)));
  const definition: Bridge = {
    name,
    type: 'bridge',
    start: 'onboot',
    ...(address !== undefined && { mac: address }),
    stp,
    delay: forwardDelay ?? (stp ? 15 : 0),
    ...(vlanFiltering && { vlanFiltering }),
    protocols: merged(below),
    ports: below.map(asPort),
  };
  return startGuarded(context, definition, seconds);
}

/** Defines an interface and brings it up; nothing stays where nobody confirms it. */
export async function applyInterface(context: Context, { xml, seconds = usualSeconds }: Input<'host.apply'>): Promise<HostChange> {
  return startGuarded(context, parseInterface(xml), seconds);
}

export async function addToBridge(context: Context, input: Input<'bridge.add'>): Promise<HostChange> {
  const { seconds = usualSeconds } = input;
  const { name, live, bridge } = runningBridge(context, input.bridge);
  const port = await definitionOf(context, input.port);
  if (partNames(bridge).includes(port.name))
    throw new ViaductError('operation-invalid', `${port.name} is a port of ${name} already`, { params: { interface: port.name } });
  const definition: Bridge = { ...bridge, protocols: merged([bridge, port]), ports: [...bridge.ports, asPort(port)] };
  const added = await prepareStart(context.system, { ...definition, ports: [asPort(port)] });
  const running: RunningInterface = {
    definition,
    carried: [...live.carried, ...added.carried],
    borrowed: [...live.borrowed, ...added.borrowed],
  };
  return guarded(context, name, [name, port.name], (catalog) => reshape(withoutOwn(catalog, port.name), name, running), seconds);
}

/** The port goes on by itself; what the bridge has stays with the bridge. */
export async function removeFromBridge(context: Context, input: Input<'bridge.remove'>): Promise<HostChange> {
  const { seconds = usualSeconds } = input;
  const { name, live, bridge } = runningBridge(context, input.bridge);
  if (!partNames(bridge).includes(input.port))
    throw new ViaductError('interface-not-found', `${input.port} is no port of ${name}`, { params: { interface: input.port } });
  const definition: Bridge = { ...bridge, ports: bridge.ports.filter((part) => part.name !== input.port) };
  const running: RunningInterface = { ...live, definition, borrowed: live.borrowed.filter((object) => linkOf(object) !== input.port) };
  return guarded(context, name, [name, input.port], (catalog) => reshape(catalog, name, running), seconds);
}

export async function deleteBridge(context: Context, input: Input<'bridge.delete'>): Promise<HostChange> {
  const { seconds = usualSeconds } = input;
  const { name, bridge } = runningBridge(context, input.bridge);
  const own = new Set(partNames(bridge));
  const catalog = context.store.catalog();
  const links = await context.system.links();
  const guests = withGuests(
    catalog,
    links.filter((link) => link.master === name && !own.has(link.name)),
  );
  if (guests.length > 0) {
    throw new ViaductError('operation-invalid', `bridge ${name} is in use by ${guests.join(', ')}`, {
      hint: 'Unplug these first: whoever is behind them would lose its network.',
      params: { interface: name },
    });
  }
  const network = [...catalog.networks.values()].find(({ live }) => live?.bridge?.name === name)?.live;
  if (network !== undefined) {
    throw new ViaductError('operation-invalid', `bridge ${name} carries network '${network.name}'`, {
      hint: `Stop it first: viaduct net-destroy ${network.name}`,
      params: { interface: name, network: network.name },
    });
  }
  const drop = (known: Catalog) => (known.interfaces.get(name)?.config === undefined ? known : dropDefinition(known, name));
  return guarded(context, name, [name, ...own], (known) => drop(takeDown(known, name)), seconds);
}

export async function startGuarded(context: Context, definition: HostInterface, seconds: number): Promise<HostChange> {
  const { name } = definition;
  const running = await prepareStart(context.system, definition);
  const links = [name, ...partNames(definition)];
  const isManaged = managedElsewhere(links, context.log) !== undefined;
  const edit = (catalog: Catalog) => {
    const up = bringUp(keepDefinition(catalog, definition), name, running);
    return isManaged ? forget(up, name) : up;
  };
  return guarded(context, name, links, edit, seconds);
}

export async function guarded(
  context: Context,
  name: string,
  links: readonly string[],
  edit: (catalog: Catalog) => Catalog,
  seconds: number,
): Promise<HostChange> {
  const found = managedElsewhere(links, context.log);
  const { plan, confirmWithin } = await changeGuarded(context, edit, seconds);
  return {
    name,
    steps: plan.steps.map(({ summary }) => summary),
    moved: movedBy(plan),
    ...(confirmWithin !== undefined && { confirmWithin }),
    ...(found !== undefined && { managed: { interface: found.definition.name, backend: found.backend, file: found.file } }),
  };
}

/** The addresses that were taken from where they were. */
function movedBy({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ change: { action, object } }) => (action === 'delete' && object.kind === 'address' ? [object.address] : []));
}

function runningBridge({ store }: Context, name: string): { name: string; live: RunningInterface; bridge: Bridge } {
  const live = store.catalog().interfaces.get(name)?.live;
  if (live?.definition.type === 'bridge') return { name, live, bridge: live.definition };
  throw new ViaductError('operation-invalid', `bridge ${name} is not one that Viaduct made`, {
    hint: 'A bridge of a network changes with its network; one of the host with the tools that made it.',
    params: { interface: name },
  });
}

/** A card that Viaduct had up by itself is up as a port from now on. */
function withoutOwn(catalog: Catalog, port: string): Catalog {
  const { live, config } = catalog.interfaces.get(port) ?? {};
  if (live === undefined) return catalog;
  const interfaces = new Map(catalog.interfaces);
  interfaces.delete(port);
  return { ...catalog, interfaces: config === undefined ? interfaces : interfaces.set(port, { config }) };
}

/** One `<protocol>` for each family, with the addresses of all and the first gateway. */
function merged(definitions: readonly HostInterface[]): readonly InterfaceProtocol[] {
  const all = definitions.flatMap(({ protocols }) => protocols);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const same = all.filter((protocol) => protocol.family === family);
    const [first] = same;
    const gateway = same.find((protocol) => protocol.gateway !== undefined)?.gateway;
    return first === undefined ? [] : [{ ...first, ips: same.flatMap(({ ips }) => ips), ...(gateway !== undefined && { gateway }) }];
  });
}

function asPort(definition: HostInterface): InterfacePart {
  if (definition.type === 'bridge')
    throw new ViaductError('operation-invalid', `${definition.name} is a bridge, and a bridge cannot be a port of another`, {
      params: { interface: definition.name },
    });
  const { start: _start, mtu: _mtu, protocols: _protocols, link: _link, ...part } = definition;
  return part;
}

export function nameTaken(name: string): ViaductError {
  return new ViaductError('name-in-use', `Network device ${name} already exists`, { hint: 'Choose another name.', params: { link: name } });
}
