import type { OvsPortObject } from '../../model/host-state.ts';
import type { Network, Vlan } from '../../model/network.ts';
import type { Port } from '../../model/port.ts';
import type { IfName } from '../../model/units.ts';
import { vlanOf } from '../../model/vlan.ts';

/** A port on a bridge of Open vSwitch, as libvirt's hypervisor would make it (ovs-vswitchd.conf.db(5)). */
export function ovsPort(network: Network, port: Port, link: IfName, bridge: IfName): OvsPortObject {
  const { uuid, mac, owner, virtualPort } = port;
  const profile = virtualPort?.profileId;
  return {
    kind: 'ovs-port',
    link,
    bridge,
    ...ovsVlan(vlanOf(network, port)),
    isolated: port.isolated ?? network.portIsolated ?? false,
    externalIds: {
      'attached-mac': mac,
      'iface-id': virtualPort?.interfaceId ?? uuid,
      'vm-id': owner.uuid,
      'iface-status': 'active',
      ...(profile !== undefined && { 'port-profile': profile }),
    },
  };
}

/** Without a VLAN a port carries all of them. The native one of a trunk is its tag, and among the trunks as well. */
function ovsVlan(vlan: Vlan | undefined): Pick<OvsPortObject, 'tag' | 'trunks' | 'vlanMode'> {
  if (vlan === undefined) return { tag: 0, trunks: [], vlanMode: '' };
  const { trunk, tags } = vlan;
  const native = tags.find(({ nativeMode }) => nativeMode !== undefined);
  const ids = [...new Set(tags.map(({ id }) => id))].toSorted((a, b) => a - b);
  return {
    tag: native?.id ?? (trunk === true ? 0 : (ids[0] ?? 0)),
    trunks: trunk === true ? ids : [],
    vlanMode: native?.nativeMode === undefined ? '' : `native-${native.nativeMode}`,
  };
}
