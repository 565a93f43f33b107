import { bondOptions, bondValue } from './bond.ts';
import { withPrefix, type Draft } from './draft.ts';
import { entry, printStanzas, readStanzas, type Entry, type Stanza } from './ifupdown-lines.ts';
import { Unsupported } from './unsupported.ts';
import { addressesOf, touches, type Changes, type DraftChange, type Field } from './wanted.ts';
import { only, type Book } from './write.ts';

const main = '/etc/network/interfaces';
type Parts = (Stanza | Entry)[];

export function editIfupdown({ changes, moves, after: all }: Changes, book: Book): void {
  const moved = moves.map(({ from, to }) => ({ to, entries: takeNameServers(from, book) }));
  for (const change of changes) {
    const path = fileOf(change.name, book) ?? newFile(change.name, all, book);
    if (change.after === undefined) forget(path, change.name, book);
    else edit(book, path, (parts) => describe(parts, change, change.after ?? change.before));
    if (change.after !== undefined && touches(change, 'onBoot')) boot(change.name, change.after.onBoot !== false, path, book);
  }
  for (const { to, entries } of moved) {
    const path = fileOf(to, book);
    if (path !== undefined && entries.length > 0)
      edit(book, path, (parts) => {
        parts
          .find((part): part is Stanza => 'entries' in part && part.name === to)
          ?.entries.push(...entries.map(({ words }) => entry(`  ${words.join(' ')}`)));
        return parts;
      });
  }
}

function edit(book: Book, path: string, change: (parts: Parts) => Parts): void {
  book.edit(path, (text) => {
    const printed = printStanzas(change(readStanzas(path, text)));
    return printed === (text === '' || text.endsWith('\n') ? text : `${text}\n`) ? text : printed;
  });
}

const stanzasIn = (parts: Parts, name: string): Stanza[] => parts.filter((part): part is Stanza => 'entries' in part && part.name === name);

function fileOf(name: string, book: Book): string | undefined {
  return only(
    name,
    book.files.filter(({ path, text }) => stanzasIn(readStanzas(path, text), name).length > 0),
  )?.path;
}

/** A file of its own where the main file takes in all of interfaces.d, together with the bridge it is for. */
function newFile(name: string, all: ReadonlyMap<string, Draft>, book: Book): string {
  const text = book.files.find(({ path }) => path === main)?.text ?? '';
  const holder = all.get(name)?.master ?? name;
  return /^\s*source(\s+\/etc\/network\/interfaces\.d\/\*|-directory\s+\/etc\/network\/interfaces\.d\/?)\s*$/m.test(text)
    ? `${main}.d/${holder.replaceAll('.', '-')}`
    : main;
}

/** The `auto` lines of any file may name it. */
function boot(name: string, wanted: boolean, path: string, book: Book): void {
  if (
    !wanted ||
    book.files.some((file) =>
      readStanzas(file.path, file.text).some((part) => 'words' in part && isBootLine(part) && part.words.slice(1).includes(name)),
    )
  ) {
    if (!wanted) unboot(name, book);
    return;
  }
  edit(book, path, (parts) =>
    parts.toSpliced(
      parts.findIndex((part) => 'entries' in part && part.name === name),
      0,
      entry(`auto ${name}`),
    ),
  );
}

const isBootLine = ({ words }: Entry): boolean => words[0] === 'auto' || words[0]?.startsWith('allow-') === true;

function unboot(name: string, book: Book): void {
  for (const { path } of book.files) {
    edit(book, path, (parts) =>
      parts.flatMap((part) => {
        if ('entries' in part || !isBootLine(part) || !part.words.slice(1).includes(name)) return [part];
        const rest = part.words.filter((word, at) => at === 0 || word !== name);
        return rest.length === 1 ? [] : [entry(rest.join(' '))];
      }),
    );
  }
}

function forget(path: string, name: string, book: Book): void {
  unboot(name, book);
  edit(book, path, (parts) => withoutDoubleBlanks(parts, (part) => 'entries' in part && part.name === name));
  if (path !== main && book.files.find((file) => file.path === path)?.text.trim() === '') book.remove(path);
}

