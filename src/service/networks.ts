import { supports } from '../compile/supports.ts';
import { applyUpdate } from '../formats/libvirt/update.ts';
import { formatNetwork, parseNetwork } from '../formats/libvirt/network.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import { parseIfName, type Uuid } from '../model/units.ts';
import { indexOf } from './catalog-index.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { completeNetwork, takenNames } from './complete.ts';
import { findNetwork, portsOf } from './lookup.ts';
import { activate, create, deactivate, define, setAutostart, undefine, updateDefinitions, whichDefinitions } from './network-edits.ts';
import type { Input, NetworkFilter, NetworkSummary, Output, PlanReport } from './operation-types.ts';
import { switchRefusal } from './open-vswitch.ts';
import { poolConnections } from './plug.ts';
import { renewMoved } from './renew.ts';
import { reportPlan } from './report.ts';
import { summarizeNetwork } from './summary.ts';

/** By name. */
export function listNetworks(context: Context, filter: NetworkFilter): readonly NetworkSummary[] {
  const catalog = context.store.catalog();
  const pairs: readonly (readonly [boolean | undefined, boolean | undefined, (summary: NetworkSummary) => boolean])[] = [
    [filter.active, filter.inactive, ({ active }) => active],
    [filter.persistent, filter.transient, ({ persistent }) => persistent],
    [filter.autostart, filter.noAutostart, ({ autostart }) => autostart],
  ];
  const wanted = (summary: NetworkSummary) =>
    pairs.every(([yes, no, is]) => (yes !== true && no !== true) || (is(summary) ? yes === true : no === true));
  return indexOf(catalog)
    .sorted.map((uuid) => summarizeNetwork(context, catalog, uuid))
    .filter(wanted);
}

export function getNetwork(context: Context, { network, by }: Input<'network.get'>): NetworkSummary {
  return summaryOf(context, findNetwork(context.store.catalog(), network, by).uuid);
}

export function networkXml(context: Context, input: Input<'network.xml'>): { xml: string } {
  const catalog = context.store.catalog();
  const { uuid, entry, network } = findNetwork(catalog, input.network);
  if (input.inactive === true || entry.live === undefined) return { xml: formatNetwork(entry.config ?? network) };
  const ports = portsOf(catalog, uuid);
  return { xml: formatNetwork(entry.live, { live: true, connections: ports.length, poolConnections: poolConnections(ports) }) };
}

export async function defineNetwork(context: Context, input: Input<'network.define'>): Promise<NetworkSummary> {
  return summaryOf(context, await add(context, input, define));
}

export async function createNetwork(context: Context, input: Input<'network.create'>): Promise<NetworkSummary> {
  return summaryOf(context, await add(context, input, create));
}

export async function undefineNetwork(context: Context, input: Input<'network.undefine'>): Promise<NetworkSummary> {
  const { uuid } = findNetwork(context.store.catalog(), input.network);
  const { before, after } = await change(context, (catalog) => undefine(catalog, uuid));
  await forgetGone(context, before, after, uuid);
  return summarizeNetwork(context, before, uuid);
}

export function startNetwork(context: Context, input: Input<'network.start'>): Promise<PlanReport> {
  return changeNetwork(context, input, activate);
}

export function destroyNetwork(context: Context, input: Input<'network.destroy'>): Promise<PlanReport> {
  return changeNetwork(context, input, deactivate);
}

export async function updateNetwork(context: Context, input: Input<'network.update'>): Promise<Output<'network.update'>> {
  const { uuid } = findNetwork(context.store.catalog(), input.network);
  const edit = (catalog: Catalog) => {
    const which = whichDefinitions(findNetwork(catalog, uuid).entry, input);
    const update = { ...input, poolConnections: poolConnections(portsOf(catalog, uuid)) };
    return updateDefinitions(catalog, uuid, which, (network) => applyUpdate(network, update));
  };
  const { before, after } = await change(context, edit, { replaced: 'network-updated' });
  const renewed = await renewMoved(context, before, after);
  return { ...summaryOf(context, uuid), ...(renewed.length > 0 && { renewed }) };
}

export async function setNetworkAutostart(context: Context, input: Input<'network.autostart'>): Promise<NetworkSummary> {
  const { uuid } = findNetwork(context.store.catalog(), input.network);
  await change(context, (catalog) => setAutostart(catalog, uuid, input.autostart));
  return summaryOf(context, uuid);
}

export function networkBridgeName(context: Context, input: Input<'network.bridgeName'>): { bridge: string } {
  const { network } = findNetwork(context.store.catalog(), input.network);
  const bridge = network.bridge?.name;
  if (bridge === undefined) throw new ViaductError('internal', `network '${network.name}' does not have a bridge name.`);
  return { bridge };
}

/** Reads a document, completes it and adds it one way or the other. */
async function add(
  context: Context,
  { xml, validate = false }: Input<'network.define'>,
  edit: (catalog: Catalog, network: Network) => Catalog,
): Promise<Uuid> {
  const draft = parseNetwork(xml, { validate });
  const hostNames = await takenNames(context, [draft]);
  const missing = validate ? await switchRefusal(context.system, draft) : undefined;
  if (missing !== undefined) throw missing;
  let added: Uuid | undefined;
  await change(context, (catalog) => {
    const network = completeNetwork(catalog, draft, hostNames);
    const [refusal] = validate ? supports(network, context.system.facts()) : [];
    if (refusal !== undefined) throw refusal;
    added = network.uuid;
    return edit(catalog, network);
  });
  if (added === undefined) throw new TypeError('change() did not call its edit.');
  return added;
}

async function changeNetwork(
  context: Context,
  { network, dryRun = false }: Input<'network.start'>,
  edit: (catalog: Catalog, uuid: Uuid) => Catalog,
): Promise<PlanReport> {
  const { uuid } = findNetwork(context.store.catalog(), network);
  const changed = await change(context, (catalog) => edit(catalog, uuid), { dryRun });
  if (!dryRun) await forgetGone(context, changed.before, changed.after, uuid);
  return reportPlan(changed);
}

/** The leases of a network that is neither defined nor running any more: the next one on that bridge must not show them. */
async function forgetGone(context: Context, before: Catalog, after: Catalog, uuid: Uuid): Promise<void> {
  const entry = before.networks.get(uuid);
  const bridge = parseIfName((entry?.live ?? entry?.config)?.bridge?.name ?? '');
  if (entry !== undefined && !after.networks.has(uuid) && bridge !== undefined) await context.system.forgetLeases(bridge);
}

function summaryOf(context: Context, uuid: Uuid): NetworkSummary {
  return summarizeNetwork(context, context.store.catalog(), uuid);
}
