import { join } from 'node:path';
import type { BridgeFilterOff } from '../model/bridge-filter.ts';
import type { Catalog } from '../model/catalog.ts';
import { readText } from '../system/files.ts';
import type { Log } from './context.ts';
import type { FileWrite } from './file-writes.ts';
import type { StoreFolders } from './store-files.ts';

const path = 'bridge-filter-off.json';

/** What was set for the whole host, and what it was before: kept for as long as it is not undone. */
export function settingFilesBetween(before: Catalog, after: Catalog): readonly FileWrite[] {
  const { bridgeFilterOff } = after;
  if (before.bridgeFilterOff === bridgeFilterOff) return [];
  return [
    { root: 'state', path, ...(bridgeFilterOff !== undefined && { file: { root: 'state', text: JSON.stringify(bridgeFilterOff) } }) },
  ];
}

export function loadSettings({ stateDir }: StoreFolders, log: Log): Pick<Catalog, 'bridgeFilterOff'> {
  const text = readText(join(stateDir, path));
  if (text === undefined) return {};
  try {
    return { bridgeFilterOff: JSON.parse(text) as BridgeFilterOff };
  } catch (cause) {
    log.error({ err: cause, path }, `${path} cannot be read and is left alone.`);
    return {};
  }
}
