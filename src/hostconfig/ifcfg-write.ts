import { netmaskOfPrefix } from '../model/address.ts';
import { readAssignments } from './assignments.ts';
import { bondOptions, bondValue } from './bond.ts';
import type { Draft } from './draft.ts';
import { readIfcfg } from './ifcfg.ts';
import { joined, linesOf } from './section-edit.ts';
import { Unsupported } from './unsupported.ts';
import { addressesOf, touches, type Changes, type DraftChange } from './wanted.ts';
import { notUnderstood, only, type Book } from './write.ts';

const folder = '/etc/sysconfig/network-scripts';
/** What follows the addresses to the interface that gets them. */
const followers = /^(DNS\d+|DOMAIN|SEARCH|PEERDNS)$/;

export function editIfcfg({ changes, moves, after: all }: Changes, book: Book): void {
  const moved = moves.map(({ from, to }) => ({ to, values: take(book, from) }));
  for (const { from } of moves) {
    const routes = book.files.find(({ path }) => path === `${folder}/route-${from}` || path === `${folder}/route6-${from}`);
    if (routes !== undefined) throw new Unsupported(`${routes.path} has routes of ${from}: move them by hand first.`);
  }
  for (const change of changes) file(change, all, book);
  for (const { to, values } of moved) {
    const path = fileOf(to, book);
    for (const { key, value } of path === undefined ? [] : values) edit(book, path ?? '', (text) => assign(text, key, value));
  }
}

function edit(book: Book, path: string, change: (text: string) => string): void {
  book.edit(path, (text) => {
    for (const [at, line] of linesOf(text).entries()) {
      if (
        !/^\s*(#.*)?$/.test(line) &&
        !/^\s*(export\s+)?[A-Za-z_]\w*=("([^"\\]|\\.)*"|'[^']*'|[^\s#"'`$;&|()<>\\]*)\s*(\s#.*)?$/.test(line)
      )
        throw notUnderstood(path, at + 1, line);
    }
    return change(text);
  });
}

function fileOf(name: string, book: Book): string | undefined {
  return only(
    name,
    book.files.filter((one) => readIfcfg([one]).drafts[0]?.name === name),
  )?.path;
}

function take(book: Book, name: string): { key: string; value: string }[] {
  const path = fileOf(name, book);
  const values = readAssignments(book.files.find((one) => one.path === path)?.text ?? '').filter(({ key }) => followers.test(key));
  for (const { key } of path === undefined ? [] : values) edit(book, path ?? '', (text) => assign(text, key, undefined));
  return values;
}