/** Leaves out what matches, and the blank line before it. */
function withoutDoubleBlanks(parts: Parts, matches: (part: Stanza | Entry) => boolean): Parts {
  const kept: Parts = [];
  for (const part of parts) {
    if (!matches(part)) kept.push(part);
    else {
      const last = kept.at(-1);
      if (last !== undefined && 'raw' in last && last.raw.trim() === '') kept.pop();
    }
  }
  return kept;
}

interface WantedStanza {
  readonly family: 'inet' | 'inet6';
  readonly method: string;
  readonly address?: string;
  readonly gateway?: string;
}

/** One stanza for each address, as interfaces(5) has it since Debian 9; a device without any is `manual`. */
function stanzasFor(one: Draft): WantedStanza[] {
  const wanted = (['inet', 'inet6'] as const).flatMap((family): WantedStanza[] => {
    const addresses = addressesOf(one, family === 'inet' ? 'ipv4' : 'ipv6');
    const gateway = family === 'inet' ? one.gateway4 : one.gateway6;
    if (gateway !== undefined && addresses.length === 0)
      throw new Unsupported(`ifupdown sets a gateway only beside a fixed address of ${one.name}.`);
    const dhcp = family === 'inet' ? one.dhcp4 : one.dhcp6;
    return [
      ...(family === 'inet6' && one.autoconf === true ? [{ family, method: 'auto' }] : []),
      ...(dhcp === true ? [{ family, method: 'dhcp' }] : []),
      ...addresses.map((address, at) => ({ family, method: 'static', address, ...(at === 0 && gateway !== undefined && { gateway }) })),
    ];
  });
  return wanted.length === 0 ? [{ family: 'inet', method: 'manual' }] : wanted;
}

const keyOf = ({ words }: Entry): string => (words[0] ?? '').replaceAll('-', '_');
const valueIn = (stanza: Stanza, key: string): string | undefined => stanza.entries.slice(1).find((one) => keyOf(one) === key)?.words[1];
const addressIn = (stanza: Stanza): string | undefined => {
  const address = valueIn(stanza, 'address');
  return address === undefined ? undefined : withPrefix(address, valueIn(stanza, 'netmask'));
};

function describe(parts: Parts, change: DraftChange, one: Draft | undefined): Parts {
  if (one === undefined) return parts;
  const existing = stanzasIn(parts, one.name);
  const free = new Set(existing);
  const wanted = stanzasFor(one);
  const pairs = new Map<WantedStanza, Stanza>();
  const pair = (fits: (stanza: Stanza, want: WantedStanza) => boolean): void => {
    for (const want of wanted) {
      const found = pairs.has(want) ? undefined : [...free].find((stanza) => stanza.family === want.family && fits(stanza, want));
      if (found === undefined) continue;
      pairs.set(want, found);
      free.delete(found);
    }
  };
  pair((stanza, { method, address }) => stanza.method === method && addressIn(stanza) === address);
  pair(() => true);
  const result: Stanza[] = wanted.map((want) => {
    const stanza = pairs.get(want) ?? { name: one.name, family: want.family, method: '', entries: [] };
    addressing(stanza, want);
    return stanza;
  });
  for (const stanza of free) addressing(stanza, { family: stanza.family, method: 'manual' });
  device(result[0], [...result, ...free], change, one);
  const surplus = [...free].filter(({ entries }) => entries.length === 1);
  const added = result.filter((stanza) => !existing.includes(stanza));
  const rest = withoutDoubleBlanks(parts, (part) => surplus.some((stanza) => stanza === part));
  const last = rest.findLastIndex((part) => 'entries' in part && part.name === one.name);
  if (last >= 0) return rest.toSpliced(last + 1, 0, ...added.flatMap((stanza) => [entry(''), stanza]));
  return [
    ...rest,
    ...(rest.length === 0 ? [] : [entry('')]),
    ...added.flatMap((stanza, at) => (at === 0 ? [stanza] : [entry(''), stanza])),
  ];
}

