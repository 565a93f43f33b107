import { parseAddress, prefixOf } from '../model/address.ts';
import type { HostInterface, InterfacePart, InterfaceProtocol } from '../model/host-interface.ts';
import { bondOptions, bondValue } from './bond.ts';
import { draft, portNames, type Draft } from './draft.ts';
import { Unsupported } from './unsupported.ts';

/** One interface before and after. Both drafts name their ports and their master, whichever of the two the dialect writes. */
export interface DraftChange {
  readonly name: string;
  readonly before: Draft | undefined;
  readonly after: Draft | undefined;
}

export interface Changes {
  /** What differs: what lies below first. */
  readonly changes: readonly DraftChange[];
  readonly before: ReadonlyMap<string, Draft>;
  readonly after: ReadonlyMap<string, Draft>;
  /** Who hands its addresses to whom: name servers go with them. */
  readonly moves: readonly { readonly from: string; readonly to: string }[];
}

/**
 * What has to change so that `wanted` is described. What an interface says of its addresses is complete; what it leaves
 * open otherwise (MTU, spanning tree …) stays as it is written. A port has no addresses of its own.
 */
export function changesTo(drafts: readonly Draft[], wanted: readonly HostInterface[], removed: readonly string[]): Changes {
  const before = linked(drafts);
  const after = new Map([...before].map(([name, one]) => [name, copy(one)]));
  for (const name of removed) {
    after.delete(name);
    for (const one of after.values()) release(one, name);
  }
  for (const one of lowestFirst(wanted)) want(after, one);
  for (const one of wanted) {
    const port = after.get(one.name);
    if (port?.master !== undefined && hasAddresses(port))
      throw new Unsupported(
        `${port.name} is a port of ${port.master}, where addresses do not answer: give them to ${port.master}, or take ${port.name} out of it.`,
      );
  }
  const names = [
    ...new Set([...removed.filter((name) => before.has(name)), ...[...after.keys()].filter((name) => before.has(name)), ...after.keys()]),
  ];
  const changes = names
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }))
    .filter((change) => !sameDraft(change.before, change.after));
  return { changes, before, after, moves: movesIn(changes, after) };
}

/** Fields in which drafts are compared; `undefined` and `false` of a switch that is off by default are the same. */
export const fields = [
  'type',
  'onBoot',
  'mac',
  'mtu',
  'dhcp4',
  'dhcp6',
  'autoconf',
  'addresses',
  'gateway4',
  'gateway6',
  'stp',
  'delay',
  'ports',
  'master',
  'vlan',
  'bond',
] as const;
export type Field = (typeof fields)[number];

export function sameField(one: Draft, other: Draft, field: Field): boolean {
  if (field === 'bond') return bondOptions.every((option) => bondValue(one.bond, option) === bondValue(other.bond, option));
  if (field === 'ports' || field === 'addresses') return JSON.stringify(one[field].toSorted()) === JSON.stringify(other[field].toSorted());
  const plain = (value: unknown): string => JSON.stringify(value === undefined || value === false ? null : value);
  if (field === 'vlan') return one.vlan?.tag === other.vlan?.tag && one.vlan?.lower === other.vlan?.lower;
  return plain(one[field]) === plain(other[field]);
}

export function sameDraft(one: Draft | undefined, other: Draft | undefined): boolean {
  return one === undefined || other === undefined ? one === other : fields.every((field) => sameField(one, other, field));
}

/** Whether a change touches one of these; everything of what is new counts as touched. */
export function touches({ before, after }: DraftChange, ...some: readonly Field[]): boolean {
  return before === undefined || after === undefined || some.some((field) => !sameField(before, after, field));
}

export function hasAddresses(one: Draft): boolean {
  return one.addresses.length > 0 || one.dhcp4 === true || one.dhcp6 === true || one.autoconf === true;
}

export function addressesOf(one: Draft, family: 'ipv4' | 'ipv6'): string[] {
  return one.addresses.filter((text) => text.includes(':') === (family === 'ipv6'));
}

/** Drafts by name, each with its ports and its master. */
export function linked(drafts: readonly Draft[]): Map<string, Draft> {
  const ports = portNames(drafts);
  const masters = new Map([...ports].flatMap(([master, names]) => [...names].map((name) => [name, master] as const)));
  return new Map(
    drafts.map((one) => {
      const master = one.master ?? masters.get(one.name);
      return [one.name, { ...one, ports: [...(ports.get(one.name) ?? [])], ...(master !== undefined && { master }) }];
    }),
  );
}

/** What others lie on comes before them, in whatever order they were asked for. */
function lowestFirst(wanted: readonly HostInterface[]): ReadonlySet<HostInterface> {
  const byName = new Map(wanted.map((one) => [one.name, one]));
  const sorted = new Set<HostInterface>();
  const visit = (one: HostInterface, above: readonly string[]): void => {
    for (const name of namesBelow(one)) {
      const below = byName.get(name);
      if (below !== undefined && !above.includes(name)) visit(below, [...above, name]);
    }
    sorted.add(one);
  };
  for (const one of wanted) visit(one, [one.name]);
  return sorted;
}

function namesBelow(one: HostInterface | InterfacePart): string[] {
  if (one.type === 'vlan') return [one.lower];
  return 'ports' in one ? one.ports.flatMap((port) => [port.name, ...namesBelow(port)]) : [];
}

function copy(one: Draft): Draft {
  return { ...one, addresses: [...one.addresses], ports: [...one.ports] };
}

function release(one: Draft, name: string): void {
  if (one.master === name) delete one.master;
  one.ports = one.ports.filter((port) => port !== name);
}

