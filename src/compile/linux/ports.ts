import { assertNever } from '../../model/errors.ts';
import type { BridgePortObject, HostObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import type { Port, PortLink } from '../../model/port.ts';
import { parseIfName, parseMac } from '../../model/units.ts';
import type { IfName, Mac } from '../../model/units.ts';
import { filteringBridge, portVlans, vlanOf, type PortVlan } from '../../model/vlan.ts';
import { bandwidthObjects } from './bandwidth.ts';
import { portGuard, type GuestLink } from './guards.ts';
import { ovsPort } from './open-vswitch.ts';

const known = new WeakMap<Port, { readonly network: Network; readonly reflecting: boolean; readonly objects: readonly HostObject[] }>();

/**
 * The wire of a port, its place in the bridge and its shaping. Ports whose wire a client makes own nothing here.
 * Remembered for as long as the port is: plugging in one must not cost more where there are many.
 */
export function portObjects(network: Network, port: Port, reflecting: boolean): readonly HostObject[] {
  const before = known.get(port);
  if (before?.network === network && before.reflecting === reflecting) return before.objects;
  const objects = compilePort(network, port, reflecting);
  known.set(port, { network, reflecting, objects });
  return objects;
}

function compilePort(network: Network, port: Port, reflecting: boolean): readonly HostObject[] {
  const { link, goneSince } = port;
  if (link === undefined || goneSince !== undefined) return [];
  const isolated = port.isolated ?? network.portIsolated ?? false;
  const bridge = bridgeOfPort(network, port);
  return [
    linkObject(network, port, link),
    ...(link.kind === 'macvtap' || bridge === undefined
      ? []
      : onOpenVSwitch(network, port)
        ? [ovsPort(network, port, link.name, bridge)]
        : [{ ...member(link.name, bridge, { isolated, hairpin: reflecting, claim: 'owned' }), ...tags(network, port) }]),
    ...bandwidthObjects(link.name, port.bandwidth),
    ...portGuard(network, port, reflecting),
  ];
}

/** Frames of such a port pass Open vSwitch, and no bridge of the kernel's. */
function onOpenVSwitch({ virtualPort }: Network, port: Port): boolean {
  return (port.virtualPort ?? virtualPort)?.type === 'openvswitch';
}

/** What stays of the ports of a network that is stopped: a guest that runs keeps the wire it holds, only its bridge is gone. */
export function idleWires(network: Network, ports: readonly Port[]): HostObject[] {
  return ports.flatMap((port) => (port.link === undefined || port.goneSince !== undefined ? [] : [linkObject(network, port, port.link)]));
}

/** Links of other programs that belong on the bridge. */
export function guestObjects(network: Network, bridge: IfName, links: readonly GuestLink[], reflecting: boolean): BridgePortObject[] {
  const isolated = network.portIsolated ?? false;
  return links.map(({ name, mac }) => member(name, bridge, { isolated, hairpin: reflecting && mac !== undefined, claim: 'guest' }));
}

/** The VLANs of hypervisors' links on a bridge of the host, as far as they have been seen. */
export function taggedWires(network: Network, ports: readonly Port[]): BridgePortObject[] {
  return ports.flatMap((port) => {
    const bridge = parseIfName(filteringBridge(network, port) ?? '');
    if (port.link !== undefined || port.wire === undefined || port.goneSince !== undefined || bridge === undefined) return [];
    return [{ ...member(port.wire, bridge, { isolated: false, claim: 'tagged' }), ...tags(network, port) }];
  });
}

/** A port without VLANs of its own keeps to the bridge's default one. */
function tags(network: Network, port: Port): { vlans?: readonly PortVlan[] } {
  if (filteringBridge(network, port) === undefined) return {};
  const vlan = vlanOf(network, port);
  return { vlans: vlan === undefined ? [] : portVlans(vlan) };
}

function linkObject({ mtu }: Network, port: Port, link: PortLink): HostObject {
  const size = mtu === undefined ? {} : { mtu };
  const up = port.down !== true;
  switch (link.kind) {
    case 'tap':
      return {
        kind: 'tap',
        name: link.name,
        mac: hostSideMac(port.mac),
        ...size,
        ...(link.uid === undefined ? {} : { uid: link.uid }),
        ...(link.gid === undefined ? {} : { gid: link.gid }),
        multiQueue: link.multiQueue ?? false,
        vnetHeader: link.vnetHeader ?? true,
        up,
      };
    case 'veth':
      return { kind: 'veth', name: link.name, netns: link.netns, inside: link.inside, mac: port.mac, ...size, up };
    case 'macvtap':
      return { kind: 'macvtap', name: link.name, lower: link.lower, mode: link.mode, mac: port.mac, up };
    default:
      return assertNever(link);
  }
}

function bridgeOfPort(network: Network, { plug }: Port): IfName | undefined {
  const name = plug.type === 'network' || plug.type === 'bridge' ? plug.bridge : network.bridge?.name;
  return name === undefined ? undefined : parseIfName(name);
}

function member(link: IfName, bridge: IfName, how: Pick<BridgePortObject, 'isolated' | 'hairpin' | 'claim'>): BridgePortObject {
  return { kind: 'bridge-port', link, bridge, ...how };
}

/**
 * The tap's own address: the guest's with `fe` in front. It must differ from the guest's, or the bridge
 * would keep the guest's frames for itself; and a high one never becomes the address of a host bridge.
 */
function hostSideMac(guest: Mac): Mac {
  return parseMac(`fe${guest.slice(2)}`)!;
}
