import type { PortSummary } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable, virshTable } from '../table.ts';
import { vlanWords } from './port-vlan.ts';

/** Every port of this host, with both halves of its wire. */
export async function listAllPorts(session: Session, { network }: { readonly network: string | undefined }): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const ports = await attempt(t('failed.list-ports'), () =>
    client.call('port.list', { details: true, ...(network !== undefined && { network }) }),
  );
  const sorted = ports.toSorted((a, b) => compare(a.network.name, b.network.name) || compare(nameOf(a), nameOf(b)));
  if (session.json) return session.printJson(sorted);
  const header = [t('port.name'), t('port.network'), t('port.guest'), t('port.wire'), t('guest.mac'), t('port.state'), t('port.addresses')];
  const rows = sorted.map((port) => [
    nameOf(port),
    port.network.name,
    port.owner.name,
    port.device ?? '-',
    port.mac,
    stateOf(session, port),
    addressesOf(session, port),
  ]);
  terminal.stdout(virshTable(header, rows, { quiet }));
}

export async function showPort(
  session: Session,
  { port: name, network }: { readonly port: string; readonly network: string | undefined },
): Promise<void> {
  const { t, client, terminal } = session;
  const port = await attempt(t('failed.port-show', { port: name }), () =>
    client.call('port.get', { port: name, details: true, ...(network !== undefined && { network }) }),
  );
  if (session.json) return session.printJson(port);
  const { uuid, owner, mac, link, client: program, model, group, holder } = port;
  const rows: [string, string | undefined][] = [
    [t('port.name'), nameOf(port)],
    [t('port.uuid'), uuid],
    [t('port.network'), port.network.name],
    [t('port.guest'), owner.name],
    [t('guest.mac'), mac],
    [t('guest.model'), model],
    [t('port.wire'), port.device === undefined ? undefined : `${port.device}${link === undefined ? '' : ` (${link.kind})`}`],
    [t('port.inside'), link?.kind === 'veth' ? `${link.inside} @ ${link.netns}` : undefined],
    [t('port.state'), stateOf(session, port)],
    [t('port.addresses'), addressesOf(session, port)],
    [t('port.for'), program],
    [t('port.group'), group],
    [t('port.vlan'), port.vlan && vlanWords(session, port.vlan)],
    [t('port.holder'), holder === undefined ? undefined : String(holder)],
  ];
  terminal.stdout(plainTable(rows.flatMap(([title, value]) => (value === undefined ? [] : [[`${title}:`, value]]))));
}

function nameOf({ name, owner }: PortSummary): string {
  return name ?? owner.name;
}

function stateOf({ t }: Session, { state = 'planned', down }: PortSummary): string {
  return down === true ? t('port.state.down') : t(`port.state.${state}`);
}

function addressesOf({ t }: Session, { addresses = [] }: PortSummary): string {
  return (
    addresses
      .map(({ address, source, by }) =>
        by === undefined ? t(`port.from.${source}`, { address }) : t('port.from.said', { address, by: by.toUpperCase() }),
      )
      .join(', ') || '-'
  );
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
