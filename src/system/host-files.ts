import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ViaductError } from '../model/errors.ts';
import type { HostFile, HostFileChange, KeptFile } from '../model/host-config.ts';
import { hasCode } from './errno.ts';
import { syncFolder, writeSynced } from './files.ts';

/** The files at a place of the host's configuration: those in a folder, or the one it names. None where nothing is. */
export function hostFilesAt(place: string): readonly HostFile[] {
  const entry = statSync(place, { throwIfNoEntry: false });
  if (entry === undefined) return [];
  const paths = entry.isDirectory()
    ? readdirSync(place)
        .toSorted()
        .map((name) => join(place, name))
    : [place];
  return paths.flatMap((path) => {
    const text = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readHostFile(path) : undefined;
    return text === undefined ? [] : [{ path, text }];
  });
}

/** The text of a file; undefined where there is none. Bytes that are no UTF-8 come as U+FFFD: see {@link keepFile}. */
export function readHostFile(path: string): string | undefined {
  return bytesOf(path)?.toString('utf8');
}

/**
 * A change with the mode and the owner of the file as it is, which writing it leaves alone.
 *
 * @throws `spec-invalid` when the file is not text, or not the text that the change was made from.
 */
export function keepFile(change: HostFileChange): KeptFile {
  const { path, before } = change;
  const bytes = bytesOf(path);
  if (bytes?.toString('utf8') !== before) throw changedMeanwhile(path);
  if (bytes === undefined) return change;
  if (!Buffer.from(bytes.toString('utf8')).equals(bytes))
    throw new ViaductError('spec-invalid', `${path} is not text in UTF-8`, { hint: 'The file is left as it is. Change it by hand.' });
  const { mode, uid, gid } = statSync(path);
  return { ...change, mode: mode & 0o7777, owner: { uid, gid } };
}

/** What a file is now: as before the change, as after it, or neither, because somebody else wrote it. */
export function stateOf({ path, before, after }: KeptFile): 'before' | 'after' | 'other' {
  const text = readHostFile(path);
  return text === before ? 'before' : text === after ? 'after' : 'other';
}

/**
 * Makes a file what it is after the change, or before it: with its mode and owner, through to the disk, and at every moment
 * one or the other. Repeating it changes nothing.
 */
export async function putFile({ path, before, after, mode, owner }: KeptFile, wanted: 'before' | 'after'): Promise<void> {
  const text = wanted === 'before' ? before : after;
  const folder = dirname(path);
  if (text === undefined) rmSync(path, { force: true });
  else {
    // No back end reads a name that begins with a dot.
    const beside = join(folder, `.${basename(path)}.viaduct`);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await writeSynced(beside, text, mode);
    chmodSync(beside, mode);
    if (owner !== undefined) chownSync(beside, owner.uid, owner.gid);
    renameSync(beside, path);
  }
  await syncFolder(folder);
}

/** Takes away what a daemon that died left beside a file. */
export function tidyBeside({ path }: KeptFile): void {
  rmSync(join(dirname(path), `.${basename(path)}.viaduct`), { force: true });
}

export function changedMeanwhile(path: string): ViaductError {
  return new ViaductError('operation-invalid', `${path} was changed by somebody else meanwhile`, {
    hint: 'It was left alone. Look at it, and ask again.',
    params: { path },
  });
}

function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
