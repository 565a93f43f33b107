import type { Vlan } from '../../model/network.ts';
import { portVlans, readVlans, trunkOf, vlanRuns, vlanText } from '../../model/vlan.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';

export interface VlanOptions {
  readonly access: number | undefined;
  readonly trunk: string | undefined;
  readonly native: number | undefined;
}

/** `port set`: what a port carries, while its guest runs. */
export async function setPort(
  session: Session,
  given: VlanOptions & { readonly port: string; readonly network: string | undefined; readonly inherit: boolean },
): Promise<void> {
  const { t, client } = session;
  const { port, network, inherit } = given;
  const vlan = vlanOf(session, given);
  if (vlan !== undefined && inherit)
    throw new UsageError(t('usage.exclusive', { one: 'inherit', other: given.access === undefined ? 'trunk' : 'access' }));
  if (vlan === undefined && !inherit) throw new UsageError(t('usage.nothing-to-set'));
  const changed = await attempt(t('failed.port-set', { port }), () =>
    client.call('port.setVlan', { port, ...(network !== undefined && { network }), ...(vlan !== undefined && { vlan }) }),
  );
  session.printJson(changed);
  session.tell(t('done.port-set', { port, vlan: vlanWords(session, changed.vlan) }));
}

/** `--access 10`, or `--trunk 10,20-29 --native 1`. Undefined where neither is given. */
export function vlanOf({ t }: Session, { access, trunk, native }: VlanOptions): Vlan | undefined {
  if (access !== undefined && trunk !== undefined) throw new UsageError(t('usage.exclusive', { one: 'access', other: 'trunk' }));
  if (native !== undefined && trunk === undefined) throw new UsageError(t('usage.native-needs-trunk'));
  if (access !== undefined) return { tags: [{ id: access }] };
  if (trunk === undefined) return undefined;
  const ids = trunk.split(',').map(readVlans);
  const known = ids.flatMap((part) => part ?? []);
  if (known.length === 0 || ids.includes(undefined)) throw new UsageError(t('usage.vlans', { value: trunk }));
  return trunkOf(known, native);
}

/** What a port carries, in words. */
export function vlanWords({ t }: Session, vlan: Vlan | undefined): string {
  if (vlan === undefined) return t('vlan.none');
  const [only] = vlan.tags;
  if (vlan.trunk !== true && vlan.tags.length === 1 && only !== undefined) return t('vlan.access', { id: only.id });
  const native = vlan.tags.find(({ nativeMode }) => nativeMode !== undefined);
  const ids = vlanText(vlanRuns(portVlans(vlan).flatMap((run) => (run.untagged ? [] : [{ ...run, pvid: false }]))));
  return native === undefined ? t('vlan.trunk', { ids }) : t('vlan.trunk-native', { ids, native: native.id });
}
