import type { BridgeObject } from '../../model/host-state.ts';
import type { Network } from '../../model/network.ts';
import type { Centiseconds, IfName, Seconds } from '../../model/units.ts';

export function bridgeObject(network: Network, name: IfName): BridgeObject {
  const { mac, mtu, bridge } = network;
  const stp = bridge?.stp ?? true;
  return {
    kind: 'bridge',
    name,
    ...(mac === undefined ? {} : { mac }),
    ...(mtu === undefined ? {} : { mtu }),
    stp,
    forwardDelay: forwardDelay(bridge?.delay ?? 0, stp),
    vlanFiltering: bridge?.macTableManager === 'libvirt',
    up: true,
  };
}

/**
 * Bridge forward delay, as the kernel will report it back.
 *
 * @param delay as in `<bridge delay='5'/>`; 0 is libvirt's default.
 * @returns With spanning tree on it is held within 200 to 3000, as the kernel does when it creates a bridge
 *   (net/bridge/br_stp.c); otherwise desired and observed would never agree. Seen on Linux 6.18: created
 *   with 0, reads 200; but *setting* 0 on a bridge whose STP is on fails with ERANGE.
 */
export function forwardDelay(delay: Seconds, stp: boolean): Centiseconds {
  const centiseconds = delay * 100;
  return stp ? Math.min(Math.max(centiseconds, 200), 3000) : centiseconds;
}
