import { List, ListItem } from '@patternfly/react-core';
import { daemonWords } from '../i18n/index.ts';
import type { PlanReport } from '../../../src/service/operation-types.ts';

/** What will be done, line by line; what guests notice stands behind it. */
export function PlanSteps({ plan }: { readonly plan: PlanReport }) {
  const { planLine } = daemonWords();
  return (
    <List isPlain className="viaduct-mono">
      {plan.definitions.map((line) => (
        <ListItem key={line}>{planLine(line)}</ListItem>
      ))}
      {plan.steps.map(({ summary, interrupts }) => (
        <ListItem key={summary}>
          {planLine(summary)}
          {interrupts === undefined ? '' : ` — ${planLine(interrupts)}`}
        </ListItem>
      ))}
    </List>
  );
}
