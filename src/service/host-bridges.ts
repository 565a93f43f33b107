import { linkOf } from '../compile/interfaces.ts';
import { namesOf } from '../hostconfig/plan.ts';
import { parseInterface } from '../formats/libvirt/interface.ts';
import type { Catalog, RunningInterface } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface, InterfacePart, InterfaceProtocol } from '../model/host-interface.ts';
import type { Plan } from '../model/host-state.ts';
import { parseMac } from '../model/units.ts';
import { changeGuarded, type Way } from './checkpoint.ts';
import type { Context } from './context.ts';
import { homeOf, managedElsewhere, type Home } from './dialects.ts';
import { writeGuarded } from './host-write.ts';
import { bringUp, dropDefinition, forget, keepDefinition, partNames, reshape, takeDown } from './interface-edits.ts';
import { pinned, prepareStart, refuseCards } from './interface-start.ts';
import { withGuests } from './guest-links.ts';
import { definitionOf } from './interfaces.ts';
import type { HostChange, HostChangeWay, Input } from './operation-types.ts';

type Bridge = Extract<HostInterface, { type: 'bridge' }>;

/** How long a change that cuts connections waits to be confirmed. */
export const usualSeconds = 30;

/** A bridge over cards of the host, which hand it their addresses and routes. */
export async function createBridge(context: Context, input: Input<'bridge.create'>): Promise<HostChange> {
  const { bridge: name, ports = [], stp = false, forwardDelay, mac = 'copy', vlanFiltering = false } = input;
  const address = mac === 'copy' ? undefined : parseMac(mac);
  if (mac !== 'copy' && address === undefined)
    throw new ViaductError('mac-invalid', `'${mac}'`, {
      hint: "Write it as 52:54:00:12:34:56, or 'copy' for that of the first port.",
      params: { mac },
    });
  if ((await context.system.linkNames()).has(name as never) || context.store.catalog().interfaces.has(name)) throw nameTaken(name);
  const home = homeOf([name, ...ports], input.backend);
  const below = await Promise.all(ports.map((port) => describedAt(context, home, port)));
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
  return startGuarded(context, definition, input);
}

/** Defines an interface and brings it up; nothing stays where nobody confirms it. */
export async function applyInterface(context: Context, { xml, ...way }: Input<'host.apply'>): Promise<HostChange> {
  return startGuarded(context, parseInterface(xml), way);
}

export async function addToBridge(context: Context, input: Input<'bridge.add'>): Promise<HostChange> {
  const written = writtenBridge(context, input.bridge, input.backend);
  const { name, live, bridge } = written ?? runningBridge(context, input.bridge);
  const port = await describedAt(context, written?.home, input.port);
  if (partNames(bridge).includes(port.name))
    throw new ViaductError('operation-invalid', `${port.name} is a port of ${name} already`, { params: { interface: port.name } });
  const definition: Bridge = { ...bridge, protocols: merged([bridge, port]), ports: [...bridge.ports, asPort(port)] };
  if (written !== undefined) {
    await refuseCards(context.system, { ...definition, ports: [asPort(port)] });
    return writeGuarded(context, written.home, { name, wanted: [definition], removed: [] }, wayOf(input));
  }
  if (live === undefined) throw notOurs(name);
  const added = await prepareStart(context.system, { ...definition, ports: [asPort(port)] });
  const running: RunningInterface = {
    definition,
    carried: [...live.carried, ...added.carried],
    borrowed: [...live.borrowed, ...added.borrowed],
  };
  return guarded(context, name, [name, port.name], (catalog) => reshape(withoutOwn(catalog, port.name), name, running), input);
}

/** The port goes on by itself; what the bridge has stays with the bridge. */
export async function removeFromBridge(context: Context, input: Input<'bridge.remove'>): Promise<HostChange> {
  const written = writtenBridge(context, input.bridge, input.backend);
  const { name, live, bridge } = written ?? runningBridge(context, input.bridge);
  if (!partNames(bridge).includes(input.port))
    throw new ViaductError('interface-not-found', `${input.port} is no port of ${name}`, { params: { interface: input.port } });
  const definition: Bridge = { ...bridge, ports: bridge.ports.filter((part) => part.name !== input.port) };
  if (written !== undefined) return writeGuarded(context, written.home, { name, wanted: [definition], removed: [] }, wayOf(input));
  if (live === undefined) throw notOurs(name);
  const running: RunningInterface = { ...live, definition, borrowed: live.borrowed.filter((object) => linkOf(object) !== input.port) };
  return guarded(context, name, [name, input.port], (catalog) => reshape(catalog, name, running), input);
}

