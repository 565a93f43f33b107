import { ViaductError } from '../model/errors.ts';
import type { Plan, Step } from '../model/host-state.ts';
import type { System } from '../system/system.ts';
import { crashPoint } from './knobs.ts';

/**
 * Carries out a plan. When a step fails, what was done is undone, last first; with `keep` it stays:
 * a network that is being put right is better half right than not at all.
 */
export async function applyPlan(system: System, plan: Plan, { keep = false } = {}): Promise<void> {
  const done: Step[] = [];
  let batchNumber = 0;
  for (const batch of batches(plan.steps)) {
    const results = await system.perform(batch.map((step) => step.change));
    let failed: { step: Step; cause: Error } | undefined;
    for (const [index, step] of batch.entries()) {
      if (index >= results.length) break;
      const cause = results[index];
      if (cause === undefined) done.push(step);
      else failed ??= { step, cause };
    }
    if (failed !== undefined) throw applyError(failed.step, failed.cause, keep ? [] : await undoSteps(system, done));
    batchNumber += 1;
    crashPoint(`applied:${batchNumber}`);
  }
}

/** Takes steps back, last first, and goes on whatever happens. Returns those that could not be taken back. */
export function undoSteps(system: System, steps: readonly Step[]): Promise<readonly Step[]> {
  return tryAll(
    system,
    steps.toReversed().map((step) => ({ ...step, change: step.undo, undo: step.change })),
  );
}

/** Carries out what it can. Returns the steps that failed. */
export async function tryAll(system: System, steps: readonly Step[]): Promise<readonly Step[]> {
  const failed: Step[] = [];
  for (const batch of batches(steps)) {
    const results = await system.perform(
      batch.map((step) => step.change),
      { carryOn: true },
    );
    failed.push(...batch.filter((_, index) => results[index] !== undefined));
  }
  return failed;
}

/** Neighbours of one kind and one action go to the system together. */
function* batches(steps: readonly Step[]): Iterable<readonly Step[]> {
  let batch: Step[] = [];
  for (const step of steps) {
    const [first] = batch;
    if (first !== undefined && (first.change.action !== step.change.action || first.change.object.kind !== step.change.object.kind)) {
      yield batch;
      batch = [];
    }
    batch.push(step);
  }
  if (batch.length > 0) yield batch;
}

function applyError(step: Step, cause: Error, left: readonly Step[]): ViaductError {
  const known = cause instanceof ViaductError ? cause : undefined;
  const hints = [known?.hint, left.length > 0 && `Left over: ${left.map(({ summary }) => summary).join('; ')}.`].filter(Boolean);
  return new ViaductError(known?.code ?? 'apply-failed', `Could not ${step.summary}: ${cause.message}`, {
    hint: hints.length === 0 ? undefined : hints.join(' '),
    params: { ...known?.params, step: step.summary },
    cause,
  });
}
