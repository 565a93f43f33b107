import { usualModel } from '../../model/nic-model.ts';
import { Failure } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';

/** The network cards that the QEMU of the daemon's host has, and what a guest needs for them. */
export async function listNicModels(session: Session, { name: namesOnly }: { readonly name: boolean }): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const found = await attempt(t('failed.nic-models'), () => client.call('nic.models', {}));
  if (session.json) return session.printJson(found);
  const { emulator, version = '', models } = found;
  if (emulator === undefined) throw new Failure(t('failed.nic-models'), undefined, t('nic.no-qemu'));
  if (namesOnly) return models.forEach(({ name }) => session.print(name));
  const rows = models.map(({ name, bus, device, description = '-', needsDrivers }) => [
    name,
    bus,
    device,
    needsDrivers ? t('nic.needed') : '-',
    description,
  ]);
  terminal.stdout(virshTable([t('guest.model'), t('nic.bus'), t('nic.device'), t('nic.drivers'), t('nic.description')], rows, { quiet }));
  session.tell(t('nic.of', { emulator, version }));
  session.tell(t('nic.hint', { model: usualModel }));
}