export async function deleteBridge(context: Context, input: Input<'bridge.delete'>): Promise<HostChange> {
  const written = writtenBridge(context, input.bridge, input.backend);
  const { name, bridge } = written ?? runningBridge(context, input.bridge);
  const own = new Set(partNames(bridge));
  await refuseInUse(context, name, own);
  if (written !== undefined) return writeGuarded(context, written.home, { name, wanted: heirsOf(bridge), removed: [name] }, wayOf(input));
  const drop = (known: Catalog) => (known.interfaces.get(name)?.config === undefined ? known : dropDefinition(known, name));
  return guarded(context, name, [name, ...own], (known) => drop(takeDown(known, name)), input);
}

/** Refuses while guests or a network are on a bridge; `own` are the ports that go with it. */
export async function refuseInUse(context: Context, name: string, own: ReadonlySet<string>): Promise<void> {
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
}

/** Brings an interface up: in the host's own files where they describe it or one below it, else by Viaduct itself. */
export async function startGuarded(context: Context, definition: HostInterface, way: HostChangeWay): Promise<HostChange> {
  const { name } = definition;
  const home = homeOf(namesOf([definition]), way.backend);
  if (home !== undefined) {
    const links = await refuseCards(context.system, definition);
    return writeGuarded(context, home, { name, wanted: [pinned(definition, links)], removed: [] }, wayOf(way));
  }
  const running = await prepareStart(context.system, definition);
  const links = [name, ...partNames(definition)];
  const isManaged = managedElsewhere(links, context.log) !== undefined;
  const edit = (catalog: Catalog) => {
    const up = bringUp(keepDefinition(catalog, definition), name, running);
    return isManaged ? forget(up, name) : up;
  };
  return guarded(context, name, links, edit, way);
}

export async function guarded(
  context: Context,
  name: string,
  links: readonly string[],
  edit: (catalog: Catalog) => Catalog,
  way: HostChangeWay,
): Promise<HostChange> {
  const found = managedElsewhere(links, context.log);
  const { plan, confirmWithin } = await changeGuarded(context, edit, wayOf(way));
  return {
    name,
    steps: plan.steps.map(({ summary }) => summary),
    moved: movedBy(plan),
    ...(confirmWithin !== undefined && { confirmWithin }),
    ...(found !== undefined && { managed: { interface: found.definition.name, backend: found.backend, file: found.file } }),
  };
}

export function wayOf({ seconds = usualSeconds, dryRun = false, session }: HostChangeWay): Way {
  return { seconds, dryRun, ...(session !== undefined && { session }) };
}

/** As the host's own files say it, where these describe it: what a DHCP client or the kernel added to it is not its definition. */
async function describedAt(context: Context, home: Home | undefined, name: string): Promise<HostInterface> {
  return home?.written.find(({ definition }) => definition.name === name)?.definition ?? definitionOf(context, name);
}

/** A bridge that Viaduct does not keep, and the host's own files do. */
function writtenBridge(
  { store }: Context,
  name: string,
  backend: HostChangeWay['backend'],
): { readonly name: string; readonly live?: undefined; readonly bridge: Bridge; readonly home: Home } | undefined {
  if (store.catalog().interfaces.get(name)?.live !== undefined) return undefined;
  const home = homeOf([name], backend);
  const definition = home?.written.find((one) => one.definition.name === name)?.definition;
  return home === undefined || definition?.type !== 'bridge' ? undefined : { name, bridge: definition, home };
}

/** What a bridge had stays with its first port when it goes. */
function heirsOf({ ports: [first], protocols, start }: Bridge): readonly HostInterface[] {
  return first === undefined ? [] : [{ ...first, protocols, ...(start !== undefined && { start }) }];
}

/** The addresses that were taken from where they were. */
function movedBy({ steps }: Plan): readonly string[] {
  return steps.flatMap(({ change: { action, object } }) => (action === 'delete' && object.kind === 'address' ? [object.address] : []));
}

function runningBridge({ store }: Context, name: string): { name: string; live: RunningInterface; bridge: Bridge } {
  const live = store.catalog().interfaces.get(name)?.live;
  if (live?.definition.type === 'bridge') return { name, live, bridge: live.definition };
  throw notOurs(name);
}

function notOurs(name: string): ViaductError {
  return new ViaductError('operation-invalid', `bridge ${name} is not one that Viaduct made, nor one that the host's own files describe`, {
    hint: 'A bridge of a network changes with its network; one that no file of the host describes, with the tool that made it.',
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
