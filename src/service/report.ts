import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { digest } from '../model/digest.ts';
import { ViaductError } from '../model/errors.ts';
import type { Plan } from '../model/host-state.ts';
import { planDigest } from '../plan/plan.ts';
import type { Changed } from './change.ts';
import { currentOf } from './lookup.ts';
import type { PlanReport } from './operation-types.ts';

/** What a change does or has done, for people and for `spec.apply`'s digest. */
export function reportPlan({ before, after, plan }: { before: Catalog; after: Catalog; plan: Plan }): PlanReport {
  const definitions: string[] = [];
  const wanted: unknown[] = [];
  for (const [uuid, is] of after.networks) {
    const was = before.networks.get(uuid);
    if (was === is) continue;
    definitions.push(...entryChanges(was, is));
    wanted.push(is);
  }
  for (const [uuid, was] of before.networks) if (!after.networks.has(uuid)) definitions.push(...entryChanges(was, undefined));
  return {
    steps: plan.steps.map(({ summary, interrupts }) => ({ summary, ...(interrupts !== undefined && { interrupts }) })),
    digest: digest(JSON.stringify([planDigest(plan), definitions, wanted])),
    definitions,
  };
}

/** Sees a plan before it is carried out, and refuses one that is not the one `digest` names. */
export function staleUnless(digest: string | undefined): {
  readonly accept: (planned: Changed) => void;
  readonly report: () => PlanReport;
} {
  let seen: PlanReport | undefined;
  return {
    accept(planned) {
      seen = reportPlan(planned);
      if (digest === undefined || digest === seen.digest) return;
      throw new ViaductError('plan-stale', 'The host or its networks have changed since this plan was made; nothing was done.', {
        hint: 'Make the plan again, look at it, and apply it then.',
      });
    },
    report() {
      if (seen === undefined) throw new TypeError('No plan has been seen.');
      return seen;
    },
  };
}

function entryChanges(was: NetworkEntry | undefined, is: NetworkEntry | undefined): string[] {
  const subject = is ?? was;
  if (subject === undefined) return [];
  const name = JSON.stringify(currentOf(subject).name);
  const changes: string[] = [];
  if (was?.config === undefined && is?.config !== undefined) changes.push(`define network ${name}`);
  else if (was?.config !== undefined && is?.config === undefined) changes.push(`undefine network ${name}`);
  else if (was?.config !== is?.config) changes.push(`change the definition of network ${name}`);
  if (was?.live === undefined && is?.live !== undefined) changes.push(`start network ${name}`);
  if (was?.live !== undefined && is?.live === undefined) changes.push(`stop network ${name}`);
  if (was?.autostart !== true && is?.autostart === true) changes.push(`start network ${name} with the host`);
  if (was?.autostart === true && is !== undefined && !is.autostart) changes.push(`no longer start network ${name} with the host`);
  return changes;
}
