import type { HostChange, HostChangeWay, Input } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';

/** Operations that change the host's own interfaces, and can say before what they would do. */
type HostChangeName = 'bridge.create' | 'bridge.add' | 'bridge.remove' | 'bridge.delete' | 'vlan.create' | 'vlan.delete';

export interface HostRequest {
  /** The same for the same request. */
  readonly key: string;
  readonly run: (way: HostChangeWay) => Promise<HostChange>;
}

export function hostRequest<Name extends HostChangeName>(name: Name, input: Input<Name>): HostRequest {
  return { key: JSON.stringify([name, input]), run: (way) => call(name, { ...input, ...way }) };
}
