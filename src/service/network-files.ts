import { formatNetwork } from '../formats/libvirt/network.ts';
import { formatPort } from '../formats/libvirt/port.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { extrasOf, type Port } from '../model/port.ts';
import { changedFiles, type FileWrite, type StoreFile } from './file-writes.ts';
import { interfaceFilesBetween } from './interface-files.ts';
import { settingFilesBetween } from './setting-files.ts';
import { currentOf } from './lookup.ts';

/** What has to be written and removed to get from one catalog to the other. Entries that are the same are not looked at. */
export function filesBetween(before: Catalog, after: Catalog): readonly FileWrite[] {
  return [
    ...changedFiles(before.networks, after.networks, networkFiles),
    ...(before.ports === after.ports ? [] : changedFiles(before.ports, after.ports, portFiles)),
    ...interfaceFilesBetween(before, after),
    ...settingFilesBetween(before, after),
  ];
}

export const definitionPath = (name: string) => `networks/${name}.xml`;
export const autostartPath = (name: string) => `networks/autostart/${name}.xml`;
export const livePath = (name: string) => `live/${name}.xml`;
export const guestsPath = (name: string) => `guests/${name}`;

function networkFiles(entry: NetworkEntry): ReadonlyMap<string, StoreFile> {
  const { config, live, autostart, guests } = entry;
  const { name } = currentOf(entry);
  const files = new Map<string, StoreFile>();
  if (config !== undefined) files.set(definitionPath(name), { root: 'state', text: `${heading(name)}${formatNetwork(config)}` });
  if (config !== undefined && autostart) files.set(autostartPath(name), { root: 'state', linkTo: definitionPath(name) });
  if (live !== undefined) files.set(livePath(name), { root: 'run', text: formatNetwork(live) });
  if (guests.length > 0) files.set(guestsPath(name), { root: 'run', text: guests.map((link) => `${link}\n`).join('') });
  return files;
}

/** The port as libvirt describes it, and beside it what only Viaduct keeps of it. */
function portFiles(port: Port): ReadonlyMap<string, StoreFile> {
  const extras = extrasOf(port);
  const path = `ports/${port.network}/${port.uuid}`;
  const files = new Map<string, StoreFile>([[`${path}.xml`, { root: 'run', text: formatPort(port) }]]);
  if (Object.keys(extras).length > 0) files.set(`${path}.json`, { root: 'run', text: JSON.stringify(extras) });
  return files;
}

function heading(name: string): string {
  // A comment must not hold two dashes, and any name may.
  return `<!-- Kept by Viaduct. What you change here by hand is lost at the next change;
     use instead: viaduct net-edit ${name.replaceAll(/-(?=-)/g, '- ')} -->
`;
}
