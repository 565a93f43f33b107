import { kill, pid } from 'node:process';

/**
 * Debug variables of this room. `VIADUCT_CRASH_AT=applied:2` kills the daemon with SIGKILL when it gets
 * to that point, so that tests can see what the next start makes of it. Points, in the order a change
 * meets them: `intended`, `applied:N` after the Nth batch of steps, `verified`, `committing` when the
 * files to write are in the journal, `written:N` after the Nth file, `committed`.
 */
const crashAt = process.env['VIADUCT_CRASH_AT'];

export function crashPoint(name: string): void {
  if (crashAt === name) kill(pid, 'SIGKILL');
}
