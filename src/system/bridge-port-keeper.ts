import { isDeepStrictEqual } from 'node:util';
import { ViaductError } from '../model/errors.ts';
import type { BridgePortObject } from '../model/host-state.ts';
import { doesNotFilter, type PortVlan } from '../model/vlan.ts';
import type { Keeper, Look } from './keeper.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { getLink } from './kernel/link-facts.ts';
import { setLink, setMaster, setPortFlags } from './kernel/links.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { ifName } from './kernel/rtnetlink.ts';
import { setVlans } from './kernel/vlans.ts';
import { attempt, missingLink } from './link-keepers.ts';

/** Ports of bridges. What a claim means for each method: see `BridgePortObject`. */
export function bridgePortKeeper(socket: NetlinkSocket): Keeper<'bridge-port'> {
  const attach = (object: BridgePortObject): void => {
    const { link, bridge, isolated, hairpin, claim, vlans } = object;
    const failed = `Unable to add bridge ${bridge} port ${link}`;
    const found = getLink(socket, link);
    if (found === undefined) {
      if (claim !== 'owned') return;
      throw missingLink(failed, link);
    }
    const master = getLink(socket, bridge);
    if (master === undefined) throw missingLink(failed, bridge);
    if (master.bridge === undefined) throw noBridge(failed, bridge);
    const joins = found.master !== master.index;
    if (joins && (claim === 'tagged' || (claim === 'guest' && found.master !== 0))) return;
    // The kernel gives a new port the bridge's default VLAN: nothing may pass before it is told better.
    const isShut = joins && claim === 'owned' && found.up && vlans !== undefined && leaks(vlans, master);
    attempt(failed, link, () => {
      if (isShut) setLink(socket, link, { up: false });
      if (joins) setMaster(socket, link, master.index);
      const there = joins ? undefined : found.bridgePort;
      // How a hypervisor has isolated its port stays its own business.
      const wanted = { isolated: claim === 'owned' ? isolated : (there?.isolated ?? isolated), hairpin: hairpin ?? there?.hairpin };
      if (there?.isolated !== wanted.isolated || there.hairpin !== wanted.hairpin) setPortFlags(socket, link, wanted);
      if (vlans !== undefined) tag(found, master, vlans);
      if (isShut) setLink(socket, link, { up: true });
    });
  };
  const tag = (port: KernelLink, { name, bridge }: KernelLink, vlans: readonly PortVlan[]): void => {
    if (bridge?.vlanFiltering === true) return setVlans(socket, port.index, vlans.length === 0 ? defaultVlan(bridge.defaultPvid) : vlans);
    if (vlans.length > 0) throw doesNotFilter(name);
  };
  const detach = ({ link, bridge, claim }: BridgePortObject): void => {
    if (claim === 'tagged') return;
    const found = getLink(socket, link);
    const master = getLink(socket, bridge);
    if (found === undefined || master === undefined || found.master !== master.index) return;
    attempt(`Unable to remove bridge ${bridge} port ${link}`, link, () => setMaster(socket, link, 0));
  };
  return {
    observe: (wanted, look) =>
      wanted.flatMap((object) => {
        const link = look.link(object.link);
        if (link === undefined || (link.master === 0 && object.claim === 'owned')) return [];
        const bridge = look.nameAt(link.master) ?? ifName('');
        const vlans = object.vlans && carried(object.vlans, link, look.link(bridge), look);
        const { isolated = false, hairpin = false } = link.bridgePort ?? {};
        const said = { ...(object.hairpin !== undefined && { hairpin }), ...(vlans !== undefined && { vlans }) };
        return [{ ...object, bridge, isolated, ...said }];
      }),
    create: attach,
    // Taken back, "put on our bridge" is "let go": then nothing but our bridge matters.
    update: (from, object) => (object.bridge === '' ? detach(from) : attach(object)),
    remove: detach,
  };
}

function noBridge(failed: string, name: string): ViaductError {
  return new ViaductError('kernel-refused', `${failed}: ${name} is no Linux bridge`, {
    hint: "If it is one of Open vSwitch, give the network <virtualport type='openvswitch'/>.",
    params: { bridge: name },
  });
}

/** What a port carries, in the words of what is wanted: only where the bridge filters is there more than one answer. */
function carried(wanted: readonly PortVlan[], port: KernelLink, master: KernelLink | undefined, look: Look): readonly PortVlan[] {
  if (master?.bridge?.vlanFiltering !== true) return [];
  const vlans = look.vlans(port.index);
  return wanted.length === 0 && isDeepStrictEqual(vlans, defaultVlan(master.bridge.defaultPvid)) ? wanted : vlans;
}

/** Whether a port that joins has a VLAN for a moment that it must not have. */
function leaks(vlans: readonly PortVlan[], { bridge }: KernelLink): boolean {
  if (bridge?.vlanFiltering !== true || vlans.length === 0) return false;
  return defaultVlan(bridge.defaultPvid).some(({ id }) => !vlans.some((vlan) => vlan.id <= id && id <= vlan.to));
}

/** What the kernel gives to a port that joins. */
function defaultVlan(id = 0): readonly PortVlan[] {
  return id === 0 ? [] : [{ id, to: id, pvid: true, untagged: true }];
}
