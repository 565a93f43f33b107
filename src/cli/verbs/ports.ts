import { attempt, type Session } from '../session.ts';
import { UsageError } from '../failure.ts';
import { virshTable } from '../table.ts';
import { attemptOn, readInputFile } from './files.ts';

interface OnNetwork {
  readonly network: string;
}

export async function listPorts(
  session: Session,
  { network, uuid, table }: OnNetwork & { readonly uuid: boolean; readonly table: boolean },
): Promise<void> {
  const { t, client, quiet, terminal } = session;
  if (uuid && table) throw new UsageError(t('usage.exclusive', { one: 'table', other: 'uuid' }));
  const ports = await attempt(t('failed.list-ports'), () => client.call('port.list', { network }));
  const sorted = ports.toSorted((one, other) => (one.uuid < other.uuid ? -1 : 1));
  if (session.json) session.printJson(sorted);
  else if (uuid) sorted.forEach((port) => session.print(port.uuid));
  else
    terminal.stdout(
      virshTable(
        [t('column.uuid')],
        sorted.map((port) => [port.uuid]),
        { quiet },
      ),
    );
}

export async function createPort(
  session: Session,
  { network, file, validate }: OnNetwork & { readonly file: string; readonly validate: boolean },
): Promise<void> {
  const { t, client } = session;
  const xml = await readInputFile(session, file);
  const made = await attemptOn(t('failed.port-create', { file }), file, () => client.call('port.createXml', { network, xml, validate }));
  session.printJson(made);
  session.tell(t('done.port-create', { port: made.uuid, file }));
}

export async function deletePort(session: Session, { network, port }: OnNetwork & { readonly port: string }): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.port-delete', { port }), () => client.call('port.delete', { network, port })));
  session.tell(t('done.port-delete', { port }));
}
