import type { NetworkFilter, NetworkSummary } from '../../rest/client.ts';
import { paint } from '../colors.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';

interface ListOptions {
  readonly inactive: boolean;
  readonly all: boolean;
  readonly persistent: boolean;
  readonly transient: boolean;
  readonly autostart: boolean;
  readonly 'no-autostart': boolean;
  readonly uuid: boolean;
  readonly name: boolean;
  readonly table: boolean;
  readonly title: boolean;
}

export async function list(session: Session, options: ListOptions): Promise<void> {
  const { client, t } = session;
  if ([options.uuid, options.name, options.table].filter(Boolean).length > 1) throw new UsageError(t('usage.one-format'));
  const found = await attempt(t('failed.list'), () => client.call('network.list', filterOf(options)));
  const networks = found.toSorted(byName);
  if (session.json) session.printJson(networks);
  else if (options.name) networks.forEach(({ name }) => session.print(name));
  else if (options.uuid) networks.forEach(({ uuid }) => session.print(uuid));
  else printTable(session, networks, options.title);
}

function filterOf({ all, inactive, persistent, transient, autostart, 'no-autostart': noAutostart }: ListOptions): NetworkFilter {
  return { active: all || !inactive, inactive: all || inactive, persistent, transient, autostart, noAutostart };
}

function printTable({ t, quiet, color, terminal }: Session, networks: readonly NetworkSummary[], withTitle: boolean): void {
  const header = [
    t('column.name'),
    t('column.state'),
    t('column.autostart'),
    t('column.persistent'),
    ...(withTitle ? [t('column.title')] : []),
  ];
  const word = (yes: boolean): string => (yes ? t('word.yes') : t('word.no'));
  const rows = networks.map(({ name, active, autostart, persistent, title = '' }) => [
    name,
    active ? t('word.active') : t('word.inactive'),
    word(autostart),
    word(persistent),
    ...(withTitle ? [title] : []),
  ]);
  const styles = { [t('word.active')]: 'good', [t('word.inactive')]: 'dim' } as const;
  const colored = (text: string, column: number): string => {
    const style = column === 1 ? styles[text] : undefined;
    return style === undefined ? text : paint(text, style, color);
  };
  terminal.stdout(virshTable(header, rows, { quiet, paint: colored }));
}

/** As virsh sorts: capitals do not matter. */
function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  const [a, b] = [one.name.toLowerCase(), other.name.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}
