import { guardNames } from '../../model/guard.ts';
import type { Output } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';
import { oneOf } from './choice.ts';

interface Forward {
  readonly network: string;
  readonly protocol: string;
  readonly listen: string;
}

export async function listForwards(session: Session, { network }: { readonly network: string | undefined }): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const forwards = await attempt(t('failed.forward-list'), () => client.call('forward.list', network === undefined ? {} : { network }));
  if (session.json) return session.printJson(forwards);
  const header = [t('column.network'), t('forward.protocol'), t('forward.listen'), t('forward.to'), t('forward.now')];
  const rows = forwards.map(({ network: of, protocol, listen, to, targets }) => [
    of,
    protocol,
    listen,
    to,
    targets.length === 0 ? '-' : targets.join(', '),
  ]);
  terminal.stdout(virshTable(header, rows, { quiet }));
  for (const { protocol, listen, hides } of forwards)
    if (hides !== undefined) session.tell(t('forward.hides', { protocol, listen, program: hides }));
}

export async function addForward(session: Session, { network, protocol, listen, to }: Forward & { readonly to: string }): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.forward-add', { protocol, listen, network }), () =>
    client.call('forward.add', { network, protocol, listen, to }),
  );
  session.printJson(made);
  session.tell(t('done.forward-add', { protocol, listen, to: made.to }));
  if (made.targets.length === 0) session.tell(t('forward.waits', { to }));
}

export async function removeForward(session: Session, { network, protocol, listen }: Forward): Promise<void> {
  const { t, client } = session;
  const failed = t('failed.forward-remove', { protocol, listen, network });
  session.printJson(await attempt(failed, () => client.call('forward.remove', { network, protocol, listen })));
  session.tell(t('done.forward-remove', { protocol, listen }));
}

export async function listGuards(session: Session, { network }: { readonly network: string | undefined }): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const ports = await attempt(t('failed.guard-list'), () => client.call('guard.list', network === undefined ? {} : { network }));
  if (session.json) return session.printJson(ports);
  const rows = ports.flatMap(({ network: of, link, drops }) =>
    Object.entries(drops).map(([guard, count]) => [of, link, guard, String(count)]),
  );
  terminal.stdout(virshTable([t('column.network'), t('guard.port'), t('guard.guard'), t('guard.drops')], rows, { quiet }));
}

/** One port follows its network where no guard is named, and is guarded by just these where some are. */
export async function setGuards(
  session: Session,
  {
    network,
    guards,
    port,
    address,
  }: {
    readonly network: string;
    readonly guards: readonly string[];
    readonly port: string | undefined;
    readonly address: readonly string[];
  },
): Promise<void> {
  const { t, client } = session;
  const words = guards.map((word) => oneOf(session, 'guards', word, ['all', 'off', ...guardNames]));
  const on = words.includes('all') ? guardNames : guardNames.filter((name) => words.includes(name));
  const names = port === undefined || words.length === 0 ? on : guardNames;
  const guard = Object.fromEntries(names.map((name) => [name, on.includes(name)]));
  session.printJson(
    await attempt(t('failed.guard-set', { network }), () =>
      client.call('guard.set', { network, guard, ...(port !== undefined && { port }), ...(address.length > 0 && { addresses: address }) }),
    ),
  );
  if (port !== undefined) return session.tell(t('done.guard-port', { port, guards: words.length === 0 ? network : on.join(', ') || '-' }));
  session.tell(on.length === 0 ? t('done.guard-off', { network }) : t('done.guard-set', { network, guards: on.join(', ') }));
}

/** As lines of a hosts(5) file. */
export async function printHosts(session: Session): Promise<void> {
  const { t, client } = session;
  const hosts = await attempt(t('failed.hosts'), () => client.call('host.names', {}));
  if (session.json) return session.printJson(hosts);
  for (const { address, names } of hosts) session.print(`${address}\t${names.join(' ')}`);
}

export async function renew(
  session: Session,
  { port, network }: { readonly port: string; readonly network: string | undefined },
): Promise<void> {
  const { t, client } = session;
  const renewal = await attempt(t('failed.renew', { port }), () =>
    client.call('port.renew', { port, ...(network === undefined ? {} : { network }) }),
  );
  session.printJson(renewal);
  tellRenewal(session, port, renewal);
}

export function tellRenewal(session: Session, port: string, { asked, from = '-', to }: Output<'port.renew'>): void {
  const { t } = session;
  if (asked === 'none') session.tell(t('done.renew-later', { port, from }));
  else session.tell(to === undefined ? t('done.renew-silent', { port, from }) : t('done.renew', { port, from, to }));
}
