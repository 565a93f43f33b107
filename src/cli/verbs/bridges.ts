import { vlanText } from '../../model/vlan.ts';
import type { BridgeDetails, BridgeSummary } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable, virshTable } from '../table.ts';

export async function showBridges(
  session: Session,
  { bridge, brctl }: { readonly bridge: string | undefined; readonly brctl: boolean },
): Promise<void> {
  const { t, client, terminal } = session;
  if (bridge !== undefined) {
    const found = await attempt(t('failed.bridge-show', { bridge }), () => client.call('bridge.get', { bridge }));
    if (session.json) session.printJson(found);
    else terminal.stdout(brctl ? brctlTable([found]) : details(session, found));
    return;
  }
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

/** What it is, what hangs on it, and what it has heard. */
function details({ t, quiet }: Session, bridge: BridgeDetails): string {
  const { name, id, network, up, stp, forwardDelay, mtu, mac, addresses, vlanFiltering, defaultVlan, vlans } = bridge;
  const yes = (is: boolean) => (is ? t('word.yes') : t('word.no'));
  const facts: [string, string | undefined][] = [
    [t('bridge.name'), name],
    [t('bridge.id'), id],
    [t('bridge.network'), network],
    [t('column.state').toLowerCase(), up ? t('bridge.up') : t('bridge.down')],
    [t('bridge.mac'), mac],
    [t('bridge.mtu'), String(mtu)],
    [t('bridge.addresses'), addresses.join(', ') || '-'],
    [t('bridge.stp'), stp ? t('bridge.stp-on', { seconds: forwardDelay }) : t('word.no')],
    [
      t('bridge.vlan-filtering'),
      vlanFiltering && defaultVlan !== undefined ? t('bridge.vlan-default', { id: defaultVlan }) : yes(vlanFiltering),
    ],
    [t('bridge.host-vlans'), vlans && vlanText(vlans)],
  ];
  const cell = (value: string | undefined) => (value === undefined || value === '' ? '-' : value);
  const ports = bridge.ports.map((port) => [
    port.name,
    port.state,
    cell(port.guest),
    String(port.pathCost),
    ...(vlanFiltering ? [cell(port.vlans && vlanText(port.vlans))] : []),
  ]);
  const heard = bridge.fdb
    .filter(({ local }) => !local)
    .map((entry) => [entry.mac, entry.port, ...(vlanFiltering ? [cell(entry.vlan?.toString())] : [])]);
  return [
    plainTable(facts.flatMap(([title, value]) => (value === undefined ? [] : [[`${title}:`, value]]))),
    virshTable(
      [t('bridge.port'), t('column.state'), t('port.guest'), t('bridge.cost'), ...(vlanFiltering ? [t('bridge.vlan')] : [])],
      ports,
      { quiet },
    ),
    virshTable([t('column.mac'), t('bridge.port'), ...(vlanFiltering ? [t('bridge.vlan')] : [])], heard, { quiet }),
  ].join('\n');
}
