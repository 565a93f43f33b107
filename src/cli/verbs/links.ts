import { readHost } from '../../hostconfig/index.ts';
import type { Topology, TopologyNode } from '../../model/topology.ts';
import type { Output } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { plainTable } from '../table.ts';
import { readFiles } from './host-files.ts';

/**
 * `host links`: every device as the kernel has it, with its counters, and who makes it again at the next boot. A bridge,
 * bond or VLAN of which no file and no definition speaks is gone then, whatever it does now.
 */
export async function showLinks(session: Session): Promise<void> {
  const { t, client } = session;
  const said = await attempt(t('failed.host-links'), () => client.call('topology.get', {}));
  const reading = await attempt(t('failed.read-host'), async () => readHost(await readFiles('/')));
  const written = reading.interfaces.flatMap(({ backend, definition: { name, start } }) =>
    start === 'none' ? [] : [[name, backend] as const],
  );
  const rows = rowsOf(said, new Map([...said.madeAtBoot.map((name) => [name, 'viaduct'] as const), ...written]));
  if (session.json) return session.printJson(rows);
  const header = [
    'column.name',
    'host.type',
    'column.state',
    'host.below',
    'host.addresses',
    'host.lasts',
    'host.received',
    'host.sent',
    'host.errors',
    'host.drops',
  ] as const;
  const lines = rows.map(({ name, kind, state, on = '-', addresses, lasts, counters }) => [
    name,
    kind,
    state,
    on,
    addresses.join(' ') || '-',
    lasts === false ? t('word.no') : lasts,
    ...[counters.rxBytes, counters.txBytes, counters.rxErrors + counters.txErrors, counters.rxDropped + counters.txDropped].map(String),
  ]);
  session.terminal.stdout(plainTable([header.map((key) => t(key).toUpperCase()), ...lines]));
}

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  /** The bridge it is a port of. */
  readonly on?: string;
  readonly addresses: readonly string[];
  /** Who makes it again when the host boots: `netplan`, `viaduct`, `docker` …; `-` where nobody has to, false where nobody does. */
  readonly lasts: string | false;
  readonly counters: Output<'topology.get'>['counters'][string];
}

function rowsOf({ topology, counters }: Output<'topology.get'>, makers: ReadonlyMap<string, string>): readonly Row[] {
  return topology.nodes.flatMap((node) => {
    const { link: name, state } = node;
    const counted = counters[name ?? ''];
    if (name === undefined || counted === undefined) return [];
    const on = bridgeOf(node, topology);
    const kind = node.kind === 'switch' ? 'bridge' : node.kind;
    const lasts = makers.get(name) ?? otherwise(node);
    return [{ name, kind, state, ...(on !== undefined && { on }), addresses: addressesOf(node), lasts, counters: counted }];
  });
}

/** Cards are there by themselves, and a guest's wire is for who runs the guest. */
function otherwise({ kind, owner }: TopologyNode): string | false {
  if (kind !== 'switch' && kind !== 'bond' && kind !== 'vlan') return '-';
  return owner === 'host' || owner === 'viaduct' ? false : owner;
}

function bridgeOf({ id, kind }: TopologyNode, { nodes, edges }: Topology): string | undefined {
  if (kind === 'switch') return undefined;
  const beside = edges.flatMap(({ from, to, kind: how }) => (how !== 'wire' ? [] : from === id ? [to] : to === id ? [from] : []));
  return nodes.find((node) => node.kind === 'switch' && beside.includes(node.id))?.link;
}

function addressesOf(node: TopologyNode): readonly string[] {
  if (node.kind === 'switch') return node.hostPort?.addresses ?? [];
  return 'addresses' in node ? node.addresses : [];
}
