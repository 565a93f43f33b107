import type { HostWish } from '../model/host-config.ts';
import { readSections, valueOf } from './assignments.ts';
import { bondOptions, bondValue } from './bond.ts';
import type { Draft } from './draft.ts';
import { checkSections, dropSections, setValues } from './section-edit.ts';
import { Unsupported } from './unsupported.ts';
import { addressesOf, touches, type Changes, type DraftChange } from './wanted.ts';
import { only, type Book } from './write.ts';

const folder = '/etc/NetworkManager/system-connections';
/** What follows the addresses to the interface that gets them. */
const followers = /^(dns|dns-search|route\d+)$/;

export function editNetworkManager({ changes, moves, after: all }: Changes, book: Book, { uuidOf }: HostWish): void {
  const moved = moves.flatMap(({ from, to }) =>
    (['ipv4', 'ipv6'] as const).flatMap((section) => take(book, from, section).map((taken) => ({ to, section, ...taken }))),
  );
  for (const change of changes) profile(change, all, book, uuidOf);
  for (const { to, section, key, value } of moved) {
    const path = profileOf(to, book);
    if (path !== undefined) edit(book, path, (text) => setValues(text, section, key, [value]));
  }
}

function edit(book: Book, path: string, change: (text: string) => string): void {
  book.edit(path, (text) => {
    checkSections(path, text);
    return change(text);
  });
}

const get = (text: string, section: string, key: string): string | undefined => valueOf(readSections(text), section, key);

/** A device has one profile here; which of several is in force is known only while NetworkManager runs. */
function profileOf(name: string, book: Book): string | undefined {
  const found = book.files.filter(
    ({ path, text }) =>
      path.endsWith('.nmconnection') &&
      (get(text, 'connection', 'interface-name') ?? get(text, get(text, 'connection', 'type') ?? '', 'interface-name')) === name,
  );
  return only(name, found)?.path;
}

function profile(change: DraftChange, all: ReadonlyMap<string, Draft>, book: Book, uuidOf: HostWish['uuidOf']): void {
  const { name, before, after } = change;
  const found = profileOf(name, book);
  if (after === undefined) {
    if (found !== undefined) book.remove(found);
    return;
  }
  const path = found ?? `${folder}/${name}.nmconnection`;
  if (found === undefined && book.has(path)) throw new Unsupported(`${path} is there already, and is not for ${name}.`);
  const set = (section: string, key: string, value: string | number | undefined): void =>
    edit(book, path, (text) => setValues(text, section, key, value === undefined ? [] : [String(value)]));
  if (found === undefined) {
    set('connection', 'id', name);
    set('connection', 'uuid', uuidOf(name));
    set('connection', 'type', after.type);
    set('connection', 'interface-name', name);
  }
  if (touches(change, 'onBoot')) set('connection', 'autoconnect', after.onBoot === false ? 'false' : undefined);
  if (touches(change, 'master')) joining(change, all, book, path);
  if (touches(change, 'mtu')) set('ethernet', 'mtu', after.mtu);
  if (touches(change, 'mac')) {
    if (after.type === 'bridge') set('bridge', 'mac-address', after.mac);
    else set('ethernet', 'cloned-mac-address', after.mac);
  }
  if (after.type === 'bridge') {
    if (after.delay !== undefined && !Number.isInteger(after.delay))
      throw new Unsupported(`NetworkManager takes a forward delay of whole seconds, not ${after.delay}.`);
    if (touches(change, 'stp')) set('bridge', 'stp', String(after.stp === true));
    if (touches(change, 'delay')) set('bridge', 'forward-delay', after.delay);
  }
  if (after.type === 'bond' && touches(change, 'bond'))
    for (const option of bondOptions) set('bond', option, bondValue(after.bond, option));
  if (after.type === 'vlan' && touches(change, 'vlan')) {
    set('vlan', 'id', after.vlan?.tag);
    set('vlan', 'parent', after.vlan?.lower);
  }
  const isNew = before === undefined || before.master !== after.master;
  if (isNew || touches(change, 'dhcp4', 'gateway4') || differ(change, 'ipv4')) addressing(path, 'ipv4', after, book);
  if (isNew || touches(change, 'dhcp6', 'autoconf', 'gateway6') || differ(change, 'ipv6')) addressing(path, 'ipv6', after, book);
}

