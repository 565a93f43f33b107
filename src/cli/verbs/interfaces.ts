import { parseMac } from '../../model/units.ts';
import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';
import { attemptOn, readInputFile } from './files.ts';

interface Named {
  readonly interface: string;
}

export async function listInterfaces(
  session: Session,
  { inactive, all }: { readonly inactive: boolean; readonly all: boolean },
): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const found = await attempt(t('failed.list-interfaces'), () =>
    client.call('interface.list', { active: all || !inactive, inactive: all || inactive }),
  );
  const sorted = found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (session.json) return session.printJson(sorted);
  const rows = sorted.map(({ name, active, mac: address }) => [name, active ? t('word.active') : t('word.inactive'), address]);
  terminal.stdout(virshTable([t('column.name'), t('column.state'), t('column.mac')], rows, { quiet }));
}

export async function mac(session: Session, { interface: name }: Named): Promise<void> {
  const found = await lookUp(session, name);
  if (session.json) session.printJson(found);
  else session.print(found.mac);
}

export async function interfaceName(session: Session, { interface: address }: Named): Promise<void> {
  const found = await lookUp(session, parseMac(address) ?? address);
  if (session.json) session.printJson(found);
  else session.print(found.name);
}

export async function defineInterface(
  session: Session,
  { file, validate }: { readonly file: string; readonly validate: boolean },
): Promise<void> {
  const { t, client } = session;
  const xml = await readInputFile(session, file);
  const made = await attemptOn(t('failed.iface-define', { file }), file, () => client.call('interface.define', { xml, validate }));
  session.printJson(made);
  session.tell(t('done.iface-define', { interface: made.name, file }));
}

export async function undefineInterface(session: Session, { interface: name }: Named): Promise<void> {
  const { t, client } = session;
  session.printJson(
    await attempt(t('failed.iface-undefine', { interface: name }), () => client.call('interface.undefine', { interface: name })),
  );
  session.tell(t('done.iface-undefine', { interface: name }));
}

export async function startInterface(session: Session, { interface: name }: Named): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.iface-start', { interface: name }), () => client.call('interface.start', { interface: name })));
  session.tell(t('done.iface-start', { interface: name }));
}

export async function stopInterface(session: Session, { interface: name }: Named): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.iface-stop', { interface: name }), () => client.call('interface.stop', { interface: name })));
  session.tell(t('done.iface-stop', { interface: name }));
}

export async function begin(session: Session): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.iface-begin'), () => client.call('interface.begin', {})));
  session.tell(t('done.iface-begin'));
}

export async function commit(session: Session): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.iface-commit'), () => client.call('interface.commit', {})));
  session.tell(t('done.iface-commit'));
}

export async function rollback(session: Session): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.iface-rollback'), () => client.call('interface.rollback', {})));
  session.tell(t('done.iface-rollback'));
}

function lookUp(session: Session, name: string) {
  return attempt(session.t('failed.get-interface', { interface: name }), () => session.client.call('interface.get', { interface: name }));
}
