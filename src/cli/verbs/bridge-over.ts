import { Failure } from '../failure.ts';
import { attempt, type Session } from '../session.ts';

interface Bridged {
  readonly interface: string;
  readonly bridge: string;
  readonly 'no-stp': boolean;
  readonly delay: number | undefined;
  readonly 'no-start': boolean;
}

/** `iface-bridge`: virsh's words, in one step that is undone as a whole. */
export async function bridgeInterface(
  session: Session,
  { interface: name, bridge, 'no-stp': noStp, delay, 'no-start': noStart }: Bridged,
): Promise<void> {
  const { t, client } = session;
  if (noStp && delay !== undefined) throw new Failure(t('failed.iface-bridge', { bridge }), new Failure(t('iface.delay-needs-stp')));
  const input = { interface: name, bridge, stp: !noStp, start: !noStart, ...(delay !== undefined && { delay }) };
  session.printJson(await attempt(t('failed.iface-bridge', { bridge }), () => client.call('interface.bridge', input)));
  session.tell(t('done.iface-bridge', { bridge, interface: name }));
  if (!noStart) session.tell(t('done.iface-bridge-started', { bridge }));
}

export async function unbridgeInterface(
  session: Session,
  { bridge, 'no-start': noStart }: Pick<Bridged, 'bridge' | 'no-start'>,
): Promise<void> {
  const { t, client } = session;
  const freed = await attempt(t('failed.iface-unbridge', { bridge }), () => client.call('interface.unbridge', { bridge, start: !noStart }));
  session.printJson(freed);
  session.tell(t('done.iface-unbridge', { bridge, interface: freed.name }));
  if (!noStart) session.tell(t('done.iface-start', { interface: freed.name }));
}
