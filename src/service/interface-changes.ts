import { usedLinks } from '../compile/linux/interface.ts';
import { interfaceSupports } from '../compile/supports.ts';
import { parseInterface } from '../formats/libvirt/interface.ts';
import type { Catalog, InterfaceEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface } from '../model/host-interface.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { refuseManaged } from './dialects.ts';
import {
  beginTransaction,
  bringUp,
  commitTransaction,
  dropDefinition,
  keepDefinition,
  partNames,
  rollBack,
  startable,
  takeDown,
} from './interface-edits.ts';
import { prepareStart } from './interface-start.ts';
import { definitionOf, getInterface, nameOf } from './interfaces.ts';
import type { Input, InterfaceSummary } from './operation-types.ts';

type Done = Record<never, never>;

export async function defineInterface(context: Context, { xml, validate = false }: Input<'interface.define'>): Promise<InterfaceSummary> {
  const definition = parseInterface(xml, { validate });
  const refusal = validate ? interfaceSupports(definition, context.system.facts()) : undefined;
  if (refusal !== undefined) throw refusal;
  refuseManaged(namesOf(definition), context.log);
  await change(context, (catalog) => keepDefinition(catalog, definition));
  return getInterface(context, { interface: definition.name });
}

export async function undefineInterface(context: Context, input: Input<'interface.undefine'>): Promise<Done> {
  const name = await nameOf(context, input.interface);
  await change(context, (catalog) => dropDefinition(catalog, name));
  return {};
}

export async function startInterface(context: Context, input: Input<'interface.start'>): Promise<Done> {
  const name = await nameOf(context, input.interface);
  await start(context, name, (catalog) => catalog);
  return {};
}

export async function stopInterface(context: Context, input: Input<'interface.stop'>): Promise<Done> {
  const name = await nameOf(context, input.interface);
  await change(context, (catalog) => takeDown(catalog, name));
  return {};
}

export async function beginChanges(context: Context): Promise<Done> {
  await change(context, beginTransaction);
  return {};
}

export async function commitChanges(context: Context): Promise<Done> {
  await change(context, commitTransaction);
  return {};
}

export async function rollBackChanges(context: Context): Promise<Done> {
  await change(context, rollBack);
  return {};
}

/** A bridge over an interface, which goes on as its port: the bridge has its addresses from then on. */
export async function bridgeInterface(context: Context, input: Input<'interface.bridge'>): Promise<InterfaceSummary> {
  const { bridge, stp = true, delay = 0, start: startNow = true } = input;
  const base = await definitionOf(context, await nameOf(context, input.interface));
  if (base.type === 'bridge')
    throw new ViaductError('operation-invalid', `Existing device ${base.name} is already a bridge`, { params: { interface: base.name } });
  if ((await context.system.linkNames()).has(bridge as never) || context.store.catalog().interfaces.has(bridge))
    throw new ViaductError('operation-invalid', `Network device ${bridge} already exists`, { params: { interface: bridge } });
  const { start: mode, mtu, protocols, ...part } = base;
  const kept = { ...(mode !== undefined && { start: mode }), ...(mtu !== undefined && { mtu }) };
  const definition: HostInterface = { name: bridge, ...kept, protocols, type: 'bridge', stp, ...(stp && { delay }), ports: [part] };
  refuseManaged(namesOf(definition), context.log);
  const edit = (catalog: Catalog) => keepDefinition(catalog, definition);
  if (startNow) await start(context, bridge, edit);
  else await change(context, edit);
  return getInterface(context, { interface: bridge });
}

/** Takes a bridge away and leaves its one port with what the bridge had. Answers the port. */
export async function unbridgeInterface(context: Context, input: Input<'interface.unbridge'>): Promise<InterfaceSummary> {
  const name = await nameOf(context, input.bridge);
  const definition = await definitionOf(context, name);
  if (definition.type !== 'bridge')
    throw new ViaductError('operation-invalid', `Device ${name} is not a bridge`, { params: { interface: name } });
  const [port, ...others] = definition.ports;
  if (port === undefined)
    throw new ViaductError('operation-invalid', `No interface attached to bridge ${name}`, { params: { interface: name } });
  if (others.length > 0)
    throw new ViaductError('operation-invalid', `Multiple interfaces attached to bridge ${name}`, { params: { interface: name } });
  const { start: mode, mtu, protocols } = definition;
  const freed: HostInterface = { protocols, ...port, ...(mode !== undefined && { start: mode }), ...(mtu !== undefined && { mtu }) };
  await change(context, (catalog) => {
    const entry = catalog.interfaces.get(name);
    const down = entry?.live === undefined ? catalog : takeDown(catalog, name);
    return keepDefinition(entry?.config === undefined ? down : dropDefinition(down, name), freed);
  });
  if (input.start !== false) await start(context, freed.name, (catalog) => catalog);
  return getInterface(context, { interface: freed.name });
}

/** Interfaces that are up are put right; those of `onboot` are brought up, once for each boot of the host. */
export async function recoverInterfaces(context: Context, started: boolean): Promise<void> {
  const { store, log } = context;
  const each = async (names: readonly string[], act: (name: string) => Promise<unknown>): Promise<void> => {
    for (const name of names)
      await act(name).catch((cause: unknown) =>
        log.error(
          { err: cause, interface: name },
          `Interface ${name} is in trouble: ${cause instanceof Error ? cause.message : String(cause)}`,
        ),
      );
  };
  const entries = [...store.catalog().interfaces];
  await each(
    entries.flatMap(([name, { live }]) => (live === undefined ? [] : [name])),
    async (name) => {
      const { plan } = await change(context, (catalog) => catalog, { recheckInterfaces: [name] });
      for (const { summary } of plan.steps) log.warn({ step: summary }, `Put right at start: ${summary}.`);
    },
  );
  if (started) return;
  const waiting = entries
    .filter(([, { config, live }]) => config?.start === 'onboot' && live === undefined)
    .toSorted(([, a], [, b]) => levelOf(a) - levelOf(b));
  await each(
    waiting.map(([name]) => name),
    (name) => start(context, name, (catalog) => catalog),
  );
}

/** Bridges come last: they may stand on the others. */
function levelOf({ config }: InterfaceEntry): number {
  return config === undefined ? 0 : ['ethernet', 'bond', 'vlan', 'bridge'].indexOf(config.type);
}

async function start(context: Context, name: string, edit: (catalog: Catalog) => Catalog): Promise<void> {
  const running = await prepareStart(context.system, startable(edit(context.store.catalog()), name));
  await change(context, (catalog) => bringUp(edit(catalog), name, running));
}

function namesOf(definition: HostInterface): readonly string[] {
  return [definition.name, ...partNames(definition), ...usedLinks(definition)];
}