function addressing(stanza: Stanza, want: WantedStanza): void {
  const [header, ...options] = stanza.entries;
  const line = `iface ${stanza.name} ${want.family} ${want.method}`;
  const same = stanza.method === want.method;
  const sameAddress = addressIn(stanza) === want.address;
  stanza.entries = [
    header !== undefined && same ? header : entry(line),
    ...(sameAddress
      ? options
      : options.filter(
          (one) =>
            !['address', 'netmask', 'broadcast', 'network'].includes(keyOf(one)) ||
            (keyOf(one) === 'address' && want.address !== undefined),
        )),
  ];
  if (!sameAddress) put(stanza, 'address', want.address);
  if (valueIn(stanza, 'gateway') !== want.gateway) put(stanza, 'gateway', want.gateway);
}

/** Options of the device itself are in one of its stanzas, by habit the first. */
function device(first: Stanza | undefined, all: readonly Stanza[], change: DraftChange, one: Draft): void {
  const set = (field: Field, key: string, value: string | number | undefined): void => {
    if (!touches(change, field)) return;
    const holder = all.find((stanza) => stanza.entries.slice(1).some((line) => keyOf(line) === key.replaceAll('-', '_'))) ?? first;
    if (holder !== undefined) put(holder, key, value?.toString());
  };
  if (one.mtu !== undefined && one.dhcp4 === true && touches(change, 'mtu'))
    throw new Unsupported(`ifupdown sets no MTU on ${one.name} beside DHCP.`);
  set('mac', 'hwaddress', one.mac);
  set('mtu', 'mtu', one.mtu);
  if (one.type === 'vlan' && one.name !== `${one.vlan?.lower}.${one.vlan?.tag}`) {
    if (Number(/(\d+)$/.exec(one.name)?.[1]) !== one.vlan?.tag)
      throw new Unsupported(
        `ifupdown takes the VLAN ID from the name: call ${one.name} ${one.vlan?.lower}.${one.vlan?.tag} or vlan${one.vlan?.tag}.`,
      );
    set('vlan', 'vlan-raw-device', one.vlan?.lower);
  }
  if (one.type === 'bridge') {
    set('ports', 'bridge_ports', one.ports.length === 0 ? 'none' : one.ports.join(' '));
    set('stp', 'bridge_stp', one.stp === true ? 'on' : 'off');
    set('delay', 'bridge_fd', one.delay);
  }
  if (one.type !== 'bond') return;
  set('ports', 'bond-slaves', one.ports.length === 0 ? 'none' : one.ports.join(' '));
  for (const option of bondOptions) set('bond', `bond-${option.replaceAll('_', '-')}`, bondValue(one.bond, option)?.replaceAll(',', ' '));
}

/** Sets one option where it stands, in its spelling and with its indent; a new one goes to the end of the stanza. */
function put(stanza: Stanza, key: string, value: string | undefined): void {
  const at = stanza.entries.findIndex((one, index) => index > 0 && keyOf(one) === key.replaceAll('-', '_'));
  const old = stanza.entries[at];
  if (value === undefined) stanza.entries = stanza.entries.filter((_, index) => at < 0 || index !== at);
  else if (old === undefined) stanza.entries.push(entry(`${/^\s*/.exec(stanza.entries[1]?.raw ?? '  ')?.[0]}${key} ${value}`));
  else if (old.words.slice(1).join(' ') !== value) stanza.entries[at] = entry(`${/^\s*/.exec(old.raw)?.[0]}${old.words[0]} ${value}`);
}

function takeNameServers(name: string, book: Book): Entry[] {
  const path = fileOf(name, book);
  const taken: Entry[] = [];
  if (path === undefined) return taken;
  edit(book, path, (parts) => {
    for (const stanza of stanzasIn(parts, name)) {
      const hook = stanza.entries.find(
        ({ words }) => /^(pre-|post-)?(up|down)$/.test(words[0] ?? '') && words.some((word) => /^(-6)?route$/.test(word)),
      );
      if (hook !== undefined)
        throw new Unsupported(`${path} sets routes of ${name} by a command ("${hook.raw.trim()}"): move it by hand first.`);
      taken.push(...stanza.entries.filter((one) => keyOf(one).startsWith('dns_')));
      stanza.entries = stanza.entries.filter((one) => !keyOf(one).startsWith('dns_'));
    }
    return parts;
  });
  return taken;
}
