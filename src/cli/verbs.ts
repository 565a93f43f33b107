import { guestVerbs } from './entries/guest.ts';
import { hostVerbs } from './entries/host.ts';
import { networkVerbs } from './entries/network.ts';
import { portVerbs } from './entries/port.ts';
import { reachVerbs } from './entries/reach.ts';
import { specVerbs } from './entries/spec.ts';
import { viaductVerbs } from './entries/viaduct.ts';
import type { Verb } from './verb.ts';

export const verbs: readonly Verb[] = [
  ...networkVerbs,
  ...portVerbs,
  ...guestVerbs,
  ...reachVerbs,
  ...hostVerbs,
  ...specVerbs,
  ...viaductVerbs,
];

/** Verbs that are programs of their own, wired where everything is: what stands in the table is for help and completion. */
const programs = ['daemon', 'lab', 'render', 'watchdog'] as const;
export type ProgramName = (typeof programs)[number];

export function isProgram(word: string | undefined): word is ProgramName {
  return programs.some((name) => name === word);
}

/** Short words for long ones, so that `viaduct net ls` is `viaduct net-list`. */
const nouns: Readonly<Record<string, string>> = {
  net: 'net',
  network: 'net',
  networks: 'net',
  port: 'port',
  ports: 'port',
  mac: 'mac',
  forward: 'forward',
  forwards: 'forward',
  guard: 'guard',
  guards: 'guard',
  lease: 'net-dhcp-leases',
  leases: 'net-dhcp-leases',
  iface: 'iface',
  interface: 'iface',
  host: 'host',
  bridge: 'bridge',
  vlan: 'vlan',
  vlans: 'vlan',
  br: 'bridge',
};

const actions: Readonly<Record<string, string | undefined>> = {
  ls: 'list',
  show: 'info',
  new: 'define',
  set: 'update',
  stop: 'destroy',
  rm: 'undefine',
  xml: 'dumpxml',
  leases: 'dhcp-leases',
  watch: 'event',
};

/** How a noun's own verbs are called where the general word would not fit. */
const exceptions: Readonly<Record<string, string | undefined>> = {
  'bridge-ls': 'bridge-show',
  'bridge-new': 'bridge-create',
  'bridge-rm': 'bridge-delete',
  'vlan-show': 'vlan-list',
  'vlan-new': 'vlan-create',
  'vlan-rm': 'vlan-delete',
  'host-ls': 'iface-list',
  'host-list': 'iface-list',
  'bridge-list': 'bridge-show',
  'iface-show': 'iface-dumpxml',
  'net-port-show': 'net-port-dumpxml',
  'net-port-rm': 'net-port-delete',
  'port-rm': 'port-delete',
  'forward-rm': 'forward-remove',
  'forward-delete': 'forward-remove',
  'guard-show': 'guard-list',
  'port-new': 'port-create',
  'port-xml': 'net-port-dumpxml',
  'net-port-new': 'net-port-create',
  'net-dhcp-leases-ls': 'net-dhcp-leases',
  'net-dhcp-leases-list': 'net-dhcp-leases',
  'net-dhcp-leases-show': 'net-dhcp-leases',
};

export interface Found {
  readonly verb: Verb;
  readonly rest: readonly string[];
}

/** `net-list …`, `net list …` or `network ls …`; undefined when it is none of these. */
export function findVerb(words: readonly string[]): Found | undefined {
  const [first = '', second, ...rest] = words;
  const exact = verbs.find(({ name }) => name === first);
  if (exact !== undefined) return { verb: exact, rest: words.slice(1) };
  const noun = Object.hasOwn(nouns, first) ? nouns[first] : undefined;
  if (noun === undefined) return undefined;
  const said = second ?? 'list';
  const full = `${noun}-${said}`;
  const names = [full, exceptions[full], `${noun}-${actions[said]}`];
  const found = verbs.find(({ name }) => names.includes(name));
  return found === undefined ? undefined : { verb: found, rest };
}

/** `net --help` or `net help`: the noun that is asked about; undefined when a single verb is meant. */
export function topicOf([first = '', second = '', ...rest]: readonly string[]): string | undefined {
  return rest.length === 0 && Object.hasOwn(nouns, first) && ['--help', '-h', 'help'].includes(second) ? first : undefined;
}

/** The verbs of a noun; none for another word, and for one that is short for a single verb. */
export function verbsOf(word: string): readonly Verb[] {
  const noun = Object.hasOwn(nouns, word) ? nouns[word] : undefined;
  return noun === undefined ? [] : verbs.filter(({ name }) => name.startsWith(`${noun}-`));
}

/** The words after a noun, for completion: `list`, `start`, … */
export function actionsOf(word: string): readonly string[] {
  return verbsOf(word).map(({ name }) => name.slice(name.indexOf('-') + 1));
}

export const nounNames = Object.keys(nouns);
