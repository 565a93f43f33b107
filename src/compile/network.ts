import type { HostFacts } from '../model/facts.ts';
import { assertNever, ViaductError } from '../model/errors.ts';
import { hostState } from '../model/host-state.ts';
import type { HostObject, HostState } from '../model/host-state.ts';
import type { Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import { parseIfName } from '../model/units.ts';
import type { IfName, Mac } from '../model/units.ts';
import { bandwidthObjects } from './linux/bandwidth.ts';
import { bridgeObject } from './linux/bridge.ts';
import { dnsmasqObjects } from './linux/dnsmasq-objects.ts';
import type { TargetAddress } from './linux/forwards.ts';
import { guestGuards, guestLinks, wireGuards } from './linux/guards.ts';
import { namesObjects } from './linux/names.ts';
import { nftNetwork } from './linux/nftables.ts';
import { guestObjects, portObjects, taggedWires } from './linux/ports.ts';
import { reflects } from './linux/reflections.ts';
import { addressObjects, routeObjects } from './linux/routes.ts';
import { bridgeSysctls, forwardingSysctls } from './linux/sysctls.ts';

/** An active network with everything that hangs on it. */
export interface ActiveNetwork {
  readonly network: Network;
  readonly ports: readonly Port[];
  readonly guests: readonly IfName[];
  readonly guestMacs?: ReadonlyMap<IfName, Mac>;
  /** Where the guests are that forwards name. */
  readonly targets?: readonly TargetAddress[];
}

/** Everything that must exist on the host while the network is active. */
export function compileNetwork(active: ActiveNetwork, facts: HostFacts): HostState {
  return hostState([...networkObjects(active, facts), ...wireObjects(active.network, active.ports, facts)]);
}

/** What hangs on no single port of ours: the segment itself, and the links that other programs have put on it. */
export function networkObjects(
  { network, ports, guests, guestMacs, targets = [] }: ActiveNetwork,
  facts: HostFacts,
): readonly HostObject[] {
  const { forward } = network;
  switch (forward.mode) {
    case 'isolated':
    case 'nat':
    case 'route':
    case 'open': {
      const reflecting = reflects(network, facts);
      const links = guestLinks(ports, guests, guestMacs);
      return [
        ...segmentObjects(network, ports, targets, facts),
        ...guestObjects(network, bridgeName(network), links, reflecting),
        ...guestGuards(network, links, reflecting),
      ];
    }
    case 'bridge': // The bridge is the host's; we attach ports to it and shape it.
      return network.bridge?.name === undefined ? [] : bandwidthObjects(bridgeName(network), network.bandwidth);
    case 'private':
    case 'vepa':
    case 'passthrough':
    case 'hostdev':
      return [];
    default:
      return assertNever(forward);
  }
}

/** What these ports of the network have of their own. No other port has a part in it: so few can be compiled without the many. */
export function wireObjects(network: Network, ports: readonly Port[], facts: HostFacts): readonly HostObject[] {
  const reflecting = reflects(network, facts);
  const wires = ports.flatMap((port) => portObjects(network, port, reflecting));
  return network.forward.mode === 'bridge' ? [...taggedWires(network, ports), ...wires, ...wireGuards(network, ports)] : wires;
}

/** The bridge with its addresses, rules, routes and services. */
function segmentObjects(network: Network, ports: readonly Port[], targets: readonly TargetAddress[], facts: HostFacts): HostObject[] {
  const bridge = bridgeName(network);
  const rules = nftNetwork(network, ports, targets);
  return [
    bridgeObject(network, bridge),
    ...(facts.kernel.ipv6 ? bridgeSysctls(network, bridge) : []),
    ...(rules === undefined ? [] : [{ kind: 'nft-network', bridge, rules } as const]),
    ...addressObjects(network, bridge),
    ...routeObjects(network, bridge),
    ...forwardingSysctls(network),
    ...dnsmasqObjects(network, bridge, ports, facts),
    ...(facts.resolved === true ? namesObjects(network, bridge) : []),
    ...bandwidthObjects(bridge, network.bandwidth, ports),
  ];
}

/** libvirt stores any bridge name and only finds out at start what the kernel says to it; so do we. */
function bridgeName({ name, bridge }: Network): IfName {
  const parsed = parseIfName(bridge?.name ?? '');
  if (parsed === undefined)
    throw new ViaductError('kernel-refused', `error creating bridge interface ${bridge?.name}: Numerical result out of range`, {
      hint: `Give network '${name}' a bridge name of at most 15 characters without blanks, slashes and colons.`,
      params: { network: name },
    });
  return parsed;
}
