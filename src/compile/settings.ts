import type { Catalog } from '../model/catalog.ts';
import { hostState, type HostState } from '../model/host-state.ts';
import type { Scope } from './catalog.ts';
import { bridgeFilterObjects } from './linux/bridge-filter.ts';

/** What an edit touches of the settings of the whole host. */
export function settingScope(before: Catalog, after: Catalog): Scope {
  const unchanged = before.bridgeFilterOff === after.bridgeFilterOff;
  return unchanged ? { before: new Map(), after: new Map() } : { before: compileSettings(before), after: compileSettings(after) };
}

export function compileSettings({ bridgeFilterOff }: Catalog): HostState {
  return hostState(bridgeFilterOff === undefined ? [] : bridgeFilterObjects(bridgeFilterOff));
}
