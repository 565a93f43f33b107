import type { System } from '../system/system.ts';
import type { Log } from './context.ts';
import { daemonItself, sharedContext } from './create-service.ts';
import { recoverChange } from './recover.ts';
import type { StoreFolders } from './store-files.ts';
import { DiskStore } from './store.ts';

/** Takes an unconfirmed change back without a daemon: also one that was killed in the middle of it. */
export async function takeBackAlone({
  system,
  folders,
  boot,
  log,
}: {
  system: System;
  folders: StoreFolders;
  boot: string;
  log: Log;
}): Promise<void> {
  const store = await DiskStore.open(folders, boot, log);
  const context = { ...sharedContext({ system, store, log }), caller: daemonItself, signal: new AbortController().signal };
  await recoverChange(context, store);
  if (store.catalog().checkpoint === undefined) return;
  await context.checkpoints.goBack(context);
  log.warn({}, 'Nobody confirmed the change of the host in time, and no daemon ran: it was taken back.');
}
