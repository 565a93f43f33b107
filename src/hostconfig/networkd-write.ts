import type { HostFile } from '../model/host-config.ts';
import { readSections, valueOf } from './assignments.ts';
import { bondOptions, bondValue } from './bond.ts';
import type { Draft } from './draft.ts';
import { bondKeys } from './networkd.ts';
import { checkSections, dropSections, setValues } from './section-edit.ts';
import { Unsupported } from './unsupported.ts';
import { hasAddresses, touches, type Changes, type DraftChange } from './wanted.ts';
import { only, type Book } from './write.ts';

const folder = '/etc/systemd/network';
/** What follows the addresses to the interface that gets them. */
const followers = ['DNS', 'Domains', 'NTP'];

export function editNetworkd({ changes, moves, before, after: all }: Changes, book: Book): void {
  const moved = moves.flatMap(({ from, to }) => followers.map((key) => ({ to, key, values: take(book, from, key) })));
  const routed = moves.map(({ from, to }) => ({ to, text: takeRoutes(book, from) }));
  for (const change of changes) device(change, book);
  for (const change of changes) settings(change, book);
  for (const { to, key, values } of moved)
    if (values.length > 0) edit(book, networkOf(to, book) ?? freshNetwork(to), (text) => setValues(text, 'Network', key, values));
  for (const { to, text: routes } of routed)
    if (routes !== '') edit(book, networkOf(to, book) ?? freshNetwork(to), (text) => `${text.replace(/\n?$/, '\n')}${routes}`);
  for (const lower of new Set([...before.values(), ...all.values()].flatMap(({ vlan }) => vlan?.lower ?? [])))
    vlans(lower, changes, all, book);
}

function edit(book: Book, path: string, change: (text: string) => string): void {
  book.edit(path, (text) => {
    checkSections(path, text);
    return change(text);
  });
}

const freshNetwork = (name: string): string => `${folder}/10-${name}.network`;

function wordsOf(file: HostFile): string[] {
  return (valueOf(readSections(file.text), 'Match', 'Name') ?? '').split(/\s+/);
}

/** The file with the settings of one interface. A file for several is not ours to split. */
function networkOf(name: string, book: Book): string | undefined {
  const files = book.files.filter(({ path }) => path.endsWith('.network'));
  const found = only(
    name,
    files.filter((file) => wordsOf(file).includes(name)),
  );
  if (found !== undefined && wordsOf(found).length > 1)
    throw new Unsupported(`${found.path} is for ${wordsOf(found).join(' and ')} together: give each a file of its own first.`);
  if (found !== undefined) return found.path;
  const wider = files.find((file) => file.path < freshNetwork(name) && wordsOf(file).some((word) => matches(word, name)));
  if (wider !== undefined)
    throw new Unsupported(
      `${wider.path} is for all of ${wordsOf(wider).join(' ')} and comes before a file for ${name} alone: rename it so that it sorts after 10-${name}.network.`,
    );
  return undefined;
}

/** The `*` and `?` of glob(7). */
function matches(pattern: string, name: string): boolean {
  const source = pattern.replaceAll(/[^\w-]/g, (character) => (character === '*' ? '.*' : character === '?' ? '.' : `\\${character}`));
  return new RegExp(`^${source}$`).test(name);
}

/** The `.netdev` that makes a bridge, bond or VLAN. */
function device(change: DraftChange, book: Book): void {
  const { name, before, after } = change;
  const found = only(
    name,
    book.files.filter(({ path, text }) => path.endsWith('.netdev') && valueOf(readSections(text), 'NetDev', 'Name') === name),
  )?.path;
  if (after === undefined || after.type === 'ethernet') {
    if (found !== undefined) book.remove(found);
    return;
  }
  const path = found ?? `${folder}/10-${name}.netdev`;
  const set = (section: string, key: string, value: string | number | undefined): void =>
    edit(book, path, (text) => setValues(text, section, key, value === undefined ? [] : [String(value)]));
  if (before === undefined) {
    set('NetDev', 'Name', name);
    set('NetDev', 'Kind', after.type);
  }
  if (touches(change, 'mac')) set('NetDev', 'MACAddress', after.mac);
  if (after.type === 'bridge') {
    if (touches(change, 'stp')) set('Bridge', 'STP', after.stp === true ? 'yes' : 'no');
    if (touches(change, 'delay')) set('Bridge', 'ForwardDelaySec', after.delay);
  }
  if (after.type === 'vlan' && touches(change, 'vlan')) set('VLAN', 'Id', after.vlan?.tag);
  if (after.type !== 'bond' || !touches(change, 'bond')) return;
  for (const option of bondOptions) {
    const value = bondValue(after.bond, option);
    set(
      'Bond',
      bondKeys[option],
      value !== undefined && /^(miimon|updelay|downdelay|arp_interval)$/.test(option) ? `${value}ms` : value?.replaceAll(',', ' '),
    );
  }
}

