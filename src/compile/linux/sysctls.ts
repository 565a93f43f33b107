import type { SysctlObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import type { IfName } from '../../model/units.ts';

/** The bridge speaks IPv6 only where the network has an IPv6 address, and never learns one from its guests. */
export function bridgeSysctls(network: Network, bridge: IfName): SysctlObject[] {
  const hasIpv6 = network.ips.some(({ family }) => family === 'ipv6');
  const values = { disable_ipv6: hasIpv6 ? '0' : '1', accept_ra: '0', autoconf: '0' };
  return Object.entries(values).map(([name, value]) => ({
    kind: 'sysctl',
    key: `net.ipv6.conf.${bridge.replaceAll('.', '/')}.${name}`,
    value,
    shared: false,
  }));
}

/** Forwarding is the whole host's: switched on for the families a network forwards, and never off again. */
export function forwardingSysctls({ forward, ips }: Network): SysctlObject[] {
  if (forward.mode === 'isolated') return [];
  const families = new Set(ips.map(({ family }) => family));
  return [
    ...(families.has('ipv4') ? [shared('net.ipv4.ip_forward')] : []),
    ...(families.has('ipv6') ? [shared('net.ipv6.conf.all.forwarding')] : []),
  ];
}

function shared(key: string): SysctlObject {
  return { kind: 'sysctl', key, value: '1', shared: true };
}
