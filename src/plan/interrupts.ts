import { assertNever } from '../model/errors.ts';
import type { BridgeObject, BridgePortObject, Change, HostObject } from '../model/host-state.ts';
import type { NftNetwork } from '../model/nft.ts';
import { vlanText } from '../model/vlan.ts';
import { lostWays } from './ways.ts';
import { mustRestart } from './words.ts';

/** Who is who on this host, as far as the asker knows. */
export interface PlanNames {
  /** The network that has this bridge. */
  readonly network: (bridge: string) => string | undefined;
  /** The guests on it. */
  readonly guests: (bridge: string) => readonly string[];
  /** The guest behind a link. */
  readonly guest: (link: string) => string | undefined;
}

export const noNames: PlanNames = { network: () => undefined, guests: () => [], guest: () => undefined };

/**
 * What guests notice of each change, and for how long; undefined where nothing. When a bridge goes, that says it all: what
 * goes with it is not told once more. Nor is what is new with a bridge.
 */
export function interruptsOf(changes: readonly Change[], names: PlanNames): (string | undefined)[] {
  const going = new Set<string>();
  const coming = new Set<string>();
  const gateways = new Set<string>();
  for (const { action, object } of changes) {
    if (object.kind === 'bridge' && action !== 'update') (action === 'delete' ? going : coming).add(object.name);
    if (object.kind === 'address' && action === 'create') gateways.add(gatewayKey(object));
  }
  for (const { action, object } of changes)
    if (action === 'delete' && object.kind === 'bridge-port' && going.has(object.bridge)) going.add(object.link);
  return changes.map((change) => {
    const link = linkOf(change.object);
    if ((change.object.kind !== 'bridge' || change.action === 'update') && (going.has(link) || coming.has(link))) return undefined;
    return interruptOf(change, names, gateways);
  });
}

/** The link that an object is or hangs on; empty for what hangs on none. */
function linkOf(object: HostObject): string {
  if ('name' in object) return object.name;
  if ('link' in object) return object.link;
  return 'bridge' in object ? object.bridge : '';
}

/** Guests that are left with an address of the same family find it when they renew. */
function gatewayKey({ link, address }: { readonly link: string; readonly address: string }): string {
  return `${link} ${address.includes(':')}`;
}

function interruptOf(change: Change, names: PlanNames, gateways: ReadonlySet<string>): string | undefined {
  const network = (bridge: string): string => {
    const name = names.network(bridge);
    return name === undefined ? bridge : `network ${name}`;
  };
  const guestsOf = (bridge: string) => `Guests of ${network(bridge)}${listed(names.guests(bridge))}`;
  const behind = (link: string): string => {
    const guest = names.guest(link);
    return guest === undefined ? `The guest behind ${link}` : `Guest ${guest} behind ${link}`;
  };
  const { object } = change;
  if (object.kind === 'nft-network') return waysOf(change, guestsOf(object.bridge));
  if (change.action === 'create') return undefined;
  switch (object.kind) {
    case 'bridge':
      if (change.action === 'update') return change.from.kind === 'bridge' ? reshaped(change.from, object, network, guestsOf) : undefined;
      return `${guestsOf(object.name)} lose their connection${names.network(object.name) === undefined ? '' : ' until it is started again'}`;
    case 'tap':
    case 'veth':
    case 'macvtap':
      return change.action === 'delete' ? `${behind(object.name)} loses its connection` : undefined;
    case 'vlan':
    case 'bond':
      return change.action === 'delete' ? `Nobody is reached over ${object.name} any more` : undefined;
    case 'bridge-port': {
      const left = change.action === 'delete' ? object : change.from;
      if (left.kind !== 'bridge-port') return undefined;
      if (change.action === 'update' && left.bridge === object.bridge)
        return otherVlans(left, object) ? `${behind(object.link)} changes its VLAN` : undefined;
      return `${behind(object.link)} leaves ${network(left.bridge)}`;
    }
    case 'ovs-port': {
      const left = change.action === 'delete' ? object : change.from;
      if (left.kind !== 'ovs-port' || (change.action === 'update' && left.bridge === object.bridge)) return undefined;
      return `${behind(object.link)} leaves ${network(left.bridge)}`;
    }
    case 'address':
      return `${guestsOf(object.link)} lose their gateway ${object.address}${gateways.has(gatewayKey(object)) ? ' until they renew their leases' : ''}`;
    case 'route':
      return `Nobody reaches ${object.destination} behind ${network(object.link)}${change.action === 'delete' ? '' : ' for a moment'}`;
    case 'dnsmasq':
      if (change.action === 'delete') return `DHCP and DNS of ${network(object.bridge)} end`;
      return mustRestart(change) ? `DHCP and DNS of ${network(object.bridge)} pause for less than a second` : undefined;
    case 'sysctl':
      if (!object.key.startsWith('net.bridge.bridge-nf-call-') || change.action !== 'update') return undefined;
      return object.value === '0' ? "Rules of this host's packet filter no longer apply to frames that stay inside a bridge" : undefined;
    case 'nic':
    case 'bridge-filter':
    case 'setting-file':
    case 'guard':
    case 'bandwidth':
    case 'file':
    case 'names':
      return undefined;
    default:
      return assertNever(object);
  }
}

function otherVlans({ vlans: from }: BridgePortObject, { vlans: to }: BridgePortObject): boolean {
  return from !== undefined && to !== undefined && vlanText(from) !== vlanText(to);
}

/** Rules change in one transaction: no packet meets half of them. What they no longer let through is the interruption. */
function waysOf(change: Change, guests: string): string | undefined {
  if (change.action === 'delete') return undefined;
  const rules = (object: HostObject): NftNetwork | undefined => (object.kind === 'nft-network' ? object.rules : undefined);
  const { out, by, reached } = lostWays(change.action === 'update' ? rules(change.from) : undefined, rules(change.object)!);
  const lost = [
    ...(out ? [`lose their way out${by === undefined ? '' : ` by ${by}`}`] : []),
    ...(reached ? ['are no longer reached from outside'] : []),
  ];
  return lost.length === 0 ? undefined : `${guests} ${lost.join(', and ')}`;
}

function reshaped(
  from: BridgeObject,
  object: BridgeObject,
  network: (bridge: string) => string,
  guestsOf: (bridge: string) => string,
): string | undefined {
  // Ports that forward go on doing so; only new ones listen and learn first (seen on Linux 6.18).
  if (object.stp && !from.stp)
    return `Guests that are plugged into ${network(object.name)} from now on wait ${(2 * object.forwardDelay) / 100} seconds until frames pass`;
  if (object.vlanFiltering && !from.vlanFiltering)
    return `Guests on bridge ${object.name} that tag their frames themselves are cut off, unless their port carries these VLANs`;
  if (from.mtu !== undefined && object.mtu !== undefined && object.mtu < from.mtu)
    return `Packets of more than ${object.mtu} bytes do not reach ${guestsOf(object.name).replace('Guests', 'guests')} until they renew their leases`;
  return undefined;
}

const namesAtMost = 3;

/** ` (web, db, mail and 2 more)`. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length - namesAtMost;
  return ` (${names.slice(0, namesAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}
