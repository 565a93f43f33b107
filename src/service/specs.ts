import { formatNetwork } from '../formats/libvirt/network.ts';
import { formatSpec, parseSpec, type SpecDocument } from '../formats/spec.ts';
import { ViaductError } from '../model/errors.ts';
import type { Catalog } from '../model/catalog.ts';
import { change } from './change.ts';
import { takenNames } from './complete.ts';
import type { Context } from './context.ts';
import { findByName } from './lookup.ts';
import type { Input, NetworkPreview, PlanReport } from './operation-types.ts';
import { renewMoved } from './renew.ts';
import { reportPlan, staleUnless } from './report.ts';
import { mergeSpec } from './spec-edits.ts';

/** What applying the specification would do. */
export async function planSpec(context: Context, input: Input<'spec.plan'>): Promise<PlanReport> {
  return reportPlan(await change(context, await merging(context, readSpec(input)), { dryRun: true }));
}

/** Brings the host to what the specification says, all of it or nothing. */
export async function applySpec(context: Context, { digest, ...input }: Input<'spec.apply'>): Promise<PlanReport> {
  const { report, accept } = staleUnless(digest);
  const changed = await change(context, await merging(context, readSpec(input)), { accept, replaced: 'network-defined' });
  const renewed = await renewMoved(context, changed.before, changed.after);
  return { ...report(), ...(renewed.length > 0 && { renewed }) };
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

/** A specification removes nothing by what it leaves out, and what it names as absent only when it is told to. */
function readSpec({ text, prune = false }: Input<'spec.plan'>): readonly SpecDocument[] {
  const documents = parseSpec(text);
  const gone = documents.filter(({ absent }) => absent === true).map(({ network }) => network.name);
  if (gone.length > 0 && !prune) {
    throw new ViaductError('invalid-argument', `The specification removes ${gone.map((name) => `network '${name}'`).join(', ')}.`, {
      hint: 'If that is meant, say so: --prune.',
      params: { networks: gone.join(' ') },
    });
  }
  return documents;
}

async function merging(context: Context, documents: readonly SpecDocument[]): Promise<(catalog: Catalog) => Catalog> {
  const names = await takenNames(
    context,
    documents.map(({ network }) => network),
  );
  return (catalog) => mergeSpec(catalog, documents, names);
}
