import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { ViaductError } from '../model/errors.ts';
import { hasCode } from './errno.ts';
import type { Keeper } from './keeper.ts';

/**
 * Writes a file through to the disk. Beside its target, renamed into place and followed by {@link syncFolder},
 * it holds the old text or the new one whatever happens. Many at once are synced in little more time than one.
 */
export async function writeSynced(path: string, text: string, mode = 0o644): Promise<void> {
  const handle = await open(path, 'w', mode);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes renames and removals in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a file in the run folder at once; it need not outlive a crash of the machine. Readers see the old text or the new one. */
export function replaceFile(path: string, text: string, mode = 0o644): void {
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode });
  renameSync(beside, path);
}

/** The text of a file; undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Makes sure of a folder that others can look into: dnsmasq reads its files as an unprivileged user. */
export function ensureFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

/** Files of ours in the run folder. */
export function fileKeeper(runDir: string): Keeper<'file'> {
  const pathOf = (path: string): string => {
    const full = resolve(runDir, path);
    if (relative(runDir, full).startsWith('..')) throw new TypeError(`'${path}' lies outside the run folder`);
    return full;
  };
  const write: Keeper<'file'>['create'] = (object) => {
    const path = pathOf(object.path);
    try {
      ensureFolder(dirname(path));
      replaceFile(path, object.text);
    } catch (error) {
      throw fileRefused(`cannot write ${path}`, error);
    }
  };
  return {
    observe: (wanted) =>
      wanted.flatMap((object) => {
        const text = readText(pathOf(object.path));
        return text === undefined ? [] : [{ ...object, text }];
      }),
    create: write,
    update: (_from, object) => write(object),
    remove: ({ path }) => rmSync(pathOf(path), { force: true }),
  };
}

/** Files of ours among the host's settings, written through to the disk: they are for the host's next start. */
export function settingFileKeeper(): Keeper<'setting-file'> {
  const write = async ({ path, text }: { readonly path: string; readonly text: string }): Promise<void> => {
    try {
      ensureFolder(dirname(path));
      await writeSynced(`${path}.new`, text);
      renameSync(`${path}.new`, path);
      await syncFolder(dirname(path));
    } catch (error) {
      throw fileRefused(`cannot write ${path}`, error);
    }
  };
  return {
    observe: (wanted) =>
      wanted.flatMap((object) => {
        const text = readText(object.path);
        return text === undefined ? [] : [{ ...object, text }];
      }),
    create: write,
    update: (_from, object) => write(object),
    remove: async ({ path }) => {
      rmSync(path, { force: true });
      await syncFolder(dirname(path)).catch(() => undefined);
    },
  };
}

function fileRefused(failed: string, error: unknown): ViaductError {
  return new ViaductError('kernel-refused', `${failed}: ${error instanceof Error ? error.message : String(error)}`, {
    hint: hasCode(error, 'ENOSPC') ? 'Make room on its file system.' : 'Check the owner and mode of its folder.',
    cause: error,
  });
}