/** Sets one variable where it is, in its own quotes and with its comment; new ones go to the end. */
function assign(text: string, key: string, value: string | number | undefined): string {
  const lines = linesOf(text);
  const shape = new RegExp(`^(\\s*(?:export\\s+)?${key}=)("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s#]*)(.*)$`, 'i');
  const found = [...lines.keys()].filter((at) => shape.test(lines[at] ?? ''));
  if (value === undefined) return found.length === 0 ? text : joined(lines.filter((_, at) => !found.includes(at)));
  const last = found.at(-1);
  const plain = /^[\w.:/-]*$/.test(String(value));
  if (last === undefined) return joined([...lines, `${key}=${plain ? value : `"${value}"`}`]);
  const [, start = '', old = '', rest = ''] = shape.exec(lines[last] ?? '') ?? [];
  const quote = /^["']/.exec(old)?.[0] ?? (plain ? '' : '"');
  return joined(lines.with(last, `${start}${quote}${value}${quote}${rest}`));
}

function file(change: DraftChange, all: ReadonlyMap<string, Draft>, book: Book): void {
  const { name, before, after } = change;
  const found = fileOf(name, book);
  if (after === undefined) {
    if (found !== undefined) book.remove(found);
    return;
  }
  const path = found ?? `${folder}/ifcfg-${name}`;
  const set = (key: string, value: string | number | undefined): void => edit(book, path, (text) => assign(text, key, value));
  const flag = (key: string, value: boolean): void => set(key, value ? 'yes' : undefined);
  if (found === undefined) {
    set('DEVICE', name);
    set('TYPE', { ethernet: 'Ethernet', bridge: 'Bridge', bond: 'Bond', vlan: 'Vlan' }[after.type]);
  }
  if (touches(change, 'onBoot')) set('ONBOOT', after.onBoot === false ? 'no' : 'yes');
  if (after.type === 'vlan' && touches(change, 'vlan')) {
    flag('VLAN', true);
    set('PHYSDEV', after.vlan?.lower);
    set('VLAN_ID', after.vlan?.tag);
  }
  if (after.type === 'bond' && touches(change, 'bond')) {
    flag('BONDING_MASTER', true);
    set(
      'BONDING_OPTS',
      bondOptions
        .flatMap((option) => {
          const value = bondValue(after.bond, option);
          return value === undefined ? [] : [`${option}=${value}`];
        })
        .join(' ') || undefined,
    );
  }
  if (touches(change, 'master')) {
    const isBond = after.master !== undefined && all.get(after.master)?.type === 'bond';
    set('BRIDGE', isBond ? undefined : after.master);
    set('MASTER', isBond ? after.master : undefined);
    flag('SLAVE', isBond);
  }
  if (touches(change, 'dhcp4', 'addresses')) set('BOOTPROTO', after.dhcp4 === true ? 'dhcp' : 'none');
  if (before === undefined || differ(before, after, 'ipv4')) addresses4(path, addressesOf(after, 'ipv4'), book);
  if (touches(change, 'gateway4')) set('GATEWAY', after.gateway4);
  const leaves = before?.master !== undefined && after.master === undefined;
  if (leaves || touches(change, 'dhcp6', 'autoconf', 'gateway6') || (before !== undefined && differ(before, after, 'ipv6')))
    family6(set, after);
  if (touches(change, 'mac')) set('MACADDR', after.mac);
  if (touches(change, 'mtu')) set('MTU', after.mtu);
  if (after.type !== 'bridge') return;
  if (touches(change, 'stp')) set('STP', after.stp === true ? 'on' : 'off');
  if (touches(change, 'delay')) set('DELAY', after.delay);
}

function differ(before: Draft, after: Draft, family: 'ipv4' | 'ipv6'): boolean {
  return addressesOf(before, family).join(' ') !== addressesOf(after, family).join(' ');
}

/** The first address is `IPADDR`, or `IPADDR0` where the file counts from nought; its mask stays a netmask if it was one. */
function addresses4(path: string, wanted: readonly string[], book: Book): void {
  edit(book, path, (text) => {
    const keys = readAssignments(text)
      .map(({ key }) => key)
      .filter((key) => /^(IPADDR|PREFIX|NETMASK)\d*$/.test(key));
    const first = keys.includes('IPADDR0') && !keys.includes('IPADDR') ? '0' : '';
    const values = new Map<string, string>(
      wanted.flatMap((address, at) => {
        const [ip = '', prefix = ''] = address.split('/');
        const suffix = at === 0 ? first : String(at);
        const mask = keys.includes(`NETMASK${suffix}`)
          ? ([`NETMASK${suffix}`, netmaskOfPrefix(Number(prefix))] as const)
          : ([`PREFIX${suffix}`, prefix] as const);
        return [[`IPADDR${suffix}`, ip] as const, mask];
      }),
    );
    const without = keys.filter((key) => !values.has(key)).reduce((now, key) => assign(now, key, undefined), text);
    return [...values].reduce((now, [key, value]) => assign(now, key, value), without);
  });
}

function family6(set: (key: string, value: string | undefined) => void, after: Draft): void {
  const [first, ...more] = addressesOf(after, 'ipv6');
  const isUsed = first !== undefined || after.autoconf === true || after.dhcp6 === true;
  set('IPV6INIT', isUsed ? 'yes' : undefined);
  set('IPV6_AUTOCONF', isUsed ? (after.autoconf === true ? 'yes' : 'no') : undefined);
  set('DHCPV6C', after.dhcp6 === true ? 'yes' : undefined);
  set('IPV6ADDR', first);
  set('IPV6ADDR_SECONDARIES', more.length === 0 ? undefined : more.join(' '));
  set('IPV6_DEFAULTGW', after.gateway6);
}
