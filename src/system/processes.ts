import { existsSync } from 'node:fs';
import type { ProcessId } from '../model/port.ts';
import { readText } from './files.ts';
import { netnsPath } from './kernel/netns.ts';

/** A process by its number and the time it started; undefined when there is none, or it has ended and waits to be collected. */
export function identifyProcess(pid: number): ProcessId | undefined {
  // The name in the second field may hold blanks and brackets: count from its last bracket on.
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\)\s/s, '')
    .split(' ');
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined || /[ZX]/.test(state) ? undefined : { pid, started };
}

/** True while the very same process runs. */
export function isRunning({ pid, started }: ProcessId): boolean {
  return identifyProcess(pid)?.started === started;
}

/** True while a network namespace is known by this name, or has this process in it. */
export function hasNetns(netns: string): boolean {
  return existsSync(netnsPath(netns));
}
