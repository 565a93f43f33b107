import { formatNetwork } from '../formats/libvirt/network.ts';
import { formatSpec, parseSpec, type SpecDocument } from '../formats/spec.ts';
import { ViaductError } from '../model/errors.ts';
import type { Catalog } from '../model/catalog.ts';
import { change, type Changed } from './change.ts';
import { takenNames } from './complete.ts';
import type { Context } from './context.ts';
import { findByName } from './lookup.ts';
import type { Input, NetworkPreview, PlanReport } from './operation-types.ts';
import { reportPlan } from './report.ts';
import { mergeSpec } from './spec-edits.ts';

/** What applying the specification would do. */
export async function planSpec(context: Context, { text }: Input<'spec.plan'>): Promise<PlanReport> {
  return reportPlan(await change(context, await merging(context, parseSpec(text)), { dryRun: true }));
}

/** Brings the host to what the specification says, all of it or nothing. */
export async function applySpec(context: Context, { text, digest }: Input<'spec.apply'>): Promise<PlanReport> {
  let report: PlanReport | undefined;
  const accept = (planned: Changed) => {
    report = reportPlan(planned);
    if (digest === undefined || digest === report.digest) return;
    throw new ViaductError('plan-stale', 'The host or its networks have changed since this plan was made; nothing was done.', {
      hint: 'Make the plan again, look at it, and apply it then.',
    });
  };
  const changed = await change(context, await merging(context, parseSpec(text)), { accept, replaced: 'network-defined' });
  return report ?? reportPlan(changed);
}

/** What the documents mean, written both ways, and what applying them would do. */
export async function previewNetwork(context: Context, { text }: Input<'network.preview'>): Promise<NetworkPreview> {
  const documents = parseSpec(text);
  const changed = await change(context, await merging(context, documents), { dryRun: true });
  const networks = documents.flatMap(({ network: { name }, autostart, active }) => {
    const config = findByName(changed.after, name)?.entry.config;
    const state = { active, ...(autostart !== undefined && { autostart }) };
    return config === undefined ? [] : [{ name, xml: formatNetwork(config), yaml: formatSpec(config, state) }];
  });
  return { networks, plan: reportPlan(changed) };
}

async function merging(context: Context, documents: readonly SpecDocument[]): Promise<(catalog: Catalog) => Catalog> {
  const names = await takenNames(context, documents.map(({ network }) => network));
  return (catalog) => mergeSpec(catalog, documents, names);
}
