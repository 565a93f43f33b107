import { ViaductError } from '../model/errors.ts';
import { ownsBridge, type Bandwidth, type Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import type { Mac } from '../model/units.ts';

/** Class 1 is the network's root class and 2 what shares the rest. */
const firstClass = 3;

/**
 * Reserves the floor that a port's bandwidth asks for: a class id of its own, within what the network has.
 * A port without a floor has no class. `others` are the network's other ports.
 */
export function reserveFloor(network: Network, mac: Mac, wanted: Bandwidth | undefined, others: readonly Port[]): Bandwidth | undefined {
  const floor = wanted?.inbound?.floor ?? 0;
  if (wanted === undefined || floor === 0) {
    if (wanted?.classId === undefined) return wanted;
    const { classId: _classId, ...rest } = wanted;
    return rest;
  }
  const refusal = `Invalid use of 'floor' on interface with MAC address ${mac}`;
  if (!ownsBridge(network)) {
    throw new ViaductError(
      'operation-unsupported',
      `${refusal} - 'floor' is only supported for interface type 'network' with forward type 'nat', 'route', 'open' or none`,
    );
  }
  const limits = network.bandwidth?.inbound;
  if (limits === undefined) {
    throw new ViaductError('operation-unsupported', `${refusal} - network '${network.name}' has no inbound QoS set`, {
      hint: `Give the network <bandwidth><inbound average='…'/></bandwidth>.`,
    });
  }
  const sum = floor + others.reduce((total, port) => total + (port.bandwidth?.inbound?.floor ?? 0), 0);
  const [kind, limit] = limits.peak === undefined ? (['average', limits.average] as const) : (['peak', limits.peak] as const);
  if (limit !== undefined && sum > limit) {
    throw new ViaductError(
      'operation-invalid',
      `Cannot plug '${mac}' interface into '${network.bridge?.name}' because it would overcommit '${kind}' on network '${network.name}'`,
      {
        hint: `The floors would add up to ${sum} KiB/s of ${limit}.`,
      },
    );
  }
  const taken = new Set(others.map((port) => port.bandwidth?.classId));
  let classId = wanted.classId ?? firstClass;
  while (taken.has(classId)) classId += 1;
  return { ...wanted, classId };
}
