import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KeptFile } from '../model/host-config.ts';
import { syncFolder, writeSynced } from '../system/files.ts';
import { namesIn } from './store-files.ts';

/** So many changes of the host's files can be looked up; older copies go. */
const kept = 50;

/**
 * Copies of files as they are before a change, for who has to go back without Viaduct: one folder for each change, named by
 * its time, with the files under their own paths and with their modes. They are on the disk when it resolves to the folder.
 */
export async function backUp(backups: string, files: readonly KeptFile[], now = new Date()): Promise<string> {
  const folder = join(backups, now.toISOString().replaceAll(':', '-'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { path, before, mode } of files) {
    if (before === undefined) continue;
    const copy = join(folder, path);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    await writeSynced(copy, before, 0o600);
    chmodSync(copy, mode);
    await syncFolder(dirname(copy));
  }
  await syncFolder(backups);
  const older = (await namesIn(backups)).slice(0, -kept);
  for (const name of older) rmSync(join(backups, name), { recursive: true, force: true });
  return folder;
}
