import { join } from 'node:path';
import { parseNetwork } from '../formats/libvirt/network.ts';
import { parsePort } from '../formats/libvirt/port.ts';
import { emptyCatalog, type Catalog, type NetworkEntry } from '../model/catalog.ts';
import { ownsBridge, type Network, type NetworkDraft } from '../model/network.ts';
import type { Port, PortExtras } from '../model/port.ts';
import { parseIfName, parseUuid, type IfName, type Uuid } from '../model/units.ts';
import { readText } from '../system/files.ts';
import { completeNetwork } from './complete.ts';
import type { Log } from './context.ts';
import { loadInterfaces, rolledBack } from './interface-load.ts';
import { currentOf } from './lookup.ts';
import { definitionPath, guestsPath, livePath } from './network-files.ts';
import { loadSettings } from './setting-files.ts';
import { namesIn, type StoreFolders } from './store-files.ts';

export interface Loaded {
  /** The networks whose files say everything. */
  readonly asRead: Catalog;
  /** With those whose files left something open, which has been chosen now and wants to be written. */
  readonly complete: Catalog;
}

/** Reads the whole store. A file that cannot be understood is reported and left alone, and harms no other. */
export async function loadCatalog(folders: StoreFolders, log: Log, { rebooted = false } = {}): Promise<Loaded> {
  const { stateDir, runDir } = folders;
  const parsed = new Map<string, NetworkDraft>();
  const configs = await readNetworks(stateDir, 'networks', definitionPath, parsed, log);
  const lives = await readNetworks(runDir, 'live', livePath, parsed, log);
  const autostart = new Set(await namesIn(join(stateDir, 'networks/autostart'), '.xml'));

  const networks = new Map<Uuid, NetworkEntry>();
  const add = (name: string, config: Network | undefined, live: Network | undefined, guests: readonly IfName[]) => {
    const uuid = live?.uuid ?? config?.uuid;
    if (uuid === undefined) return;
    const other = networks.get(uuid);
    if (other === undefined)
      networks.set(uuid, {
        ...(config && { config }),
        ...(live && { live }),
        autostart: config !== undefined && autostart.has(name),
        guests,
      });
    else log.error({ network: name, uuid }, `The definition of '${name}' is passed over: '${currentOf(other).name}' has the same uuid.`);
  };

  const open: { name: string; draft: NetworkDraft }[] = [];
  for (const name of new Set([...configs.keys(), ...lives.keys()])) {
    const [draft, live] = [configs.get(name), lives.get(name)];
    if (draft !== undefined && !isWhole(draft)) open.push({ name, draft });
    else add(name, draft as Network | undefined, live as Network | undefined, readGuests(runDir, name));
  }
  const ports = await readPorts(runDir, networks, log);
  const asRead = {
    ...emptyCatalog,
    networks: new Map(networks),
    ports,
    ...(await loadInterfaces(folders, log)),
    ...loadSettings(folders, log),
  };
  for (const { name, draft } of open) {
    const live = lives.get(name) as Network | undefined;
    const config = completeNetwork({ ...asRead, networks }, { ...(live && { uuid: live.uuid }), ...draft }, new Set());
    add(name, config, live, readGuests(runDir, name));
  }
  return { asRead, complete: { ...(rebooted ? rolledBack(asRead) : asRead), networks } };
}

/** Nothing is left for {@link completeNetwork} to choose. */
function isWhole({ uuid, bridge, mac, forward }: NetworkDraft): boolean {
  return (
    uuid !== undefined && (!ownsBridge({ forward }) || (bridge?.name !== undefined && !bridge.name.includes('%d') && mac !== undefined))
  );
}

function readGuests(runDir: string, name: string): readonly IfName[] {
  const text = readText(join(runDir, guestsPath(name))) ?? '';
  return text.split('\n').flatMap((line) => parseIfName(line) ?? []);
}

/** Most networks run as they are defined: a text that was `parsed` before is the same definition. */
async function readNetworks(
  base: string,
  folder: string,
  pathOf: (name: string) => string,
  parsed: Map<string, NetworkDraft>,
  log: Log,
): Promise<ReadonlyMap<string, NetworkDraft>> {
  const networks = new Map<string, NetworkDraft>();
  for (const name of await namesIn(join(base, folder), '.xml')) {
    const path = join(base, pathOf(name));
    try {
      const text = (readText(path) ?? '').replace(/^<!--[^]*?-->\n/, '');
      const draft = parsed.get(text) ?? parseNetwork(text, { stored: true });
      parsed.set(text, draft);
      if (draft.name === name) networks.set(name, draft);
      else log.error({ path }, `The definition in ${path} is passed over: it names its network '${draft.name}', and its file another.`);
    } catch (cause) {
      log.error({ err: cause, path }, `The definition in ${path} cannot be read and is left alone.`);
    }
  }
  return networks;
}

async function readPorts(runDir: string, networks: ReadonlyMap<Uuid, NetworkEntry>, log: Log): Promise<ReadonlyMap<Uuid, Port>> {
  const ports = new Map<Uuid, Port>();
  for (const folder of await namesIn(join(runDir, 'ports'))) {
    const network = parseUuid(folder);
    if (network === undefined || !networks.has(network)) continue;
    for (const name of await namesIn(join(runDir, 'ports', folder), '.xml')) {
      const path = join(runDir, 'ports', folder, name);
      try {
        const port = parsePort(readText(`${path}.xml`) ?? '');
        const extras = JSON.parse(readText(`${path}.json`) ?? '{}') as PortExtras;
        ports.set(port.uuid, { ...port, ...extras, network });
      } catch (cause) {
        log.error({ err: cause, path }, `The port in ${path}.xml cannot be read and is left alone.`);
      }
    }
  }
  return ports;
}
