import type { BandwidthObject, Floor } from '../../model/host-state.ts';
import type { Bandwidth } from '../../model/network.ts';
import type { Port } from '../../model/port.ts';
import type { IfName } from '../../model/units.ts';

/** Shaping of a link, where there is any. Towards the guests is out of the host, for a bridge as for a tap. */
export function bandwidthObjects(link: IfName, bandwidth: Bandwidth | undefined, ports: readonly Port[] = []): BandwidthObject[] {
  const { inbound, outbound } = bandwidth ?? {};
  if (inbound === undefined && outbound === undefined) return [];
  const floors = inbound === undefined ? [] : floorsOf(ports);
  return [{ kind: 'bandwidth', link, ...(inbound && { inbound }), ...(outbound && { outbound }), ...(floors.length > 0 && { floors }) }];
}

/** What was reserved for the ports of a network when they were made. */
function floorsOf(ports: readonly Port[]): Floor[] {
  return ports
    .flatMap(({ mac, bandwidth }) => {
      const floor = bandwidth?.inbound?.floor ?? 0;
      return floor === 0 || bandwidth?.classId === undefined ? [] : [{ mac, classId: bandwidth.classId, floor }];
    })
    .toSorted((a, b) => a.classId - b.classId);
}
