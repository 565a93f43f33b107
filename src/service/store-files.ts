import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../system/errno.ts';
import { replaceFile, syncFolder, writeDurable } from '../system/files.ts';
import { crashPoint } from './knobs.ts';
import type { FileWrite, Root } from './network-files.ts';

export interface StoreFolders {
  /** Definitions; outlives reboots. Written through to the disk. */
  readonly stateDir: string;
  /** What runs; belongs to one boot of the host. Renamed into place but not synced: a power cut takes the host's links with it. */
  readonly runDir: string;
}

/** Makes the files what they should be. Repeating it changes nothing, so a journal may be played again. */
export async function writeFiles(folders: StoreFolders, writes: readonly FileWrite[]): Promise<void> {
  let written = 0;
  for (const group of chunks(writes, 16)) {
    await Promise.all(
      group.map(async (write) => {
        await writeOne(folders, write);
        written += 1;
        crashPoint(`written:${written}`);
      }),
    );
  }
  const removedFrom = writes.filter(({ root, file }) => root === 'state' && file?.text === undefined).map(({ path }) => dirname(path));
  for (const folder of new Set(removedFrom)) await syncFolder(join(folders.stateDir, folder));
}

/** Names in a folder that end in `suffix`, without it, sorted; nothing when there is no such folder. */
export async function namesIn(folder: string, suffix = ''): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, name.length - suffix.length)).toSorted();
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return [];
    throw cause;
  }
}

async function writeOne({ stateDir, runDir }: StoreFolders, { root, path, file }: FileWrite): Promise<void> {
  const base = { state: stateDir, run: runDir } satisfies Record<Root, string>;
  const target = join(base[root], path);
  if (file?.linkTo !== undefined) {
    rmSync(`${target}.new`, { force: true });
    symlinkSync(join(base[root], file.linkTo), `${target}.new`);
    renameSync(`${target}.new`, target);
  } else if (file?.text === undefined) {
    rmSync(target, { force: true });
  } else if (root === 'state') {
    await writeDurable(target, file.text, 0o600);
  } else {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    replaceFile(target, file.text);
  }
}

function* chunks<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
