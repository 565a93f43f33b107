import type { NetworkSummary } from '../../../src/service/operation-types.ts';

/** Key of the mode's name: the two kinds of isolated have two names everywhere. */
export const modeKey = ({ mode, veryIsolated }: Pick<NetworkSummary, 'mode' | 'veryIsolated'>) =>
  `modes.${veryIsolated ? 'veryIsolated' : mode}` as const;
