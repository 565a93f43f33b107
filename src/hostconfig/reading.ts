import type { HostFinding } from '../model/host-config.ts';
import type { Draft } from './draft.ts';

/** What one dialect's files say, before the dialects are joined. */
export interface Reading {
  readonly drafts: readonly Draft[];
  readonly findings: readonly HostFinding[];
}
