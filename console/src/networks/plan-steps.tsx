import { List, ListItem } from '@patternfly/react-core';
import type { PlanReport } from '../../../src/service/operation-types.ts';

/** What will be done, line by line; what guests notice stands behind it. */
export function PlanSteps({ plan }: { readonly plan: PlanReport }) {
  return (
    <List isPlain className="viaduct-mono">
      {plan.definitions.map((line) => (
        <ListItem key={line}>{line}</ListItem>
      ))}
      {plan.steps.map(({ summary, interrupts }) => (
        <ListItem key={summary}>
          {summary}
          {interrupts === undefined ? '' : ` — ${interrupts}`}
        </ListItem>
      ))}
    </List>
  );
}
