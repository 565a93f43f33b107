import { assertNever } from '../model/errors.ts';
import type { Change, HostObject } from '../model/host-state.ts';
import { vlanText } from '../model/vlan.ts';

/** One change in a few plain words, imperative: `create bridge virbr0`. */
export function summaryOf(change: Change): string {
  const { action, object } = change;
  if (change.action === 'update' && change.object.kind === 'dnsmasq')
    return `${mustRestart(change) ? 'restart' : 'reload'} ${nameOf(object)}`;
  if (change.action === 'update' && 'up' in change.from && change.from.up === false && 'up' in object && object.up === true)
    return `bring up ${nameOf(object)}`;
  if (action === 'delete' && 'before' in object && object.before !== undefined) return `put back ${wasOf(object)}`;
  const name = `${verbs[object.kind][action]} ${nameOf(object)}`;
  return change.action === 'update' ? `${name}${differences(change.from, object)}` : name;
}

/** True when dnsmasq has to start anew; false when it only reads its host files again. */
export function mustRestart(change: Change): boolean {
  const { object } = change;
  return (
    change.action === 'update' && object.kind === 'dnsmasq' && change.from.kind === 'dnsmasq' && change.from.restartOn !== object.restartOn
  );
}

const made = { create: 'create', update: 'change', delete: 'delete' } as const;
const put = { create: 'add', update: 'change', delete: 'remove' } as const;

const verbs: Readonly<Record<HostObject['kind'], Readonly<Record<Change['action'], string>>>> = {
  bridge: made,
  tap: made,
  veth: made,
  macvtap: made,
  nic: { create: 'set', update: 'change', delete: 'leave' },
  vlan: made,
  bond: made,
  'bridge-port': { create: 'attach', update: 'change', delete: 'detach' },
  'ovs-port': { create: 'attach', update: 'change', delete: 'detach' },
  address: put,
  route: put,
  'bridge-filter': { create: 'set', update: 'set', delete: 'put back' },
  'setting-file': { create: 'write', update: 'rewrite', delete: 'remove' },
  sysctl: { create: 'set', update: 'set', delete: 'forget' },
  'nft-network': { create: 'add', update: 'replace', delete: 'remove' },
  guard: { create: 'put', update: 'change', delete: 'lift' },
  bandwidth: { create: 'set', update: 'change', delete: 'remove' },
  file: { create: 'write', update: 'rewrite', delete: 'remove' },
  dnsmasq: { create: 'start', update: 'restart', delete: 'stop' },
  names: { create: 'register', update: 'change', delete: 'forget' },
};

function nameOf(object: HostObject): string {
  switch (object.kind) {
    case 'bridge':
    case 'tap':
    case 'veth':
    case 'macvtap':
    case 'nic':
    case 'vlan':
    case 'bond':
      return `${object.kind} ${object.name}`;
    case 'bridge-port':
      return `port ${object.link} of bridge ${object.bridge}${object.vlans === undefined || object.vlans.length === 0 ? '' : ` in VLAN ${vlanText(object.vlans)}`}`;
    case 'ovs-port':
      return `port ${object.link} of OVS bridge ${object.bridge}`;
    case 'address':
      return `address ${object.address}/${object.prefix} on ${object.link}`;
    case 'route':
      return `route to ${object.destination} via ${object.gateway} on ${object.link}`;
    case 'sysctl':
      return `sysctl ${object.key}=${object.value}`;
    case 'bridge-filter':
      return `packet filters of bridge ${object.bridge}: ${object.calls.join(', ') || 'none'}`;
    case 'setting-file':
      return object.path;
    case 'nft-network':
      return `firewall rules of ${object.bridge}`;
    case 'guard':
      return `${object.rules.elements.some(({ into }) => into === 'guards') ? 'guard' : 'hairpin rules'} on ${object.link}`;
    case 'bandwidth':
      return `bandwidth limits of ${object.link}`;
    case 'file':
      return `file ${object.path}`;
    case 'dnsmasq':
      return `DHCP and DNS on ${object.bridge}`;
    case 'names':
      return `names of ${object.domain} on ${object.link} with systemd-resolved`;
    default:
      return assertNever(object);
  }
}

function wasOf(object: Extract<HostObject, { before?: unknown }>): string {
  return object.kind === 'sysctl' ? nameOf({ ...object, value: object.before ?? '' }) : nameOf({ ...object, calls: object.before });
}

/** ` (mtu 1500 to 1400)`: the plain fields that change; texts and rules are too long for a line. */
function differences(from: HostObject, to: HostObject): string {
  const old = new Map<string, unknown>(Object.entries(from));
  const parts = Object.entries(to).flatMap(([field, value]: [string, unknown]) =>
    isShort(value) && old.get(field) !== value
      ? [`${field} ${isShort(old.get(field)) ? `${String(old.get(field))} to ` : ''}${String(value)}`]
      : [],
  );
  if (from.kind === 'bridge-port' && to.kind === 'bridge-port' && from.vlans !== undefined && to.vlans !== undefined) {
    const [was, is] = [vlanText(from.vlans), vlanText(to.vlans)];
    if (was !== is) parts.push(`VLAN ${was} to ${is}`);
  }
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function isShort(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 40);
}