function want(after: Map<string, Draft>, one: HostInterface): void {
  if (one.type === 'bridge' || one.type === 'bond') for (const part of one.ports) wantPart(after, part);
  const target = at(after, one.name, one.type, one.type === 'vlan' ? one.lower : undefined);
  for (const key of ['gateway4', 'gateway6'] as const) delete target[key];
  Object.assign(target, { dhcp4: false, dhcp6: false, autoconf: false, addresses: [] });
  for (const protocol of one.protocols) addressing(target, protocol);
  if (one.start !== undefined) target.onBoot = one.start !== 'none';
  if (one.mtu !== undefined) target.mtu = one.mtu;
  if (one.type === 'bridge') {
    if (one.vlanFiltering === true)
      throw new Unsupported(`${one.name} filters VLANs, for which Viaduct has no words in the host's own files: let Viaduct keep it.`);
    if (one.mac !== undefined) target.mac = one.mac;
    if (one.delay !== undefined) target.delay = one.delay;
    target.stp = one.stp ?? target.stp ?? false;
    adopt(after, target, one.ports);
  } else structure(after, target, one);
}

function wantPart(after: Map<string, Draft>, part: InterfacePart): void {
  if (part.type === 'bond') for (const port of part.ports) wantPart(after, port);
  const type = part.type === 'ethernet' ? (after.get(part.name)?.type ?? 'ethernet') : part.type;
  const target = at(after, part.name, type, part.type === 'vlan' ? part.lower : undefined);
  for (const key of ['gateway4', 'gateway6'] as const) delete target[key];
  Object.assign(target, { dhcp4: false, dhcp6: false, autoconf: false, addresses: [] });
  structure(after, target, part);
}

function structure(after: Map<string, Draft>, target: Draft, one: InterfacePart | Exclude<HostInterface, { type: 'bridge' }>): void {
  if (one.type === 'vlan') {
    if (one.protocol !== undefined)
      throw new Unsupported(
        `${one.name} has tags of ${one.protocol}, for which Viaduct has no words in the host's own files: let Viaduct keep it.`,
      );
    target.vlan = { tag: one.tag, lower: one.lower };
  }
  if (one.type !== 'bond') return;
  if (one.miimon?.carrier === 'ioctl') throw new Unsupported(`${one.name} asks for carrier='ioctl', which no kernel of today offers.`);
  const { carrier: _carrier, ...miimon } = one.miimon ?? { freq: 0 };
  target.bond = {
    ...(one.arpmon === undefined && target.bond),
    ...(one.mode !== undefined && { mode: one.mode }),
    ...(one.miimon !== undefined && { miimon }),
    ...(one.arpmon !== undefined && { arpmon: one.arpmon }),
  };
  adopt(after, target, one.ports);
}

/** These ports and no others; each has one master. */
function adopt(after: ReadonlyMap<string, Draft>, target: Draft, parts: readonly InterfacePart[]): void {
  const names = parts.map(({ name }) => name);
  for (const one of after.values()) {
    if (one.master === target.name && !names.includes(one.name)) delete one.master;
    if (one !== target) one.ports = one.ports.filter((port) => !names.includes(port));
    if (names.includes(one.name)) one.master = target.name;
  }
  target.ports = names;
}

/** The draft of that name; made, with the one it lies on, when no file has it yet. */
function at(after: Map<string, Draft>, name: string, type: Draft['type'], lower?: string): Draft {
  if (!/^[A-Za-z0-9][\w.+-]{0,14}$/.test(name))
    throw new Unsupported(`The name ${JSON.stringify(name)} has characters with a meaning of their own in configuration files.`);
  if (lower !== undefined && !after.has(lower)) at(after, lower, 'ethernet');
  const found = after.get(name);
  if (found !== undefined && found.type !== type)
    throw new Unsupported(
      `${name} is of type ${found.type} ${found.file === '' ? 'elsewhere in what is asked for' : `in ${found.file}`}, not of type ${type}.`,
    );
  const one = found ?? draft({ backend: 'netplan', file: '', line: 0, name, type, onBoot: true });
  after.set(name, one);
  return one;
}

function addressing(target: Draft, { family, autoconf, dhcp, ips, gateway }: InterfaceProtocol): void {
  if (dhcp?.peerDns === false)
    throw new Unsupported(`${target.name} asks for DHCP without its name servers (peerdns='no'); add that to the file by hand.`);
  if (dhcp !== undefined) target[family === 'ipv4' ? 'dhcp4' : 'dhcp6'] = true;
  if (autoconf === true) target.autoconf = true;
  for (const ip of ips) {
    const prefix = prefixOf(ip);
    if (prefix === undefined) throw new Unsupported(`The address ${ip.address} of ${target.name} needs a prefix.`);
    target.addresses.push(`${ip.address}/${prefix}`);
  }
  if (gateway === undefined) return;
  if (parseAddress(gateway)?.family !== family)
    throw new Unsupported(`The gateway ${JSON.stringify(gateway)} of ${target.name} is not an ${family} address.`);
  target[family === 'ipv4' ? 'gateway4' : 'gateway6'] = gateway;
}

function movesIn(changes: readonly DraftChange[], after: ReadonlyMap<string, Draft>): { from: string; to: string }[] {
  return changes.flatMap(({ name, before, after: now }) => {
    if (before === undefined) return [];
    if (now === undefined)
      return before.ports
        .filter((port) => {
          const heir = after.get(port);
          return heir !== undefined && hasAddresses(heir);
        })
        .slice(0, 1)
        .map((to) => ({ from: name, to }));
    const master = now.master === undefined || now.master === before.master ? undefined : after.get(now.master);
    return master !== undefined && hasAddresses(before) && hasAddresses(master) ? [{ from: name, to: master.name }] : [];
  });
}
