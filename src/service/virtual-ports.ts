import { ViaductError } from '../model/errors.ts';
import type { Network, VirtualPort } from '../model/network.ts';
import type { Uuid } from '../model/units.ts';

/** Of a port, its network and its portgroup, completed by each other: where two say something they must say the same. */
export function mergedVirtualPort(...parts: readonly (VirtualPort | undefined)[]): VirtualPort | undefined {
  return parts.reduce(merge, undefined);
}

/** The plural and the quotes with which libvirt names each of them. */
const named: readonly (readonly [keyof VirtualPort, string, string])[] = [
  ['type', 'types', ''],
  ['managerId', 'managerids', ''],
  ['typeId', 'typeids', ''],
  ['typeIdVersion', 'typeidversions', ''],
  ['instanceId', 'instanceids', "'"],
  ['interfaceId', 'interfaceids', "'"],
  ['profileId', 'profileids', "'"],
];

function merge(a: VirtualPort | undefined, b: VirtualPort | undefined): VirtualPort | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  for (const [field, plural, quote] of named) {
    const [one, other] = [a[field], b[field]];
    if (one === undefined || other === undefined || one === other) continue;
    throw new ViaductError(
      'xml-invalid',
      `attempt to merge virtualports with mismatched ${plural} (${quote}${one}${quote} and ${quote}${other}${quote})`,
      { hint: 'Of a port, its network and its portgroup only one has to say it.' },
    );
  }
  return { ...b, ...a };
}

/**
 * What the switch at the other end has to be told, complete: an identity of this very port is made up where there is
 * none.
 *
 * @throws `config-unsupported` on a kind of network that has no such switch, `xml-invalid` when something is missing.
 */
export function completeVirtualPort(
  network: Network,
  virtualPort: VirtualPort | undefined,
  newIdentity: () => Uuid,
): VirtualPort | undefined {
  if (virtualPort === undefined) return undefined;
  refuseUnfit(network, virtualPort.type ?? 'none');
  const missing = needs.find(([type, field]) => type === virtualPort.type && virtualPort[field] === undefined);
  if (missing !== undefined) throw new ViaductError('xml-invalid', `missing ${missing[2]} in <virtualport type='${missing[0]}'>`);
  switch (virtualPort.type) {
    case 'openvswitch':
      return { ...virtualPort, interfaceId: virtualPort.interfaceId ?? newIdentity() };
    case '802.1Qbg':
      return { ...virtualPort, instanceId: virtualPort.instanceId ?? newIdentity() };
    case '802.1Qbh':
    case 'midonet':
    case undefined:
      return virtualPort;
  }
}

const needs: readonly (readonly [VirtualPort['type'], keyof VirtualPort, string])[] = [
  ['802.1Qbg', 'managerId', 'managerid'],
  ['802.1Qbg', 'typeId', 'typeid'],
  ['802.1Qbg', 'typeIdVersion', 'typeidversion'],
  ['802.1Qbh', 'profileId', 'profileid'],
];

function refuseUnfit({ name, forward: { mode }, bridge }: Network, type: string): void {
  const [fits, uses] =
    mode === 'bridge' && bridge?.name !== undefined
      ? [['openvswitch'], 'uses a bridge device']
      : mode === 'hostdev'
        ? [['802.1Qbh'], 'uses an SR-IOV virtual function via PCI passthrough']
        : mode === 'bridge' || mode === 'private' || mode === 'vepa' || mode === 'passthrough'
          ? [['802.1Qbg', '802.1Qbh'], 'uses a macvtap device']
          : [[], 'uses IP forwarding'];
  if (fits.includes(type)) return;
  throw new ViaductError('config-unsupported', `<virtualport type='${type}'> not supported for network '${name}' which ${uses}`, {
    ...(fits.length > 0 && { hint: `It takes ${fits.join(' or ')}.` }),
  });
}
