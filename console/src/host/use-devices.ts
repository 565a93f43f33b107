import { useQuery } from '@tanstack/react-query';
import { operation } from '../lib/live.ts';

/** A device of the host that can be a port or an uplink. */
export interface Device {
  readonly name: string;
  readonly isBridge: boolean;
  readonly mac: string | undefined;
  readonly addresses: readonly string[];
  readonly carriesDefaultRoute: boolean;
  /** The bridge it is a port of. */
  readonly bridge: string | undefined;
  /** The address of this page's own host is on it. */
  readonly isOurs: boolean;
}

/** Cards, bonds, VLANs and bridges of the host itself; what programs made for their containers and guests is left out. */
export function useDevices(): readonly Device[] {
  const { data } = useQuery(operation('topology.get', {}, 2000));
  if (data === undefined) return [];
  const { nodes, edges } = data.topology;
  const bridgeOf = new Map(
    edges.filter(({ kind, to }) => kind === 'wire' && to.startsWith('switch/')).map(({ from, to }) => [from, to.slice('switch/'.length)]),
  );
  const own = location.hostname.replace(/^\[|\]$/g, '');
  return nodes.flatMap((node): Device[] => {
    const { id, link: name, kind, owner } = node;
    if (name === undefined || kind === 'guest' || kind === 'outside' || (owner !== 'host' && owner !== 'viaduct')) return [];
    const about = kind === 'switch' ? node.hostPort : node;
    const addresses = about?.addresses ?? [];
    return [
      {
        name,
        isBridge: kind === 'switch',
        mac: about?.mac,
        addresses,
        carriesDefaultRoute: kind !== 'switch' && node.carriesDefaultRoute,
        bridge: bridgeOf.get(id),
        isOurs: addresses.some((address) => address.split('/')[0] === own),
      },
    ];
  });
}

/** `br0`, or the next that nobody has. */
export function freeName(stem: string, taken: ReadonlySet<string>): string {
  for (let number = 0; ; number += 1) if (!taken.has(`${stem}${number}`)) return `${stem}${number}`;
}