function settings(change: DraftChange, book: Book): void {
  const { name, before, after } = change;
  const found = networkOf(name, book);
  if (after === undefined) {
    if (found !== undefined) book.remove(found);
    return;
  }
  const path = found ?? freshNetwork(name);
  const set = (section: string, key: string, ...values: (string | undefined)[]): void =>
    edit(book, path, (text) =>
      setValues(
        text,
        section,
        key,
        values.flatMap((value) => value ?? []),
      ),
    );
  if (found === undefined) set('Match', 'Name', name);
  if (touches(change, 'master'))
    for (const kind of ['Bridge', 'Bond'])
      set(
        'Network',
        kind,
        book.files.some(
          ({ path: other, text }) =>
            other.endsWith('.netdev') &&
            valueOf(readSections(text), 'NetDev', 'Name') === after.master &&
            valueOf(readSections(text), 'NetDev', 'Kind') === kind.toLowerCase(),
        )
          ? after.master
          : undefined,
      );
  if (touches(change, 'dhcp4', 'dhcp6')) set('Network', 'DHCP', dhcpOf(after) ?? (after.master === undefined ? 'no' : undefined));
  if (touches(change, 'dhcp4', 'dhcp6', 'autoconf', 'addresses', 'master')) waiting(path, change, book);
  if (touches(change, 'autoconf') && (before !== undefined || after.autoconf === true))
    set('Network', 'IPv6AcceptRA', after.autoconf === true ? 'yes' : after.master === undefined ? 'no' : undefined);
  if (touches(change, 'addresses')) addresses(path, after.addresses, book);
  if (touches(change, 'gateway4', 'gateway6'))
    gateways(
      path,
      [after.gateway4, after.gateway6].flatMap((gateway) => gateway ?? []),
      book,
    );
  if (touches(change, 'mtu')) set('Link', 'MTUBytes', after.mtu?.toString());
  if (touches(change, 'onBoot')) set('Link', 'ActivationPolicy', after.onBoot === false ? 'manual' : undefined);
}

/**
 * A device without addresses would wait for a router that announces itself, and systemd-networkd-wait-online for it: it is
 * told to be content with a carrier, until it gets addresses.
 */
function waiting(path: string, { before, after }: DraftChange, book: Book): void {
  const isBare = (one: Draft): boolean => one.master === undefined && one.type !== 'ethernet' && !hasAddresses(one);
  if (after === undefined || (before === undefined ? !isBare(after) : isBare(before) === isBare(after))) return;
  const set = (section: string, key: string, value: string): void =>
    edit(book, path, (text) => {
      const old = valueOf(readSections(text), section, key);
      return isBare(after) ? setValues(text, section, key, [value]) : old === value ? setValues(text, section, key, []) : text;
    });
  set('Network', 'LinkLocalAddressing', 'no');
  set('Link', 'RequiredForOnline', 'carrier');
}

function dhcpOf({ dhcp4, dhcp6 }: Draft): string | undefined {
  if (dhcp4 === true) return dhcp6 === true ? 'yes' : 'ipv4';
  return dhcp6 === true ? 'ipv6' : undefined;
}

/** Addresses stay where they are written, in [Network] or in an [Address] of their own; new ones go to [Network]. */
function addresses(path: string, wanted: readonly string[], book: Book): void {
  edit(book, path, (text) => {
    const kept = dropSections(text, 'Address', (get) => !wanted.includes(get('Address') ?? ''));
    const own = new Set(
      readSections(kept)
        .filter(({ name }) => name === 'Address')
        .map((section) => valueOf([section], 'Address', 'Address')),
    );
    return setValues(
      kept,
      'Network',
      'Address',
      wanted.filter((address) => !own.has(address)),
    );
  });
}

function gateways(path: string, wanted: readonly string[], book: Book): void {
  edit(book, path, (text) => {
    const kept = dropSections(
      text,
      'Route',
      (get) => isDefault(get('Destination')) && get('Gateway') !== undefined && !wanted.includes(get('Gateway') ?? ''),
    );
    const own = new Set(
      readSections(kept)
        .filter((section) => section.name === 'Route' && isDefault(valueOf([section], 'Route', 'Destination')))
        .map((section) => valueOf([section], 'Route', 'Gateway')),
    );
    return setValues(
      kept,
      'Network',
      'Gateway',
      wanted.filter((gateway) => !own.has(gateway)),
    );
  });
}

/** networkd makes a VLAN only when the device below it asks for it. */
function vlans(lower: string, changes: readonly DraftChange[], all: ReadonlyMap<string, Draft>, book: Book): void {
  const path = networkOf(lower, book);
  const wanted = [...all.values()].filter(({ vlan }) => vlan?.lower === lower).map(({ name }) => name);
  if (path === undefined || !changes.some(({ before, after }) => before?.vlan?.lower === lower || after?.vlan?.lower === lower)) return;
  edit(book, path, (text) => {
    const written = readSections(text)
      .filter(({ name }) => name === 'Network')
      .flatMap(({ entries }) => entries)
      .filter(({ key }) => key === 'VLAN')
      .map(({ value }) => value);
    const foreign = written.filter((name) => !changes.some((change) => change.name === name));
    return setValues(text, 'Network', 'VLAN', [
      ...new Set([...written.filter((name) => foreign.includes(name) || wanted.includes(name)), ...wanted]),
    ]);
  });
}

function take(book: Book, name: string, key: string): string[] {
  const path = networkOf(name, book);
  if (path === undefined) return [];
  const values = readSections(book.files.find((file) => file.path === path)?.text ?? '')
    .filter((section) => section.name === 'Network')
    .flatMap(({ entries }) => entries)
    .filter((entry) => entry.key === key)
    .map(({ value }) => value);
  edit(book, path, (text) => setValues(text, 'Network', key, []));
  return values;
}

function isDefault(destination: string | undefined): boolean {
  return ['', '0.0.0.0/0', '::/0'].includes(destination ?? '');
}

/** The routes of an interface, save its default routes, as text. */
function takeRoutes(book: Book, name: string): string {
  const path = networkOf(name, book);
  if (path === undefined) return '';
  const routes = readSections(book.files.find((file) => file.path === path)?.text ?? '').filter(
    (section) => section.name === 'Route' && !isDefault(valueOf([section], 'Route', 'Destination')),
  );
  edit(book, path, (text) => dropSections(text, 'Route', (get) => !isDefault(get('Destination'))));
  return routes.map(({ entries }) => `\n[Route]\n${entries.map(({ key, value }) => `${key}=${value}\n`).join('')}`).join('');
}
