import { assertNever, ViaductError } from '../model/errors.ts';
import type { DevicePool, Network, VirtualPort, Vlan } from '../model/network.ts';
import { pciText } from '../model/pci.ts';
import type { Plug, Port } from '../model/port.ts';

/** Chooses where a new port's wire goes in. `others` are the network's ports so far: a pool is shared fairly among them. */
export function choosePlug(network: Network, virtualPort: VirtualPort | undefined, others: readonly Port[]): Plug {
  const { forward, bridge } = network;
  switch (forward.mode) {
    case 'isolated':
    case 'nat':
    case 'route':
    case 'open':
      return { type: 'network', bridge: bridge?.name ?? '', ...managerOf(network) };
    case 'bridge':
      if (bridge?.name !== undefined) return { type: 'bridge', bridge: bridge.name, ...managerOf(network) };
      return { type: 'direct', dev: memberOf(network, forward, false, others), mode: 'bridge' };
    case 'private':
    case 'vepa':
    case 'passthrough': {
      const exclusive = forward.mode === 'passthrough' || (forward.mode === 'private' && virtualPort?.type === '802.1Qbh');
      return { type: 'direct', dev: memberOf(network, forward, exclusive, others), mode: forward.mode };
    }
    case 'hostdev': {
      const used = poolConnections(others);
      const address = forward.addresses.find((candidate) => !used.has(pciText(candidate)));
      if (address === undefined) throw noneLeft(network);
      return {
        type: 'hostdev-pci',
        ...(forward.managed !== undefined && { managed: forward.managed }),
        address,
        ...(forward.driver !== undefined && { driver: forward.driver }),
      };
    }
    default:
      return assertNever(forward);
  }
}

/** How many ports use each device of a network's pool. Those whose machine has ended do not. */
export function poolConnections(others: readonly Port[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { plug, goneSince } of others) {
    if (goneSince !== undefined) continue;
    const member = plug.type === 'direct' ? plug.dev : plug.type === 'hostdev-pci' ? pciText(plug.address) : undefined;
    if (member !== undefined) counts.set(member, (counts.get(member) ?? 0) + 1);
  }
  return counts;
}

/** Refuses tags that the kind of network cannot carry. */
export function refuseVlan(network: Network, vlan: Vlan | undefined): void {
  const { mode } = network.forward;
  const carriesVlan = (mode === 'bridge' && network.bridge?.name !== undefined) || mode === 'hostdev' || mode === 'passthrough';
  if (vlan === undefined || vlan.tags.length === 0 || carriesVlan) return;
  throw new ViaductError(
    'config-unsupported',
    `an interface connecting to network '${network.name}' is requesting a vlan tag, but that is not supported for this type of network`,
    { hint: "VLAN tags work on networks of mode 'bridge' with a host bridge, 'passthrough' and 'hostdev'." },
  );
}

function managerOf(network: Network): { macTableManager?: 'kernel' | 'libvirt' } {
  const manager = network.bridge?.macTableManager;
  return manager === undefined ? {} : { macTableManager: manager };
}

/** The first unused device where it cannot be shared, else the least used one. */
function memberOf(network: Network, pool: DevicePool, exclusive: boolean, others: readonly Port[]): string {
  if (pool.interfaces.length === 0) {
    throw new ViaductError('internal', `network '${network.name}' uses a direct mode, but has no forward dev and no interface pool`, {
      hint: "Name at least one device: <forward mode='…'><interface dev='…'/></forward>.",
    });
  }
  const used = poolConnections(others);
  const [best] = pool.interfaces.toSorted((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0));
  if (best === undefined || (exclusive && used.has(best))) throw noneLeft(network);
  return best;
}

function noneLeft({ name }: Network): ViaductError {
  return new ViaductError('internal', `network '${name}' requires exclusive access to interfaces, but none are available`, {
    hint: 'Stop a guest that uses one of its devices, or add a device to the network.',
    params: { network: name },
  });
}
