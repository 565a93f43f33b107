import type { VlanSummary } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { UsageError } from '../failure.ts';
import { virshTable } from '../table.ts';
import { oneOf } from './choice.ts';
import { tellChange, wayOf, type Waiting } from './host-change.ts';

interface NewVlan extends Waiting {
  readonly id: number;
  readonly uplink: string;
  readonly bridge: string | undefined;
  readonly 'no-bridge': boolean;
  readonly protocol: string | undefined;
  readonly mtu: number | undefined;
  readonly stp: string | undefined;
  readonly address: string | undefined;
}

export async function createVlan(session: Session, given: NewVlan): Promise<void> {
  const { t, client } = session;
  const { id, uplink, bridge, protocol, mtu, stp, address } = given;
  if (bridge !== undefined && given['no-bridge']) throw new UsageError(t('usage.exclusive', { one: 'bridge', other: 'no-bridge' }));
  const input = {
    id,
    uplink,
    ...(given['no-bridge'] ? { bridge: false as const } : bridge !== undefined && { bridge }),
    ...(protocol !== undefined && { protocol: oneOf(session, 'protocol', protocol, ['802.1Q', '802.1ad']) }),
    ...(mtu !== undefined && { mtu }),
    ...(stp !== undefined && { stp: oneOf(session, 'stp', stp, ['on', 'off']) === 'on' }),
    ...(address !== undefined && { address }),
    ...wayOf(session, given),
  };
  const made = await attempt(t('failed.vlan-create', { id, uplink }), () => client.call('vlan.create', input));
  tellChange(session, made, t('done.vlan-create', { id, uplink, interface: made.name }), given['dry-run']);
}

export async function deleteVlan(
  session: Session,
  { id, uplink, ...way }: Waiting & { readonly id: number; readonly uplink: string | undefined },
): Promise<void> {
  const { t, client } = session;
  const gone = await attempt(t('failed.vlan-delete', { id }), () =>
    client.call('vlan.delete', { id, ...(uplink !== undefined && { uplink }), ...wayOf(session, way) }),
  );
  tellChange(session, gone, t('done.vlan-delete', { id, interface: gone.name }), way['dry-run']);
}

export async function listVlans(session: Session): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const vlans = await attempt(t('failed.list-vlans'), () => client.call('vlan.list', {}));
  if (session.json) return session.printJson(vlans);
  const header = [t('vlan.id'), t('vlan.uplink'), t('vlan.device'), t('vlan.bridge'), t('vlan.ports')];
  terminal.stdout(virshTable(header, vlans.map(rowOf), { quiet }));
}

function rowOf({ id, protocol, uplinks, device, bridge, ports }: VlanSummary): string[] {
  return [`${id}${protocol === undefined ? '' : ` (${protocol})`}`, listed(uplinks), device ?? '-', bridge ?? '-', listed(ports)];
}

function listed(names: readonly string[]): string {
  return names.join(', ') || '-';
}
