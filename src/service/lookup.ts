import { portsByNetwork } from '../compile/catalog.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import { parseUuid, type Uuid } from '../model/units.ts';

export interface FoundNetwork {
  readonly uuid: Uuid;
  readonly entry: NetworkEntry;
  /** The live definition of an active network, else the persistent one. */
  readonly network: Network;
}

/** By UUID where the text is one, else by name, as virsh looks networks up. */
export function findNetwork(catalog: Catalog, nameOrUuid: string): FoundNetwork {
  const uuid = parseUuid(nameOrUuid);
  const byUuid = uuid === undefined ? undefined : catalog.networks.get(uuid);
  if (uuid !== undefined && byUuid !== undefined) return { uuid, entry: byUuid, network: currentOf(byUuid) };
  const byName = findByName(catalog, nameOrUuid);
  if (byName !== undefined) return byName;
  throw new ViaductError(
    'network-not-found',
    uuid === undefined ? `no network with matching name '${nameOrUuid}'` : `no network with matching uuid '${uuid}'`,
    { hint: 'List all networks with `viaduct net-list --all`.', params: { network: nameOrUuid } },
  );
}

export function findByName(catalog: Catalog, name: string): FoundNetwork | undefined {
  for (const [uuid, entry] of catalog.networks) {
    const network = currentOf(entry);
    if (network.name === name) return { uuid, entry, network };
  }
  return undefined;
}

export function currentOf(entry: NetworkEntry): Network {
  const network = entry.live ?? entry.config;
  if (network === undefined) throw new TypeError('A network without any definition is in the catalog.');
  return network;
}

export function findPort(catalog: Catalog, network: Uuid, text: string): Port {
  const uuid = parseUuid(text);
  const port = uuid === undefined ? undefined : catalog.ports.get(uuid);
  if (port === undefined || port.network !== network) {
    throw new ViaductError('port-not-found', `Network port with UUID ${uuid ?? text} does not exist`, { params: { port: text } });
  }
  return port;
}

export function portsOf({ ports }: Catalog, network: Uuid): readonly Port[] {
  return portsByNetwork(ports).get(network) ?? [];
}
