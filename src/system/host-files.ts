import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFile } from '../model/host-config.ts';
import { readText } from './files.ts';

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
    const text = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readText(path) : undefined;
    return text === undefined ? [] : [{ path, text }];
  });
}
