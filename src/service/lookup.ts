import { portsByNetwork, portsByWire } from '../compile/catalog.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import { parseUuid, type Uuid } from '../model/units.ts';
import { indexOf } from './catalog-index.ts';
import type { NetworkKey } from './operation-types.ts';

export interface FoundNetwork {
  readonly uuid: Uuid;
  readonly entry: NetworkEntry;
  /** The live definition of an active network, else the persistent one. */
  readonly network: Network;
}

/** By UUID where the text is one, else by name, as virsh looks networks up; or only in one of the two ways. */
export function findNetwork(catalog: Catalog, nameOrUuid: string, by?: NetworkKey): FoundNetwork {
  const uuid = by === 'name' ? undefined : parseUuid(nameOrUuid);
  const byUuid = uuid === undefined ? undefined : catalog.networks.get(uuid);
  if (uuid !== undefined && byUuid !== undefined) return { uuid, entry: byUuid, network: currentOf(byUuid) };
  const byName = by === 'uuid' ? undefined : findByName(catalog, nameOrUuid);
  if (byName !== undefined) return byName;
  throw new ViaductError(
    'network-not-found',
    uuid === undefined ? `no network with matching name '${nameOrUuid}'` : `no network with matching uuid '${uuid}'`,
    { hint: 'List all networks with `viaduct net-list --all`.', params: { network: nameOrUuid } },
  );
}

export function findByName(catalog: Catalog, name: string): FoundNetwork | undefined {
  const uuid = indexOf(catalog).byName.get(name);
  const entry = uuid === undefined ? undefined : catalog.networks.get(uuid);
  return uuid === undefined || entry === undefined ? undefined : { uuid, entry, network: currentOf(entry) };
}

export function currentOf(entry: NetworkEntry): Network {
  const network = entry.live ?? entry.config;
  if (network === undefined) throw new TypeError('A network without any definition is in the catalog.');
  return network;
}

/** By UUID, name, the name of its wire, or its guest's name where that guest has one port only. `network` narrows the search. */
export function findPort({ ports }: Catalog, network: Uuid | undefined, text: string): Port {
  const uuid = parseUuid(text);
  const byUuid = uuid === undefined ? undefined : ports.get(uuid);
  if (byUuid !== undefined && isIn(byUuid, network)) return byUuid;
  if (uuid !== undefined)
    throw new ViaductError('port-not-found', `Network port with UUID ${uuid} does not exist`, { params: { port: text } });
  const owned = portsCalled(ports, network, text);
  const [found] = owned;
  if (found === undefined) {
    throw new ViaductError('port-not-found', `Network port '${text}' does not exist`, {
      hint: 'List all ports with `viaduct port list`.',
      params: { port: text },
    });
  }
  if (owned.length > 1) {
    throw new ViaductError('invalid-argument', `Guest '${text}' has ${owned.length} ports.`, {
      hint: `Name one of them: ${owned.map(({ uuid: one }) => one).join(', ')}`,
      params: { port: text },
    });
  }
  return found;
}

function portsCalled(ports: Catalog['ports'], network: Uuid | undefined, text: string): readonly Port[] {
  const wired = portsByWire(ports).get(text);
  const owned: Port[] = [];
  for (const port of ports.values()) {
    if (!isIn(port, network)) continue;
    if (port.name === text) return [port];
    if (port.owner.name === text) owned.push(port);
  }
  return wired?.link !== undefined && isIn(wired, network) ? [wired] : owned;
}

/** The very same list until a port comes, goes or changes. */
export function portsOf({ ports }: Catalog, network: Uuid): readonly Port[] {
  return portsByNetwork(ports).get(network) ?? none;
}

const none: readonly Port[] = [];

function isIn(port: Port, network: Uuid | undefined): boolean {
  return network === undefined || port.network === network;
}
