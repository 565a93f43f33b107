import { verb, type Verb } from '../verb.ts';
import { file } from './shared.ts';

const prune = { type: 'flag', about: 'option.prune' } as const;

/** Descriptions of many networks at once. */
export const specVerbs: readonly Verb[] = [
  verb('plan', 'spec', { file: { ...file, about: 'option.spec' }, prune }, async () => (await import('../verbs/plan.ts')).plan),
  verb(
    'apply',
    'spec',
    {
      file: { ...file, about: 'option.spec' },
      prune,
      yes: { type: 'flag', about: 'option.yes', short: 'y' },
      'dry-run': { type: 'flag', about: 'option.dry-run' },
    },
    async () => (await import('../verbs/plan.ts')).apply,
  ),
  verb(
    'diff',
    'spec',
    { file: { type: 'text', about: 'option.diff-file', positional: true, complete: 'file' } },
    async () => (await import('../verbs/diff.ts')).diff,
  ),
];
