import { backends } from '../../hostconfig/index.ts';
import type { HostChange, HostChangeWay } from '../../rest/client.ts';
import { readInputFile } from './files.ts';
import { attempt, type Session } from '../session.ts';
import { oneOf } from './choice.ts';
import { fileDiff } from './text-diff.ts';

/** How a change of the host's own interfaces is made; each verb that makes one has these options. */
export interface Waiting {
  readonly for: number | undefined;
  readonly backend: string | undefined;
  readonly 'dry-run': boolean;
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
  { bridge, port, stp, 'forward-delay': forwardDelay, mac, 'vlan-filtering': vlanFiltering, ...way }: NewBridge,
): Promise<void> {
  const { t, client } = session;
  const input = {
    bridge,
    ports: port,
    ...(stp !== undefined && { stp: stp === 'on' || stp === 'yes' }),
    ...(forwardDelay !== undefined && { forwardDelay }),
    ...(mac !== undefined && { mac }),
    ...(vlanFiltering && { vlanFiltering }),
    ...wayOf(session, way),
  };
  tellChange(
    session,
    await attempt(t('failed.bridge-create', { bridge }), () => client.call('bridge.create', input)),
    t('done.bridge-create', { bridge }),
    way['dry-run'],
  );
}

export async function addToBridge(session: Session, { bridge, interface: port, ...way }: BridgeAndPort): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.bridge-add', { bridge, interface: port }), () =>
    client.call('bridge.add', { bridge, port, ...wayOf(session, way) }),
  );
  tellChange(session, made, t('done.bridge-add', { bridge, interface: port }), way['dry-run']);
}

export async function removeFromBridge(session: Session, { bridge, interface: port, ...way }: BridgeAndPort): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.bridge-remove', { bridge, interface: port }), () =>
    client.call('bridge.remove', { bridge, port, ...wayOf(session, way) }),
  );
  tellChange(session, made, t('done.bridge-remove', { bridge, interface: port }), way['dry-run']);
}

export async function deleteBridge(session: Session, { bridge, ...way }: Waiting & { readonly bridge: string }): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.bridge-delete', { bridge }), () => client.call('bridge.delete', { bridge, ...wayOf(session, way) }));
  tellChange(session, made, t('done.bridge-delete', { bridge }), way['dry-run']);
}

export async function applyInterface(session: Session, { file, ...way }: Waiting & { readonly file: string }): Promise<void> {
  const { t, client } = session;
  const xml = await readInputFile(session, file);
  const made = await attempt(t('failed.host-apply', { file }), () => client.call('host.apply', { xml, ...wayOf(session, way) }));
  tellChange(session, made, t('done.iface-start', { interface: made.name }), way['dry-run']);
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

/** `host undo`: what was confirmed last becomes again what it was. */
export async function undoHostChange(session: Session, { for: seconds }: Pick<Waiting, 'for'>): Promise<void> {
  const { t, client } = session;
  const undone = await attempt(t('failed.host-undo'), () => client.call('host.undo', { ...within(seconds), ...ownSession(session) }));
  tellChange(session, undone, t('done.host-undo'));
}

/** What was done, what will not last, and what happens if nobody says that it is well. */
export function tellChange(session: Session, change: HostChange, done: string, isDryRun = false): void {
  const { t, terminal } = session;
  session.printJson(change);
  const { managed, confirmWithin, moved, files, backup } = change;
  if (isDryRun) {
    if (!session.json) tellPlan(session, change);
    return;
  }
  session.tell(done);
  if (files !== undefined) for (const { path } of files.changes) session.tell(t('host.file-changed', { path, backend: files.backend }));
  if (backup !== undefined) session.tell(t('host.backup', { folder: backup }));
  if (managed !== undefined) terminal.stderr(`${t('host.managed', managed)}\n`);
  if (confirmWithin === undefined) return;
  const { session: { from = '', own = '' } = {} } = ownSession(session);
  if (moved.includes(own)) terminal.stderr(`${t('host.your-session', { from, own })}\n`);
  terminal.stderr(`${t('host.confirm-within', { seconds: confirmWithin })}\n`);
}

/** What would be done: the difference in the host's own files, or the steps on the kernel. */
function tellPlan({ t, terminal, tell }: Session, { files, steps }: HostChange): void {
  for (const { path, before, after } of files?.changes ?? []) terminal.stdout(fileDiff(path, before, after));
  if (files === undefined) for (const step of steps) terminal.stdout(`${step}\n`);
  if (steps.length === 0) tell(t('host.as-asked'));
}

export function wayOf(session: Session, { for: seconds, backend, 'dry-run': dryRun }: Waiting): HostChangeWay {
  return {
    ...within(seconds),
    ...ownSession(session),
    ...(backend !== undefined && { backend: oneOf(session, 'backend', backend, [...backends.map(({ name }) => name), 'none']) }),
    ...(dryRun && { dryRun }),
  };
}

/** Of somebody who came by ssh. */
function ownSession({ terminal }: Session): Pick<HostChangeWay, 'session'> {
  // sshd(8): address and port of the client, then those of the server.
  const [from, , own] = (terminal.env['SSH_CONNECTION'] ?? '').split(' ');
  return from === undefined || from === '' || own === undefined ? {} : { session: { from, own } };
}

export function within(seconds: number | undefined): { seconds?: number } {
  return seconds === undefined ? {} : { seconds };
}
