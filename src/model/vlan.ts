import { ViaductError, type ErrorCode } from './errors.ts';
import { portGroupOf, type Network, type Vlan } from './network.ts';
import type { Port } from './port.ts';

/** What a port of a bridge does with one VLAN, or with all from `id` to `to`. */
export interface PortVlan {
  readonly id: number;
  readonly to: number;
  /** Frames that come without a tag belong to it; at most one is. */
  readonly pvid: boolean;
  /** Its frames leave without their tag. */
  readonly untagged: boolean;
}

export const lastVlan = 4094;

/** Why a number is no VLAN's; undefined for 1 to 4094. */
export function vlanIdProblem(id: number): string | undefined {
  if (Number.isInteger(id) && id >= 1 && id <= lastVlan) return undefined;
  if (id === 0) return '0 marks a frame that belongs to no VLAN and only carries a priority';
  if (id === 4095) return '4095 is reserved (IEEE 802.1Q)';
  return 'a tag has twelve bits for the number, which therefore ends at 4095';
}

export function refuseVlanId(id: number, code: ErrorCode = 'invalid-argument'): void {
  const problem = vlanIdProblem(id);
  if (problem === undefined) return;
  throw new ViaductError(code, `${id} is not the ID of a VLAN: ${problem}`, { hint: 'Use 1 to 4094.', params: { vlan: id } });
}

/** The VLANs of a port: its own where it says some, else those of its portgroup, else those of its network. */
export function vlanOf(network: Network, { vlan, group }: Pick<Port, 'vlan' | 'group'>): Vlan | undefined {
  return vlan ?? portGroupOf(network, group)?.vlan ?? network.vlan;
}

/**
 * The host's bridge on which the VLANs of this network's ports, or of this one, are told apart; undefined where that is
 * done elsewhere: by Open vSwitch, a virtual function or what a macvtap stands on.
 */
export function filteringBridge(
  { forward, bridge, virtualPort }: Pick<Network, 'forward' | 'bridge' | 'virtualPort'>,
  port?: Pick<Port, 'virtualPort'>,
): string | undefined {
  if (forward.mode !== 'bridge') return undefined;
  return (port?.virtualPort ?? virtualPort)?.type === undefined ? bridge?.name : undefined;
}

/** Whether any port of a network is in a VLAN, or will be. */
export function hasVlans({ vlan, portGroups }: Network, ports: readonly Pick<Port, 'vlan'>[]): boolean {
  return vlan !== undefined || portGroups.some((group) => group.vlan !== undefined) || ports.some((port) => port.vlan !== undefined);
}

/** An access port has its one VLAN without tags. A trunk has all with their tags, but the native one where it is untagged. */
export function portVlans({ trunk, tags }: Vlan): readonly PortVlan[] {
  const isAccess = trunk !== true && tags.length === 1;
  const vlans = new Map<number, PortVlan>();
  for (const { id, nativeMode } of tags) {
    if (vlans.get(id)?.pvid === true) continue;
    const untagged = isAccess ? nativeMode !== 'tagged' : nativeMode === 'untagged';
    vlans.set(id, { id, to: id, pvid: isAccess || nativeMode !== undefined, untagged });
  }
  return vlanRuns(vlans.values());
}

/** A bridge that somebody else made, and that takes no notice of tags. */
export function doesNotFilter(bridge: string): ViaductError {
  return new ViaductError('operation-invalid', `bridge ${bridge} does not filter VLANs: every port of it hears them all`, {
    hint: `Viaduct did not make ${bridge} and leaves it as it is. Switch filtering on where it is configured, or at once with: ip link set ${bridge} type bridge vlan_filtering 1`,
    params: { bridge },
  });
}

/** A trunk with these VLANs, in order; frames of the native one have no tag. */
export function trunkOf(ids: Iterable<number>, native?: number): Vlan {
  const all = new Set([...ids, ...(native === undefined ? [] : [native])]);
  const tags = [...all].toSorted((a, b) => a - b).map((id) => (id === native ? { id, nativeMode: 'untagged' as const } : { id }));
  return { trunk: true, tags };
}

/** `10`, or `20-29`; undefined for what is neither. Whether these are VLANs is for `refuseVlanId`. */
export function readVlans(text: string): readonly number[] | undefined {
  const [, from, to = from] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === undefined || last < first || last - first > lastVlan) return undefined;
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** What a card is as a port of a bridge that filters: every VLAN with its tag, and the bridge's own without. */
export const uplinkVlans: readonly PortVlan[] = [
  { id: 1, to: 1, pvid: true, untagged: true },
  { id: 2, to: lastVlan, pvid: false, untagged: false },
];

/** In order, and with neighbours that are treated alike in one; the same for two lists that mean the same. */
export function vlanRuns(vlans: Iterable<PortVlan>): readonly PortVlan[] {
  const runs: PortVlan[] = [];
  for (const vlan of [...vlans].toSorted((a, b) => a.id - b.id)) {
    const last = runs.at(-1);
    const joins = last !== undefined && !last.pvid && !vlan.pvid && last.untagged === vlan.untagged && vlan.id <= last.to + 1;
    if (joins) runs[runs.length - 1] = { ...last, to: Math.max(last.to, vlan.to) };
    else runs.push(vlan);
  }
  return runs;
}

/** `10`, `10,20-30 native 1`, `2-4094 native 1 tagged`. */
export function vlanText(vlans: readonly PortVlan[]): string {
  const [only] = vlans;
  if (only === undefined) return 'default';
  if (vlans.length === 1 && only.untagged && only.id === only.to) return String(only.id);
  const native = vlans.find(({ pvid }) => pvid);
  const rest = vlans.filter((vlan) => vlan !== native).map(({ id, to }) => (id === to ? `${id}` : `${id}-${to}`));
  return [rest.join(','), ...(native === undefined ? [] : [`native ${native.id}${native.untagged ? '' : ' tagged'}`])]
    .filter((part) => part !== '')
    .join(' ');
}
