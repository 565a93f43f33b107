import { canonicalAddress, parseAddress, prefixOf } from '../../model/address.ts';
import type { InterfaceEntry, RunningInterface } from '../../model/catalog.ts';
import { ViaductError } from '../../model/errors.ts';
import type { HostFacts } from '../../model/facts.ts';
import type { BondPart, HostInterface, InterfacePart, VlanPart } from '../../model/host-interface.ts';
import type { AddressObject, HostObject, RouteObject } from '../../model/host-state.ts';
import { parseIfName, type IfName } from '../../model/units.ts';
import { uplinkVlans } from '../../model/vlan.ts';
import { forwardDelay } from './bridge.ts';

/** Everything that must be on the host while an interface is up. */
export function interfaceObjects({ definition, carried }: RunningInterface, facts: HostFacts): HostObject[] {
  const name = deviceName(definition.name);
  return [
    ...deviceObjects(definition, name, facts),
    ...addressObjects(definition, name),
    ...gatewayObjects(definition, name, carried),
    ...carried,
  ];
}

/** The cards of the host that a definition takes from their users: ports of a bridge or bond. */
export function takenLinks(definition: HostInterface): readonly IfName[] {
  if (definition.type !== 'bridge' && definition.type !== 'bond') return [];
  return definition.ports.flatMap((part) => {
    if (part.type === 'bond') return part.ports.map(({ name }) => deviceName(name));
    return part.type === 'ethernet' ? [deviceName(part.name)] : [];
  });
}

/** The cards that only have to be up: what VLANs ride on, and a card that is configured itself. */
export function usedLinks(definition: HostInterface): readonly IfName[] {
  if (definition.type === 'ethernet') return [deviceName(definition.name)];
  if (definition.type === 'vlan') return [deviceName(definition.lower)];
  return definition.type === 'bridge' ? definition.ports.flatMap((part) => (part.type === 'vlan' ? [deviceName(part.lower)] : [])) : [];
}

/** The links that a running interface answers for: its own and those below it. */
export function heldLinks({ live }: InterfaceEntry): readonly string[] {
  if (live === undefined) return [];
  const { definition } = live;
  return [definition.name, ...takenLinks(definition)];
}

export function addressObjects({ protocols }: HostInterface, link: IfName): AddressObject[] {
  return protocols.flatMap(({ ips }) =>
    ips.map(({ address, prefix }) => ({
      kind: 'address',
      link,
      address: canonicalAddress(address),
      prefix: prefixOf({ address, ...(prefix !== undefined && { prefix }) }) ?? 32,
    })),
  );
}

/** A gateway that came with a card keeps the metric it had there. */
function gatewayObjects({ protocols }: HostInterface, link: IfName, carried: RunningInterface['carried']): RouteObject[] {
  return protocols.flatMap(({ family, gateway }) => {
    const destination = family === 'ipv4' ? '0.0.0.0/0' : '::/0';
    if (gateway === undefined) return [];
    if (parseAddress(gateway)?.family !== family)
      throw new ViaductError('xml-invalid', `invalid ${family} gateway '${gateway}' of interface '${link}'`);
    const text = canonicalAddress(gateway);
    if (carried.some((route) => route.kind === 'route' && route.destination === destination && route.gateway === text)) return [];
    return [{ kind: 'route', destination, gateway: text, link, metric: family === 'ipv4' ? 0 : ip6Metric }];
  });
}

/** What the kernel makes of an IPv6 route without a metric (IP6_RT_PRIO_USER). */
const ip6Metric = 1024;

function deviceObjects(definition: HostInterface, name: IfName, facts: HostFacts): HostObject[] {
  const { mtu } = definition;
  switch (definition.type) {
    case 'ethernet':
      return [{ kind: 'nic', name, ...size(mtu), up: true }];
    case 'vlan':
      return vlanObjects(name, definition, mtu);
    case 'bond':
      return bondObjects(name, definition, mtu, facts);
    case 'bridge': {
      const { mac, stp = false, delay = 0, vlanFiltering = false, ports } = definition;
      const links = ports.map((part) => deviceName(part.name));
      return [
        ...ports.flatMap((part) => partObjects(part, mtu, facts)),
        {
          kind: 'bridge',
          name,
          ...(mac !== undefined && { mac }),
          ...size(mtu),
          stp,
          forwardDelay: forwardDelay(delay, stp),
          vlanFiltering,
          up: true,
        },
        ...(facts.kernel.ipv6 ? links.map(withoutIpv6) : []),
        ...ports.map((part): HostObject => ({
          kind: 'bridge-port',
          link: deviceName(part.name),
          bridge: name,
          isolated: false,
          claim: 'owned',
          // What is a VLAN already has one only: the bridge's default.
          ...(vlanFiltering && { vlans: part.type === 'vlan' ? [] : uplinkVlans }),
        })),
      ];
    }
  }
}

function partObjects(part: InterfacePart, mtu: number | undefined, facts: HostFacts): HostObject[] {
  const name = deviceName(part.name);
  switch (part.type) {
    case 'ethernet':
      return [{ kind: 'nic', name, ...size(mtu), up: true }];
    case 'vlan':
      return vlanObjects(name, part, mtu);
    case 'bond':
      return bondObjects(name, part, mtu, facts);
  }
}

function vlanObjects(name: IfName, { tag, lower, protocol }: VlanPart, mtu: number | undefined): HostObject[] {
  const below = deviceName(lower);
  return [
    { kind: 'nic', name: below, up: true },
    { kind: 'vlan', name, lower: below, tag, protocol: protocol ?? '802.1Q', heard: true, ...size(mtu), up: true },
  ];
}

/** Whether a port is up is the bond's affair: it takes them down to let them in. */
function bondObjects(
  name: IfName,
  { mode = 'balance-rr', miimon, arpmon, ports }: BondPart,
  mtu: number | undefined,
  facts: HostFacts,
): HostObject[] {
  const links = ports.map((part) => deviceName(part.name));
  return [
    ...links.map((link): HostObject => ({ kind: 'nic', name: link })),
    ...(facts.kernel.ipv6 ? links.map(withoutIpv6) : []),
    { kind: 'bond', name, ports: links, mode, ...(miimon && { miimon }), ...(arpmon && { arpmon }), ...size(mtu), up: true },
  ];
}

/** A port has no addresses; without this the kernel gives it one of fe80::, the same as its bridge's. */
function withoutIpv6(link: IfName): HostObject {
  return { kind: 'sysctl', key: `net.ipv6.conf.${link.replaceAll('.', '/')}.disable_ipv6`, value: '1', shared: false };
}

function size(mtu: number | undefined): { mtu?: number } {
  return mtu === undefined ? {} : { mtu };
}

/** libvirt stores any name and finds out when it is brought up what the kernel says to it; so do we. */
function deviceName(text: string): IfName {
  const name = parseIfName(text);
  if (name !== undefined) return name;
  throw new ViaductError('kernel-refused', `'${text}' cannot be the name of an interface: Numerical result out of range`, {
    hint: 'A name has at most 15 characters, without blanks, slashes and colons.',
    params: { interface: text },
  });
}
