import type { Uuid } from '../model/units.ts';
import type { PlanReport } from './operation-types.ts';

/** Operations on what was changed of networks, and the way back. */
export interface HistoryOperations {
  /** The newest first: of one network, which may be gone, or of all. The definitions come with those of one network only. */
  'network.history': { input: { network?: string }; output: readonly NetworkChange[] };
  /** What taking one change back would do. */
  'network.undoPlan': { input: { change: number }; output: UndoPlan };
  /** Puts a network back to how it was before one change; what that change left alone stays. Refuses another plan than `digest` names. */
  'network.undo': { input: { change: number; digest?: string }; output: PlanReport };
}

export type NetworkDeed = 'defined' | 'undefined' | 'changed' | 'changed-live' | 'started' | 'stopped' | 'autostart-on' | 'autostart-off';

/** One change of a network: who did what, when. */
export interface NetworkChange {
  /** Names it on this host, and grows. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly user: string;
  readonly door: string;
  readonly network: { readonly uuid: Uuid; readonly name: string };
  readonly did: readonly NetworkDeed[];
  /** The change that this one took back. */
  readonly undoes?: number;
  /** Taking it back would change something now. */
  readonly undoable: boolean;
  /** The definition before and after, as libvirt writes it; the live one where only that was changed. Absent where there was none. */
  readonly before?: string;
  readonly after?: string;
}

export interface UndoPlan {
  readonly change: NetworkChange;
  readonly plan: PlanReport;
}
