import { assertNever } from '../model/errors.ts';
import type { BridgePortObject, Change, HostObject } from '../model/host-state.ts';
import { vlanText } from '../model/vlan.ts';
import { mustRestart } from './words.ts';

/** The name of the network that has this bridge, where the asker knows it. */
export type NetworkNames = (bridge: string) => string | undefined;

/**
 * What guests notice of each change, undefined where nothing. When a bridge goes, that says it all: what goes
 * with it is not told once more.
 */
export function interruptsOf(changes: readonly Change[], nameOf: NetworkNames): (string | undefined)[] {
  const going = new Set<string>();
  for (const { action, object } of changes) if (action === 'delete' && object.kind === 'bridge') going.add(object.name);
  for (const { action, object } of changes)
    if (action === 'delete' && object.kind === 'bridge-port' && going.has(object.bridge)) going.add(object.link);
  return changes.map((change) =>
    change.object.kind !== 'bridge' && going.has(linkOf(change.object)) ? undefined : interruptOf(change, nameOf),
  );
}

/** The link that an object is or hangs on; empty for what hangs on none. */
function linkOf(object: HostObject): string {
  if ('name' in object) return object.name;
  if ('link' in object) return object.link;
  return 'bridge' in object ? object.bridge : '';
}

function interruptOf(change: Change, nameOf: NetworkNames): string | undefined {
  const network = (bridge: string) => (nameOf(bridge) === undefined ? bridge : `network ${nameOf(bridge)}`);
  const { object } = change;
  if (change.action === 'create') return undefined;
  switch (object.kind) {
    case 'bridge':
      if (change.action === 'delete') return `Guests of ${network(object.name)} lose their connection`;
      if (change.from.kind === 'bridge' && object.stp && !change.from.stp)
        return `Ports of ${network(object.name)} may stand still for ${(2 * object.forwardDelay) / 100} seconds`;
      if (change.from.kind === 'bridge' && object.vlanFiltering && !change.from.vlanFiltering)
        return `Guests on bridge ${object.name} that tag their frames themselves are cut off, unless their port carries these VLANs`;
      return undefined;
    case 'tap':
    case 'veth':
    case 'macvtap':
      return change.action === 'delete' ? `The guest behind ${object.name} loses its connection` : undefined;
    case 'vlan':
    case 'bond':
      return change.action === 'delete' ? `Nobody is reached over ${object.name} any more` : undefined;
    case 'bridge-port': {
      const left = change.action === 'delete' ? object : change.from;
      if (left.kind !== 'bridge-port') return undefined;
      if (change.action === 'update' && left.bridge === object.bridge)
        return otherVlans(left, object) ? `The guest behind ${object.link} changes its VLAN` : undefined;
      return `The guest behind ${object.link} leaves ${network(left.bridge)}`;
    }
    case 'ovs-port': {
      const left = change.action === 'delete' ? object : change.from;
      if (left.kind !== 'ovs-port' || (change.action === 'update' && left.bridge === object.bridge)) return undefined;
      return `The guest behind ${object.link} leaves ${network(left.bridge)}`;
    }
    case 'address':
      return `Guests of ${network(object.link)} lose their gateway ${object.address}`;
    case 'route':
      return `Nobody reaches ${object.destination} behind ${network(object.link)}${change.action === 'delete' ? '' : ' for a moment'}`;
    case 'dnsmasq':
      if (change.action === 'delete') return `DHCP and DNS of ${network(object.bridge)} end`;
      return mustRestart(change) ? `DHCP and DNS of ${network(object.bridge)} pause for a moment` : undefined;
    case 'sysctl':
      if (!object.key.startsWith('net.bridge.bridge-nf-call-') || change.action !== 'update') return undefined;
      return object.value === '0' ? "Rules of this host's packet filter no longer apply to frames that stay inside a bridge" : undefined;
    case 'nic':
    case 'bridge-filter':
    case 'setting-file':
    case 'nft-network': // One transaction: no packet meets half of the rules.
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
