import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { hasCode } from '../system/errno.ts';
import { replaceFile, syncFolder, writeSynced } from '../system/files.ts';
import { crashPoint } from './knobs.ts';
import type { FileWrite, Root } from './file-writes.ts';

export interface StoreFolders {
  /** Definitions; outlives reboots. Written through to the disk. */
  readonly stateDir: string;
  /** What runs; belongs to one boot of the host. Renamed into place but not synced: a power cut takes the host's links with it. */
  readonly runDir: string;
}

/**
 * Makes the files what they should be; when it resolves, those of the state folder are on the disk. Repeating
 * it changes nothing, so a journal may be played again.
 */
export async function writeFiles(folders: StoreFolders, writes: readonly FileWrite[]): Promise<void> {
  for (const group of chunks(writes, 64)) {
    await Promise.all(
      group.map(async ({ root, path, file }) => {
        if (root === 'state' && file?.text !== undefined) await writeSynced(beside(join(folders.stateDir, path)), file.text, 0o600);
      }),
    );
  }
  for (const [index, write] of writes.entries()) {
    putInPlace(folders, write);
    crashPoint(`written:${index + 1}`);
  }
  const touched = writes.filter(({ root }) => root === 'state').map(({ path }) => dirname(path));
  for (const folder of new Set(touched)) await syncFolder(join(folders.stateDir, folder));
}

/** Names in a folder that end in `suffix`, without it, sorted; nothing when there is no such folder. */
export async function namesIn(folder: string, suffix = ''): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, name.length - suffix.length))
      .toSorted();
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return [];
    throw cause;
  }
}

function putInPlace({ stateDir, runDir }: StoreFolders, { root, path, file }: FileWrite): void {
  const base = { state: stateDir, run: runDir } satisfies Record<Root, string>;
  const target = join(base[root], path);
  if (file?.linkTo !== undefined) {
    rmSync(beside(target), { force: true });
    // Relative, so that the folder can be copied to another place, and to libvirt's, as it is.
    symlinkSync(relative(dirname(target), join(base[root], file.linkTo)), beside(target));
    renameSync(beside(target), target);
  } else if (file?.text === undefined) {
    rmSync(target, { force: true });
  } else if (root === 'state') {
    renameSync(beside(target), target);
  } else {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    replaceFile(target, file.text);
  }
}

/** Where a file is written before it takes its place; nothing reads such names. */
function beside(target: string): string {
  return `${target}.new`;
}

function* chunks<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
