import { useQueries, useQuery } from '@tanstack/react-query';
import type { TopologyNode } from '../../../src/model/topology.ts';
import type { NetworkLease, NetworkSummary, PortAddress, PortSummary } from '../../../src/service/operation-types.ts';
import { operation } from '../lib/live.ts';
import { useRates, type Rate } from '../topology/rates.ts';

/** One guest NIC: what the kernel shows of its outer half, and what Viaduct knows of it. */
export interface GuestRow {
  readonly key: string;
  readonly label: string;
  /** Of the network or foreign bridge it hangs on. */
  readonly place: string;
  readonly network: string | undefined;
  /** Outer half; undefined while the port has no wire. */
  readonly tap: string | undefined;
  readonly mac: string | undefined;
  readonly addresses: readonly PortAddress[];
  readonly state: string;
  readonly rate: Rate | undefined;
  readonly dropped: number;
  /** Present for a port of Viaduct's. */
  readonly port: PortSummary | undefined;
}

/** Every guest NIC, whoever plugged it in, with where each address is known from. Undefined until known. */
export function useGuestRows(): { readonly rows: readonly GuestRow[] | undefined; readonly error: Error | null } {
  const { data, error } = useQuery(operation('topology.get', {}, 2000));
  const ports = useQuery(operation('port.list', { details: true }, 5000)).data ?? [];
  const networks = useQuery(operation('network.list', {})).data ?? [];
  const leases = useLeases(networks);
  const rates = useRates(data);
  if (data === undefined) return { rows: undefined, error };
  const { topology, counters } = data;
  const switches = new Map(topology.nodes.flatMap((node) => (node.kind === 'switch' ? [[node.id, node] as const] : [])));
  const switchOf = new Map(topology.edges.flatMap(({ from, to }) => (switches.has(from) ? [[to, switches.get(from)] as const] : [])));
  const portByUuid = new Map(ports.map((port) => [port.uuid as string, port]));
  const wired = topology.nodes.flatMap((node): GuestRow[] => {
    if (node.kind !== 'guest') return [];
    const port = portByUuid.get(node.portUuid ?? '') ?? ports.find(({ device }) => device === node.tap);
    if (port !== undefined) portByUuid.delete(port.uuid);
    const place = switchOf.get(node.id);
    const count = counters[node.tap];
    return [
      {
        key: port?.uuid ?? node.portUuid ?? node.id,
        label: port?.name ?? node.guest ?? leases.find(({ mac }) => mac !== undefined && mac === node.mac)?.hostname ?? node.label,
        place: place?.label ?? '–',
        network: place?.network?.name ?? port?.network.name,
        tap: node.tap,
        mac: node.mac,
        addresses: addressesOf(node, port, leases),
        state: port?.down === true ? 'cut' : (port?.state ?? node.portState ?? node.state),
        rate: rates.get(node.tap),
        dropped: (count?.rxDropped ?? 0) + (count?.txDropped ?? 0),
        port,
      },
    ];
  });
  const waiting = [...portByUuid.values()].map((port): GuestRow => ({
    key: port.uuid,
    label: port.name ?? port.owner.name,
    place: port.network.name,
    network: port.network.name,
    tap: port.device,
    mac: port.mac,
    addresses: port.addresses ?? [],
    state: port.state ?? 'planned',
    rate: undefined,
    dropped: 0,
    port,
  }));
  return { rows: [...wired, ...waiting], error };
}

function addressesOf(
  node: Extract<TopologyNode, { kind: 'guest' }>,
  port: PortSummary | undefined,
  leases: readonly NetworkLease[],
): readonly PortAddress[] {
  const known = port?.addresses ?? [];
  const seen = node.addresses.filter((address) => !known.some((one) => one.address === address));
  return [
    ...known,
    ...seen.map((address): PortAddress => ({ address, source: leases.some((lease) => lease.address === address) ? 'lease' : 'seen' })),
  ];
}

/** What the networks' own DHCP gave out. */
function useLeases(networks: readonly NetworkSummary[]): readonly NetworkLease[] {
  const serving = networks.filter(({ active, addresses }) => active && addresses.length > 0);
  return useQueries({
    queries: serving.map(({ name }) => operation('network.leases', { network: name }, 5000)),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
}
