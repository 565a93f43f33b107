import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHost } from '../../../src/hostconfig/index.ts';
import type { BackendName, HostEdit, HostFile } from '../../../src/model/host-config.ts';
import type { HostInterface } from '../../../src/model/host-interface.ts';

/** The files below a folder, by their paths on the host. */
export function filesBelow(folder: string): HostFile[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((found) => found.isFile());
  return names
    .map((found) => join(found.parentPath, found.name))
    .toSorted()
    .map((path) => ({ path: path.slice(folder.length), text: readFileSync(path, 'utf8') }));
}

/** Files after an edit. */
export function applied(files: readonly HostFile[], edit: HostEdit): HostFile[] {
  if ('unsupported' in edit) return [...files];
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  for (const { path, after } of edit.changes) {
    if (after === undefined) texts.delete(path);
    else texts.set(path, after);
  }
  return [...texts].map(([path, text]) => ({ path, text }));
}

export function definitionsIn(backend: BackendName, files: readonly HostFile[]): Map<string, HostInterface> {
  return new Map(readHost(new Map([[backend, files]])).interfaces.map(({ definition }) => [definition.name, definition]));
}
