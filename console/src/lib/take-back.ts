import type { NetworkChange } from '../../../src/service/history-types.ts';
import { call } from './api.ts';

/** A stop belongs to the deletion that came so soon after it: milliseconds. */
const together = 10_000;

/** The stop that came with a deletion: to bring the network back as it was, both are taken back. `changes`: newest first. */
export function stopBefore(deletion: NetworkChange, changes: readonly NetworkChange[]): NetworkChange | undefined {
  if (!deletion.did.includes('undefined') || deletion.did.includes('stopped')) return undefined;
  const before = changes.find(({ id, network }) => id < deletion.id && network.uuid === deletion.network.uuid);
  return before?.did.includes('stopped') === true && before.user === deletion.user && deletion.at - before.at < together
    ? before
    : undefined;
}

/** Brings a network back that was just deleted, from the daemon's history, so that it does not matter who did it from which page. */
export async function bringBack(name: string): Promise<void> {
  const changes = await call('network.history', { network: name });
  const deletion = changes.find(({ did }) => did.includes('undefined') || did.includes('stopped'));
  if (deletion === undefined) return;
  const stop = stopBefore(deletion, changes);
  await call('network.undo', { change: deletion.id });
  if (stop !== undefined) await call('network.undo', { change: stop.id });
}
