import type { HostChange } from '../../rest/client.ts';
import { readInputFile } from './files.ts';
import { attempt, type Session } from '../session.ts';

export interface Waiting {
  readonly for: number | undefined;
}

interface BridgeAndPort extends Waiting {
  readonly bridge: string;
  readonly interface: string;
}

interface NewBridge extends Waiting {
  readonly bridge: string;
  readonly port: readonly string[];
  readonly stp: string | undefined;
  readonly 'forward-delay': number | undefined;
  readonly mac: string | undefined;
  readonly 'vlan-filtering': boolean;
}

export async function createBridge(
  session: Session,
  { bridge, port, stp, 'forward-delay': forwardDelay, mac, 'vlan-filtering': vlanFiltering, for: seconds }: NewBridge,
): Promise<void> {
  const { t, client } = session;
  const input = {
    bridge,
    ports: port,
    ...(stp !== undefined && { stp: stp === 'on' || stp === 'yes' }),
    ...(forwardDelay !== undefined && { forwardDelay }),
    ...(mac !== undefined && { mac }),
    ...(vlanFiltering && { vlanFiltering }),
    ...within(seconds),
  };
  tellChange(
    session,
    await attempt(t('failed.bridge-create', { bridge }), () => client.call('bridge.create', input)),
    t('done.bridge-create', { bridge }),
  );
}

export async function addToBridge(session: Session, { bridge, interface: port, for: seconds }: BridgeAndPort): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.bridge-add', { bridge, interface: port }), () =>
    client.call('bridge.add', { bridge, port, ...within(seconds) }),
  );
  tellChange(session, made, t('done.bridge-add', { bridge, interface: port }));
}

export async function removeFromBridge(session: Session, { bridge, interface: port, for: seconds }: BridgeAndPort): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.bridge-remove', { bridge, interface: port }), () =>
    client.call('bridge.remove', { bridge, port, ...within(seconds) }),
  );
  tellChange(session, made, t('done.bridge-remove', { bridge, interface: port }));
}

export async function deleteBridge(session: Session, { bridge, for: seconds }: Waiting & { readonly bridge: string }): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.bridge-delete', { bridge }), () => client.call('bridge.delete', { bridge, ...within(seconds) }));
  tellChange(session, made, t('done.bridge-delete', { bridge }));
}

export async function applyInterface(session: Session, { file, for: seconds }: Waiting & { readonly file: string }): Promise<void> {
  const { t, client } = session;
  const xml = await readInputFile(session, file);
  const made = await attempt(t('failed.host-apply', { file }), () => client.call('host.apply', { xml, ...within(seconds) }));
  tellChange(session, made, t('done.iface-start', { interface: made.name }));
}

export async function confirmChange(session: Session): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.host-confirm'), () => client.call('host.confirm', {})));
  session.tell(t('done.host-confirm'));
}

export async function takeChangeBack(session: Session): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.host-rollback'), () => client.call('host.rollback', {})));
  session.tell(t('done.host-rollback'));
}

/** What was done, what will not last, and what happens if nobody says that it is well. */
export function tellChange(session: Session, change: HostChange, done: string): void {
  const { t, terminal } = session;
  session.printJson(change);
  session.tell(done);
  const { managed, confirmWithin, moved } = change;
  if (managed !== undefined) terminal.stderr(`${t('host.managed', managed)}\n`);
  if (confirmWithin === undefined) return;
  // sshd(8): address and port of the client, then those of the server.
  const [from, , own] = (terminal.env['SSH_CONNECTION'] ?? '').split(' ');
  if (from !== undefined && own !== undefined && moved.includes(own)) terminal.stderr(`${t('host.your-session', { from, own })}\n`);
  terminal.stderr(`${t('host.confirm-within', { seconds: confirmWithin })}\n`);
}

export function within(seconds: number | undefined): { seconds?: number } {
  return seconds === undefined ? {} : { seconds };
}