/** `master` and `slave-type` are read by every version; who has written `controller` and `port-type` keeps them. */
function joining({ name, after }: DraftChange, all: ReadonlyMap<string, Draft>, book: Book, path: string): void {
  const text = book.files.find((file) => file.path === path)?.text ?? '';
  const [masterKey, typeKey] = get(text, 'connection', 'controller') === undefined ? ['master', 'slave-type'] : ['controller', 'port-type'];
  const master = after?.master;
  const type = master === undefined ? undefined : all.get(master)?.type;
  if (master !== undefined && type === undefined) throw new Unsupported(`${name} joins ${master}, which no profile describes.`);
  const values = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
  edit(book, path, (before) => setValues(setValues(before, 'connection', masterKey, values(master)), 'connection', typeKey, values(type)));
}

function differ({ before, after }: DraftChange, family: 'ipv4' | 'ipv6'): boolean {
  return before === undefined || after === undefined || addressesOf(before, family).join(' ') !== addressesOf(after, family).join(' ');
}

/** One family's section. A port has none, unless other keys are in it. */
function addressing(path: string, family: 'ipv4' | 'ipv6', after: Draft, book: Book): void {
  const addresses = addressesOf(after, family);
  const gateway = family === 'ipv4' ? after.gateway4 : after.gateway6;
  if (family === 'ipv6' && after.autoconf === true && after.dhcp6 === true)
    throw new Unsupported('NetworkManager asks for DHCPv6 when the router says so: ask for autoconf alone.');
  if (gateway !== undefined && addresses.length === 0) throw new Unsupported('NetworkManager sets a gateway only beside a fixed address.');
  edit(book, path, (text) => {
    const numbered = readSections(text)
      .filter(({ name }) => name === family)
      .flatMap(({ entries }) => entries)
      .filter(({ key }) => /^address\d*$/.test(key))
      .map(({ key }) => key);
    const kept = new Set(addresses.map((_, at) => `address${at + 1}`));
    let now = setValues(text, family, 'method', [methodOf(family, after, addresses.length)]);
    for (const key of numbered) if (!kept.has(key)) now = setValues(now, family, key, []);
    for (const [at, address] of addresses.entries())
      now = setValues(now, family, `address${at + 1}`, [at === 0 && gateway !== undefined ? `${address},${gateway}` : address]);
    now = setValues(now, family, 'gateway', []);
    if (after.master === undefined) return now;
    // NetworkManager refuses a section without a method, and needs none for a port.
    const isEmpty = readSections(now)
      .filter(({ name }) => name === family)
      .every(({ entries }) => entries.every(({ key }) => key === 'method'));
    return isEmpty ? dropSections(now, family, () => true) : now;
  });
}

function methodOf(family: 'ipv4' | 'ipv6', { dhcp4, dhcp6, autoconf }: Draft, count: number): string {
  if (family === 'ipv4' ? dhcp4 === true : autoconf === true) return 'auto';
  if (family === 'ipv6' && dhcp6 === true) return 'dhcp';
  return count > 0 ? 'manual' : 'disabled';
}

function take(book: Book, name: string, section: string): { key: string; value: string }[] {
  const path = profileOf(name, book);
  if (path === undefined) return [];
  const taken = readSections(book.files.find((file) => file.path === path)?.text ?? '')
    .filter((found) => found.name === section)
    .flatMap(({ entries }) => entries)
    .filter(({ key }) => followers.test(key));
  for (const { key } of taken) edit(book, path, (text) => setValues(text, section, key, []));
  return taken;
}
