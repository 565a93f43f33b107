/** `state` outlives the host's reboots, `run` does not. */
export type Root = 'state' | 'run';

/** One file of the store as it should be: text, or a link to another file of the same root. */
export interface StoreFile {
  readonly root: Root;
  readonly text?: string;
  readonly linkTo?: string;
}

/** A difference between the store and what it should hold; `file` is absent for one to be removed. */
export interface FileWrite {
  readonly root: Root;
  readonly path: string;
  readonly file?: StoreFile;
}

/** The files that differ between two collections. Values that are the same are not looked at. */
export function changedFiles<Key, Value>(
  before: ReadonlyMap<Key, Value>,
  after: ReadonlyMap<Key, Value>,
  filesOf: (value: Value) => ReadonlyMap<string, StoreFile>,
): FileWrite[] {
  const writes: FileWrite[] = [];
  const compare = (was: Value | undefined, is: Value | undefined) => {
    const old = was === undefined ? new Map<string, StoreFile>() : filesOf(was);
    const now = is === undefined ? new Map<string, StoreFile>() : filesOf(is);
    for (const [path, file] of now) {
      const had = old.get(path);
      if (had?.text !== file.text || had?.linkTo !== file.linkTo) writes.push({ root: file.root, path, file });
    }
    for (const [path, { root }] of old) if (!now.has(path)) writes.push({ root, path });
  };
  for (const [key, is] of after) if (before.get(key) !== is) compare(before.get(key), is);
  for (const [key, was] of before) if (!after.has(key)) compare(was, undefined);
  return writes;
}
