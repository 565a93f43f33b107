import type { BandwidthObject } from '../../model/host-state.ts';
import type { Bandwidth } from '../../model/network.ts';
import type { IfName } from '../../model/units.ts';

/** Shaping of a link, where there is any. Towards the guests is out of the host, for a bridge as for a tap. */
export function bandwidthObjects(link: IfName, bandwidth: Bandwidth | undefined): BandwidthObject[] {
  const { inbound, outbound } = bandwidth ?? {};
  if (inbound === undefined && outbound === undefined) return [];
  return [{ kind: 'bandwidth', link, ...(inbound && { inbound }), ...(outbound && { outbound }) }];
}
