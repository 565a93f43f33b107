import { UsageError } from '../failure.ts';
import type { Session } from '../session.ts';

/** The word given for an option, when it is one of a few. */
export function oneOf<const Choice extends string>({ t }: Session, option: string, given: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw new UsageError(t('usage.choice', { option, choices: choices.join(', ') }));
}
