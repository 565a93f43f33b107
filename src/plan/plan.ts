import { digest } from '../model/digest.ts';
import { inverse } from '../model/host-state.ts';
import type { Change, Plan } from '../model/host-state.ts';
import { interruptsOf, noNames } from './interrupts.ts';
import type { PlanNames } from './interrupts.ts';
import { inOrder } from './order.ts';
import { treesLast } from './spanning-tree.ts';
import { summaryOf } from './words.ts';

/** Changes in the order in which they are made, each with its words and its way back. */
export function planChanges(changes: readonly Change[], names: PlanNames = noNames): Plan {
  const ordered = inOrder(treesLast(changes));
  const noticed = interruptsOf(ordered, names);
  return {
    steps: ordered.map((change, index) => {
      const interrupts = noticed[index];
      return { summary: summaryOf(change), change, undo: inverse(change), ...(interrupts === undefined ? {} : { interrupts }) };
    }),
  };
}

/** Equal for plans that do the same to the same host. */
export function planDigest({ steps }: Plan): string {
  return digest(
    JSON.stringify(
      steps.map(({ change }) => change),
      sortedFields,
    ),
  );
}

function sortedFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
