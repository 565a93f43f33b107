import type { BridgeSummary } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable } from '../table.ts';

export async function showBridges(session: Session, { brctl }: { readonly brctl: boolean }): Promise<void> {
  const { t, client, terminal } = session;
  const bridges = await attempt(t('failed.list-bridges'), () => client.call('bridge.list', {}));
  if (session.json) session.printJson(bridges);
  else terminal.stdout(brctl ? brctlTable(bridges) : fullTable(bridges, t));
}

/** The lines of `brctl show`, tabs included; never translated, since scripts cut them apart. */
function brctlTable(bridges: readonly BridgeSummary[]): string {
  const lines = bridges.flatMap(({ name, id, stp, ports }) => {
    const [first = '', ...others] = ports.map((port) => port.name);
    return [`${name}\t\t${id}\t${stp ? 'yes' : 'no'}\t\t${first}`, ...others.map((port) => `\t\t\t\t\t\t\t${port}`)];
  });
  return ['bridge name\tbridge id\t\tSTP enabled\tinterfaces', ...lines].map((line) => `${line}\n`).join('');
}

function fullTable(bridges: readonly BridgeSummary[], t: Session['t']): string {
  const header = [
    t('bridge.name'),
    t('bridge.id'),
    t('bridge.stp'),
    t('bridge.vlan'),
    t('bridge.network'),
    t('bridge.interfaces'),
    t('column.state').toLowerCase(),
  ];
  const word = (yes: boolean): string => (yes ? t('word.yes') : t('word.no'));
  const rows = bridges.flatMap(({ name, id, stp, vlanFiltering, network = '-', ports }) => {
    const [first = { name: '', state: '' }, ...others] = ports;
    return [
      [name, id, word(stp), word(vlanFiltering), network, first.name, first.state],
      ...others.map((port) => ['', '', '', '', '', port.name, port.state]),
    ];
  });
  return plainTable([header, ...rows]);
}
