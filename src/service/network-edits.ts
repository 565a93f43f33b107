import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import { ownsBridge, type Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import type { Uuid } from '../model/units.ts';
import { currentOf, findByName } from './lookup.ts';

/** Pure edits of the catalog: each refuses what libvirt refuses, in libvirt's words. */

/** Adds a persistent definition, or replaces the one of the same name and UUID. What runs goes on as it is. */
export function define(catalog: Catalog, config: Network): Catalog {
  refuseClash(catalog, config);
  const before = catalog.networks.get(config.uuid);
  return withEntry(catalog, config.uuid, { ...(before ?? newEntry), config });
}

/** Makes a network active without keeping a definition of it; of a defined one it starts the given variant. */
export function create(catalog: Catalog, live: Network): Catalog {
  refuseClash(catalog, live);
  const before = catalog.networks.get(live.uuid);
  if (before?.live !== undefined) {
    throw new ViaductError('operation-invalid', `network is already active as '${before.live.name}'`, { params: { network: live.name } });
  }
  return withEntry(catalog, live.uuid, { ...(before ?? newEntry), live });
}

/** Forgets the persistent definition. A running network becomes transient. */
export function undefine(catalog: Catalog, uuid: Uuid): Catalog {
  const { config: _config, ...rest } = persistent(catalog, uuid, "can't undefine transient network");
  return rest.live === undefined ? withoutEntry(catalog, uuid) : withEntry(catalog, uuid, { ...rest, autostart: false });
}

export function activate(catalog: Catalog, uuid: Uuid): Catalog {
  const entry = entryOf(catalog, uuid);
  if (entry.live !== undefined || entry.config === undefined) {
    throw new ViaductError('operation-invalid', 'network is already active', { params: { network: currentOf(entry).name } });
  }
  return withEntry(catalog, uuid, { ...entry, live: entry.config });
}

/**
 * Stops a network. Its ports are forgotten, as libvirt does, except those whose wire Viaduct made for
 * a persistent network: they come back when it is started again. So do the guests' own links.
 */
export function deactivate(catalog: Catalog, uuid: Uuid): Catalog {
  const { live, ...rest } = entryOf(catalog, uuid);
  if (live === undefined) {
    const name = rest.config?.name ?? uuid;
    throw new ViaductError('operation-invalid', `network '${name}' is not active`, { params: { network: name } });
  }
  const stays = (port: Port) => port.network !== uuid || (rest.config !== undefined && port.link !== undefined);
  const ports = new Map([...catalog.ports].filter(([, port]) => stays(port)));
  const stopped = { ...catalog, ports };
  return rest.config === undefined ? withoutEntry(stopped, uuid) : withEntry(stopped, uuid, rest);
}

export function setAutostart(catalog: Catalog, uuid: Uuid, autostart: boolean): Catalog {
  const entry = persistent(catalog, uuid, 'cannot set autostart for transient network');
  return entry.autostart === autostart ? catalog : withEntry(catalog, uuid, { ...entry, autostart });
}

/** Which of a network's two definitions an update is for. */
export interface Which {
  readonly live: boolean;
  readonly config: boolean;
}

/** Resolves libvirt's flags: neither of them means the live definition of an active network, else the persistent one. */
export function whichDefinitions(entry: NetworkEntry, flags: { live?: boolean; config?: boolean }): Which {
  const live = flags.live === true || (flags.config !== true && entry.live !== undefined);
  const config = flags.config === true || (flags.live !== true && entry.live === undefined);
  if (live && entry.live === undefined) throw new ViaductError('operation-invalid', 'network is not running');
  if (config && entry.config === undefined) {
    throw new ViaductError('operation-invalid', 'transient networks do not have any persistent config');
  }
  return { live, config };
}

/** Changes one or both definitions of a network by the same function, live first. */
export function updateDefinitions(catalog: Catalog, uuid: Uuid, which: Which, update: (network: Network) => Network): Catalog {
  const entry = entryOf(catalog, uuid);
  return withEntry(catalog, uuid, {
    ...entry,
    ...(which.live && entry.live !== undefined && { live: update(entry.live) }),
    ...(which.config && entry.config !== undefined && { config: update(entry.config) }),
  });
}

export function entryOf(catalog: Catalog, uuid: Uuid): NetworkEntry {
  const entry = catalog.networks.get(uuid);
  if (entry === undefined) throw new ViaductError('network-not-found', `no network with matching uuid '${uuid}'`);
  return entry;
}

export function withEntry(catalog: Catalog, uuid: Uuid, entry: NetworkEntry): Catalog {
  return { ...catalog, networks: new Map(catalog.networks).set(uuid, entry) };
}

function withoutEntry(catalog: Catalog, uuid: Uuid): Catalog {
  const networks = new Map(catalog.networks);
  networks.delete(uuid);
  const ports = new Map([...catalog.ports].filter(([, port]) => port.network !== uuid));
  return { ...catalog, networks, ports };
}

const newEntry: NetworkEntry = { autostart: false, guests: [] };

function persistent(catalog: Catalog, uuid: Uuid, refusal: string): NetworkEntry {
  const entry = entryOf(catalog, uuid);
  if (entry.config === undefined) throw new ViaductError('operation-invalid', refusal, { params: { network: currentOf(entry).name } });
  return entry;
}

/** One name, one UUID; and a bridge of ours belongs to one network, running or not. */
function refuseClash(catalog: Catalog, network: Network): void {
  const { name, uuid, bridge } = network;
  const sameUuid = catalog.networks.get(uuid);
  if (sameUuid !== undefined && currentOf(sameUuid).name !== name) {
    throw new ViaductError('network-exists', `network '${currentOf(sameUuid).name}' is already defined with uuid ${uuid}`, {
      hint: 'Leave the uuid out to make another network, or undefine that one first.',
      params: { network: currentOf(sameUuid).name },
    });
  }
  const sameName = findByName(catalog, name);
  if (sameName !== undefined && sameName.uuid !== uuid) {
    throw new ViaductError('network-exists', `network '${name}' already exists with uuid ${sameName.uuid}`, {
      hint: `To change it, give the document <uuid>${sameName.uuid}</uuid>.`,
      params: { network: name },
    });
  }
  if (!ownsBridge(network) || bridge?.name === undefined) return;
  for (const [other, { config, live }] of catalog.networks) {
    if (other === uuid || ![config, live].some((one) => one?.bridge?.name === bridge.name)) continue;
    throw new ViaductError('name-in-use', `bridge name '${bridge.name}' already in use.`, {
      hint: `Network "${(live ?? config)?.name}" has it; leave the name out to get a free one.`,
      params: { bridge: bridge.name },
    });
  }
}
