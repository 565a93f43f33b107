import type { Change, Plan } from '../model/host-state.ts';

const signs: Readonly<Record<Change['action'], string>> = { create: '+', update: '~', delete: '-' };

/**
 * A plan for people: one line per step behind `+`, `~` or `-`, what guests notice behind `!`, and a last line
 * that counts. Ends with a line break.
 */
export function renderPlan({ steps }: Plan): string {
  if (steps.length === 0) return 'Nothing to do: the host is as it should be.\n';
  const lines = steps.map(({ summary, change }) => `  ${signs[change.action]} ${summary}`);
  const noticed = [...new Set(steps.flatMap(({ interrupts }) => interrupts ?? []))];
  return [
    ...lines,
    ...(noticed.length === 0 ? [] : ['']),
    ...noticed.map((text) => `  ! ${text}.`),
    '',
    `${tally(steps.map(({ change }) => change))}.`,
    '',
  ].join('\n');
}

function tally(changes: readonly Change[]): string {
  const count = (wanted: Change['action']) => changes.filter(({ action }) => action === wanted).length;
  return `${count('create')} to create, ${count('update')} to change, ${count('delete')} to delete`;
}
