import { UsageError } from '../failure.ts';
import type { Translate } from '../i18n/translate.ts';

/** Which of a network's two definitions is meant. */
export interface Target {
  readonly live: boolean;
  readonly config: boolean;
  readonly current: boolean;
}

/** `--current`, like no option at all, leaves the choice to the daemon. */
export function readTarget({ live, config, current }: Target, t: Translate): { live?: true; config?: true } {
  if (current && live) throw new UsageError(t('usage.exclusive', { one: 'current', other: 'live' }));
  if (current && config) throw new UsageError(t('usage.exclusive', { one: 'current', other: 'config' }));
  return { ...(live ? { live } : {}), ...(config ? { config } : {}) };
}
