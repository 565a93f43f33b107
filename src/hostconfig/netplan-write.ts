import { isMap, isScalar, isSeq, parseDocument, YAMLMap, type Document } from 'yaml';
import { ViaductError } from '../model/errors.ts';
import type { HostFile } from '../model/host-config.ts';
import { bondOptions, bondValue } from './bond.ts';
import type { Draft } from './draft.ts';
import { bondKeys, groups } from './netplan.ts';
import { Unsupported } from './unsupported.ts';
import { touches, type Changes, type DraftChange } from './wanted.ts';
import { notUnderstood, only, type Book } from './write.ts';
import { editYaml } from './yaml-edit.ts';

/** Where new interfaces go: late enough to win over an installer's file. */
const ownFile = '/etc/netplan/90-viaduct.yaml';

export function editNetplan({ changes, moves, before: all }: Changes, book: Book): void {
  const placed = changes.map((change) => ({ change, path: only(change.name, placesOf(change.name, book.files))?.path ?? ownFile }));
  const gone = (name: string, path: string) => ({ name, path: only(name, placesOf(name, book.files))?.path ?? path });
  for (const { from, to } of moves) {
    const nodes = take(book, gone(from, ownFile), all.get(from)?.type);
    const target = placed.find(({ change }) => change.name === to);
    if (target?.change.after === undefined || nodes.length === 0) continue;
    const {
      path,
      change: { after },
    } = target;
    edit(book, path, (document) => {
      reach(document, ['network', groupOf(after), to]);
      for (const [key, value] of nodes)
        if (document.getIn(['network', groupOf(after), to, key]) === undefined) document.setIn(['network', groupOf(after), to, key], value);
    });
  }
  for (const { change, path } of placed) edit(book, path, (document) => apply(document, change, path));
}

