import { parseUuid } from '../../model/units.ts';
import { ViaductError } from '../../model/errors.ts';
import { Failure } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { padEnd } from '../width.ts';

export async function info(session: Session, { network }: { readonly network: string }): Promise<void> {
  const { t } = session;
  const found = await attempt(t('failed.get-network', { network }), () => session.client.call('network.get', { network }));
  if (session.json) return session.printJson(found);
  const word = (yes: boolean): string => (yes ? t('word.yes') : t('word.no'));
  const line = (label: string, value: string): void => session.print(`${padEnd(label, 15)} ${value}`);
  line(t('info.name'), found.name);
  line(t('info.uuid'), found.uuid);
  line(t('info.active'), word(found.active));
  line(t('info.persistent'), word(found.persistent));
  line(t('info.autostart'), word(found.autostart));
  if (found.bridge !== undefined) line(t('info.bridge'), found.bridge);
}

/** Only by UUID, as virsh: what is no UUID is not looked up as a name. */
export async function name(session: Session, { network }: { readonly network: string }): Promise<void> {
  const failed = session.t('failed.get-network', { network });
  if (parseUuid(network) === undefined) throw new Failure(failed);
  const found = await attempt(failed, () => session.client.call('network.get', { network }));
  if (session.json) session.printJson({ name: found.name, uuid: found.uuid });
  else session.print(found.name);
}

/** Only by name, as virsh. */
export async function uuid(session: Session, { network }: { readonly network: string }): Promise<void> {
  const found = await attempt(session.t('failed.get-network', { network }), async () => {
    const summary = await session.client.call('network.get', { network });
    if (summary.name === network) return summary;
    throw new ViaductError('network-not-found', `no network with matching name '${network}'`, { params: { network } });
  });
  if (session.json) session.printJson({ name: found.name, uuid: found.uuid });
  else session.print(found.uuid);
}
