import type { HostState, SysctlObject } from '../model/host-state.ts';
import type { System } from '../system/system.ts';

const forwarding = 'sysctl/net.ipv6.conf.all.forwarding';

/** Whether these objects make the host forward IPv6, as far as `observed` does not say that it does so already. */
export function startsForwarding(desired: HostState, observed: HostState = new Map()): boolean {
  const there = observed.get(forwarding);
  return desired.has(forwarding) && !(there?.kind === 'sysctl' && there.value !== '0');
}

/**
 * On a host that forwards IPv6 the kernel passes over router advertisements, and drops the default routes it has from
 * them, except on links whose `accept_ra` is 2 (net/ipv6/ndisc.c, addrconf.c). So that is what uplinks get that
 * live from advertisements, before forwarding is switched on.
 */
export async function keptAdvertisements(system: Pick<System, 'advertisedUplinks'>): Promise<readonly SysctlObject[]> {
  return (await system.advertisedUplinks()).map((link) => ({
    kind: 'sysctl',
    key: `net.ipv6.conf.${link.replaceAll('.', '/')}.accept_ra`,
    value: '2',
    shared: true,
  }));
}