/** @throws `spec-invalid` also for aliases that lead nowhere, or to too much: the library throws an error of its own at those. */
function edit(book: Book, path: string, change: (document: Document) => void): void {
  book.edit(path, (text) => {
    try {
      return editYaml(text === '' ? 'network:\n  version: 2\n' : text, change);
    } catch (cause) {
      if (cause instanceof ViaductError || !(cause instanceof Error) || !/\balias/i.test(cause.message)) throw cause;
      const line = text.split('\n').findIndex((one) => /(^|[\s[{,])\*\S/.test(one)) + 1;
      throw new ViaductError('spec-invalid', `${path}:${line}: ${cause.message}`, { hint: 'Write out what the aliases stand for.', cause });
    }
  });
}

function groupOf({ type }: Pick<Draft, 'type'>): string {
  for (const [group, kind] of groups) if (kind === type) return group;
  throw new Unsupported(`netplan has no ${type}.`);
}

/** The files that name an interface. */
function placesOf(name: string, files: readonly HostFile[]): HostFile[] {
  return files.filter(({ path, text }) => {
    if (!/\.ya?ml$/.test(path)) return false;
    const document = parseDocument(text, { version: '1.1' });
    return [...groups.keys()].some((group) => {
      if (!document.hasIn(['network', group, name])) return false;
      const found: unknown = document.getIn(['network', group, name], true);
      if (!isMap(found) || found.has('<<'))
        throw notUnderstood(
          path,
          text.slice(0, (isScalar(found) || isMap(found) ? found.range?.[0] : undefined) ?? 0).split('\n').length,
          `${name}: ${String(found)}`,
        );
      return true;
    });
  });
}

/** Name servers and routes are taken from the one that loses its addresses. */
function take(book: Book, { name, path }: { name: string; path: string }, type: Draft['type'] | undefined): [string, unknown][] {
  const taken: [string, unknown][] = [];
  if (type === undefined || !book.has(path)) return taken;
  edit(book, path, (document) => {
    const place = ['network', groupOf({ type }), name];
    for (const key of ['nameservers', 'routes']) {
      const found: unknown = document.getIn([...place, key]);
      if (!isMap(found) && !isSeq(found)) continue;
      if (isSeq(found)) found.items = found.items.filter((item) => !isDefault(item));
      if (found.items.length > 0) taken.push([key, found]);
      document.deleteIn([...place, key]);
    }
  });
  return taken;
}

function apply(document: Document, change: DraftChange, path: string): void {
  const { name, before, after } = change;
  if (document.contents !== null && !isMap(document.contents)) throw notUnderstood(path, 1, String(document.contents));
  if (after === undefined) {
    if (before === undefined) return;
    const group = ['network', groupOf(before)];
    document.deleteIn([...group, name]);
    const rest: unknown = document.getIn(group);
    if (isMap(rest) && rest.items.length === 0) document.deleteIn(group);
    return;
  }
  const place = ['network', groupOf(after), name];
  reach(document, place);
  const set = (value: unknown, ...keys: string[]): void => {
    if (value !== undefined) reach(document, [...place, ...keys.slice(0, -1)]);
    if (value !== undefined)
      document.setIn([...place, ...keys], typeof value === 'object' && value !== null ? flow(document, value) : value);
    else if (document.hasIn([...place, ...keys])) document.deleteIn([...place, ...keys]);
  };
  if (after.type === 'vlan' && touches(change, 'vlan')) {
    set(after.vlan?.tag, 'id');
    set(after.vlan?.lower, 'link');
  }
  if ((after.type === 'bridge' || after.type === 'bond') && touches(change, 'ports'))
    list(document, place, 'interfaces', after.ports, true);
  for (const key of ['dhcp4', 'dhcp6'] as const)
    if (before === undefined ? after[key] === true || (key === 'dhcp4' && after.type !== 'vlan') : touches(change, key))
      set(after[key] === true, key);
  if (touches(change, 'autoconf')) set(after.autoconf === true ? true : before === undefined ? undefined : false, 'accept-ra');
  if (touches(change, 'onBoot')) set(after.onBoot === false ? 'manual' : undefined, 'activation-mode');
  if (touches(change, 'addresses')) list(document, place, 'addresses', after.addresses);
  for (const key of ['gateway4', 'gateway6'] as const) if (touches(change, key)) route(document, place, key, after[key]);
  if (touches(change, 'mac') && after.type !== 'ethernet') set(after.mac, 'macaddress');
  if (touches(change, 'mtu')) set(after.mtu, 'mtu');
  if (after.type === 'bridge' && touches(change, 'stp', 'delay')) {
    if (after.delay !== undefined && !Number.isInteger(after.delay))
      throw new Unsupported(`netplan takes a forward delay of whole seconds, not ${after.delay}.`);
    if (touches(change, 'stp')) set(after.stp === true, 'parameters', 'stp');
    if (after.delay !== undefined) set(after.delay, 'parameters', 'forward-delay');
  }
  if (after.type === 'bond' && touches(change, 'bond')) {
    for (const option of bondOptions) {
      const value = bondValue(after.bond, option);
      set(
        value === undefined ? undefined : option === 'arp_ip_target' ? value.split(',') : /^\d+$/.test(value) ? Number(value) : value,
        'parameters',
        bondKeys[option],
      );
    }
  }
  const finished: unknown = document.getIn(place);
  if (isMap(finished)) finished.flow = finished.items.length === 0 || (before !== undefined && finished.flow === true);
}

/** Makes the maps on the way; `setIn` alone would make YAML 1.1's ordered maps, with a tag of their own. */
function reach(document: Document, path: readonly string[]): void {
  for (const depth of path.keys()) {
    const way = path.slice(0, depth + 1);
    if (!isMap(document.getIn(way))) document.setIn(way, new YAMLMap(document.schema));
  }
}

/** A list keeps its layout, its comments and what is said of an entry. */
function list(document: Document, place: readonly string[], key: string, values: readonly string[], mayBeEmpty = false): void {
  const found: unknown = document.getIn([...place, key]);
  if (values.length === 0 && !mayBeEmpty) document.deleteIn([...place, key]);
  else if (!isSeq(found)) document.setIn([...place, key], flow(document, values));
  else {
    const textOf = (item: unknown): string =>
      String(isScalar(item) ? item.value : isMap(item) && isScalar(item.items[0]?.key) ? item.items[0].key.value : item);
    const kept = found.items.filter((item) => values.includes(textOf(item)));
    found.items = [
      ...kept,
      ...values.filter((value) => !kept.some((item) => textOf(item) === value)).map((value) => document.createNode(value)),
    ];
  }
}

function flow(document: Document, value: object): unknown {
  const node = document.createNode(value);
  if (isSeq(node)) node.flow = true;
  return node;
}

/** The default route of one family; other routes stay. */
function route(document: Document, place: readonly string[], key: 'gateway4' | 'gateway6', via: string | undefined): void {
  document.deleteIn([...place, key]);
  const routes: unknown = document.getIn([...place, 'routes']);
  const isOurs = (item: unknown): item is YAMLMap => isDefault(item) && String(item.get('via')).includes(':') === (key === 'gateway6');
  if (!isSeq(routes)) {
    if (via !== undefined) document.setIn([...place, 'routes'], document.createNode([{ to: 'default', via }]));
    return;
  }
  const found = routes.items.find((item) => isOurs(item));
  if (via === undefined) routes.items = routes.items.filter((item) => !isOurs(item));
  else if (isMap(found)) found.set('via', via);
  else routes.add(document.createNode({ to: 'default', via }));
  if (routes.items.length === 0) document.deleteIn([...place, 'routes']);
}

function isDefault(item: unknown): item is YAMLMap {
  return isMap(item) && ['default', '0.0.0.0/0', '::/0'].includes(String(item.get('to')));
}
