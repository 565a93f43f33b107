import { formatInterface } from '../formats/libvirt/interface.ts';
import type { Catalog, InterfaceEntry } from '../model/catalog.ts';
import { changedFiles, type FileWrite, type StoreFile } from './file-writes.ts';

/** Definitions are kept as libvirt writes them; what runs, and what it borrowed, in one file of our own for each. */
export const interfacePath = (name: string) => `interfaces/${name}.xml`;
export const runningPath = (name: string) => `interfaces/${name}.json`;
export const restorePointPath = 'restore-point.json';
export const checkpointPath = 'checkpoint.json';
export const lastChangePath = 'last-change.json';

export function interfaceFilesBetween(before: Catalog, after: Catalog): readonly FileWrite[] {
  const writes = before.interfaces === after.interfaces ? [] : changedFiles(before.interfaces, after.interfaces, filesOf);
  const { restorePoint, checkpoint, lastChange } = after;
  return [
    ...writes,
    ...(before.restorePoint === restorePoint ? [] : [stateFile(restorePointPath, restorePoint && [...restorePoint])]),
    ...(before.checkpoint === checkpoint
      ? []
      : [stateFile(checkpointPath, checkpoint && { ...checkpoint, interfaces: [...checkpoint.interfaces] })]),
    ...(before.lastChange === lastChange
      ? []
      : [stateFile(lastChangePath, lastChange && { ...lastChange, before: [...lastChange.before], after: [...lastChange.after] })]),
  ];
}

function stateFile(path: string, value: object | undefined): FileWrite {
  return { root: 'state', path, ...(value !== undefined && { file: { root: 'state', text: JSON.stringify(value) } }) };
}

function filesOf({ config, live }: InterfaceEntry): ReadonlyMap<string, StoreFile> {
  const files = new Map<string, StoreFile>();
  if (config !== undefined)
    files.set(interfacePath(config.name), { root: 'state', text: `${heading(config.name)}${formatInterface(config)}` });
  if (live !== undefined) files.set(runningPath(live.definition.name), { root: 'run', text: JSON.stringify(live) });
  return files;
}

function heading(name: string): string {
  return `<!-- Kept by Viaduct. What you change here by hand is lost at the next change;
     use instead: viaduct iface-edit ${name.replaceAll(/-(?=-)/g, '- ')} -->
`;
}
