import { isDeepStrictEqual } from 'node:util';
import { addressBits, formatSubnet, parseAddress, parseSubnet } from '../../model/address.ts';
import { assertNever } from '../../model/errors.ts';
import type { NftConnectionState, NftFamily, NftField, NftHeader, NftMatch, NftRule, NftVerdict, PortRange } from '../../model/nft.ts';
import { headerPlaces, headerText, headerValue } from './nft-headers.ts';
import { addressBytes, bytesAddress, nameBytes, nameOf } from './nft-values.ts';

/**
 * One instruction of the kernel's rule machine (linux/netfilter/nf_tables.h). Registers are counted in
 * units of 4 bytes from 0, so a 16-byte value takes four.
 */
export type Expression =
  | { readonly name: 'meta'; readonly load: 'iifname' | 'oifname' | 'nfproto' | 'l4proto' | 'protocol'; readonly to: number }
  | {
      readonly name: 'payload';
      readonly base: 'link' | 'network' | 'transport';
      readonly offset: number;
      readonly length: number;
      readonly to: number;
    }
  | { readonly name: 'ct'; readonly load: 'state' | 'status'; readonly to: number }
  /** Of which kind the address is: on the packet's own link, or anywhere on this host. */
  | { readonly name: 'fib'; readonly address: 'saddr' | 'daddr' | 'daddr-anywhere'; readonly to: number }
  | { readonly name: 'bitwise'; readonly register: number; readonly mask: Buffer }
  | { readonly name: 'cmp'; readonly register: number; readonly op: '==' | '!='; readonly value: Buffer }
  | { readonly name: 'lookup'; readonly register: number; readonly set: string; readonly verdict: boolean; readonly to?: number }
  | { readonly name: 'immediate'; readonly to: number; readonly value: Buffer }
  | { readonly name: 'verdict'; readonly kind: 'accept' | 'drop' | 'return' | 'jump'; readonly chain?: string }
  | { readonly name: 'counter' }
  | { readonly name: 'reject' }
  | { readonly name: 'masq'; readonly ports?: Registers }
  | {
      readonly name: 'nat';
      readonly changes: 'source' | 'destination';
      readonly family: NftFamily;
      readonly addresses: Registers;
      readonly ports?: Registers;
    };

interface Registers {
  readonly min: number;
  readonly max: number;
}

const familyNumber = { ipv4: Buffer.from([2]), ipv6: Buffer.from([10]) } as const;
const protocolNumber = { tcp: Buffer.from([6]), udp: Buffer.from([17]), icmpv6: Buffer.from([58]) } as const;
const addressOffset = { ipv4: { saddr: 12, daddr: 16 }, ipv6: { saddr: 8, daddr: 24 } } as const;
/** Bits of `ct state`, in the machine's byte order. */
const stateBit = { established: 2, related: 4 } as const;
/** IPS_DST_NAT */
const statusDnat = 32;
const routeTypeLocal = uint32(2);

/** The instructions of a rule. The same rule always gives the same instructions. */
export function lowerRule(rule: NftRule): Expression[] {
  let family: NftFamily | undefined;
  const only = (wanted: NftFamily): Expression[] => {
    if (family === wanted) return [];
    family = wanted;
    return [
      { name: 'meta', load: 'nfproto', to: 0 },
      { name: 'cmp', register: 0, op: '==', value: familyNumber[wanted] },
    ];
  };
  return [
    ...rule.matches.flatMap((match) => lowerMatch(match, only)),
    ...(rule.counted ? [{ name: 'counter' } as const] : []),
    ...lowerVerdict(rule.verdict, only),
  ];
}

/** @param only Instructions that let no other family pass; none when an earlier match has them. */
function lowerMatch(match: NftMatch, only: (family: NftFamily) => Expression[]): Expression[] {
  switch (match.match) {
    case 'iifname':
    case 'oifname':
      return [
        { name: 'meta', load: match.match, to: 0 },
        { name: 'cmp', register: 0, op: match.op, value: nameBytes(match.name) },
      ];
    case 'saddr':
    case 'daddr':
      return [...only(match.family), ...lowerSubnet(match)];
    case 'l4proto':
      return [
        { name: 'meta', load: 'l4proto', to: 0 },
        { name: 'cmp', register: 0, op: '==', value: protocolNumber[match.protocol] },
      ];
    case 'ct-state':
      return [
        { name: 'ct', load: 'state', to: 0 },
        { name: 'bitwise', register: 0, mask: uint32(match.states.reduce((bits, state) => bits | stateBit[state], 0)) },
        { name: 'cmp', register: 0, op: '!=', value: uint32(0) },
      ];
    case 'ct-dnat':
      return [
        { name: 'ct', load: 'status', to: 0 },
        { name: 'bitwise', register: 0, mask: uint32(statusDnat) },
        { name: 'cmp', register: 0, op: '!=', value: uint32(0) },
      ];
    case 'header':
      return lowerHeader(match);
    case 'local':
      return [
        { name: 'fib', address: 'daddr-anywhere', to: 0 },
        { name: 'cmp', register: 0, op: '==', value: routeTypeLocal },
      ];
    case 'set':
      return [...lowerFields(match.key, only), { name: 'lookup', register: 0, set: match.set, verdict: false }];
    case 'not-on-link':
      return [
        { name: 'fib', address: match.address, to: 0 },
        { name: 'cmp', register: 0, op: '!=', value: routeTypeLocal },
      ];
    default:
      return assertNever(match);
  }
}

/**
 * IPv4 is loaded whole and masked: four bytes have a short way in the kernel, three have not (nft itself
 * loads three for a /24). IPv6 has no short way, so whole bytes of the prefix are loaded alone.
 */
function lowerSubnet({ match: side, family, cidr, op }: Extract<NftMatch, { match: 'saddr' | 'daddr' }>): Expression[] {
  const subnet = parseSubnet(cidr);
  if (subnet === undefined) throw new TypeError(`${cidr} is no subnet`);
  const bits = addressBits(family);
  const { prefix } = subnet;
  const whole = family === 'ipv4' || prefix % 8 !== 0 || prefix === 0;
  const length = whole ? bits / 8 : prefix / 8;
  const mask = whole && prefix < bits ? [{ name: 'bitwise', register: 0, mask: maskBytes(bits, prefix) } as const] : [];
  return [
    { name: 'payload', base: 'network', offset: addressOffset[family][side], length, to: 0 },
    ...mask,
    { name: 'cmp', register: 0, op: op ?? '==', value: addressBytes({ family, value: subnet.base }).subarray(0, length) },
  ];
}

/** Of an address with a prefix length only so many bits are compared. */
function lowerHeader({ header, op, value }: Extract<NftMatch, { match: 'header' }>): Expression[] {
  const [whole = '', prefix] = value.split('/');
  const bytes = headerValue(header, whole);
  const mask = prefix === undefined ? [] : [{ name: 'bitwise', register: 0, mask: maskBytes(bytes.length * 8, Number(prefix)) } as const];
  return [loadHeader(header), ...mask, { name: 'cmp', register: 0, op, value: bytes }];
}

/** Fields go into registers one after the other, each filled up to four bytes: so a set's key is laid out. */
function lowerFields(fields: readonly NftField[], only: (family: NftFamily) => Expression[]): Expression[] {
  let to = 0;
  return fields.flatMap((field) => {
    const at = to;
    const load = loadOf(field, at);
    to += load.words;
    return [...(load.family === undefined ? [] : only(load.family)), load.expression];
  });
}

function loadOf(field: NftField, to: number): { readonly expression: Expression; readonly words: number; readonly family?: NftFamily } {
  switch (field) {
    case 'iifname':
    case 'oifname':
      return { expression: { name: 'meta', load: field, to }, words: 4 };
    case 'meta l4proto':
      return { expression: { name: 'meta', load: 'l4proto', to }, words: 1 };
    case 'th dport':
      return { expression: { name: 'payload', base: 'transport', offset: 2, length: 2, to }, words: 1 };
    case 'ip saddr':
    case 'ip daddr':
      return { expression: loadAddress('ipv4', field === 'ip saddr' ? 'saddr' : 'daddr', to), words: 1, family: 'ipv4' };
    case 'ip6 saddr':
    case 'ip6 daddr':
      return { expression: loadAddress('ipv6', field === 'ip6 saddr' ? 'saddr' : 'daddr', to), words: 4, family: 'ipv6' };
    default:
      return assertNever(field);
  }
}

function loadHeader(header: NftHeader): Expression {
  const place = headerPlaces[header];
  return place === undefined ? { name: 'meta', load: 'protocol', to: 0 } : { name: 'payload', ...place, to: 0 };
}

function loadAddress(family: NftFamily, side: 'saddr' | 'daddr', to: number): Expression {
  return { name: 'payload', base: 'network', offset: addressOffset[family][side], length: addressBits(family) / 8, to };
}

function lowerVerdict(verdict: NftVerdict, only: (family: NftFamily) => Expression[]): Expression[] {
  switch (verdict.kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return [{ name: 'verdict', kind: verdict.kind }];
    case 'jump':
      return [{ name: 'verdict', kind: 'jump', chain: verdict.chain }];
    case 'vmap':
      return [...lowerFields([verdict.key], () => []), { name: 'lookup', register: 0, set: verdict.map, verdict: true }];
    case 'reject':
      return [{ name: 'reject' }];
    case 'masquerade':
      return verdict.ports === undefined
        ? [{ name: 'masq' }]
        : [...lowerPorts(verdict.ports, 0), { name: 'masq', ports: { min: 0, max: 4 } }];
    case 'snat':
      return lowerSnat(verdict);
    case 'dnat':
      return lowerDnat(verdict, only);
    case 'foreign':
      throw new TypeError('A rule that is not ours has no instructions.');
    default:
      return assertNever(verdict);
  }
}

function lowerSnat({ family, start, end, ports }: Extract<NftVerdict, { kind: 'snat' }>): Expression[] {
  const one = start === end;
  const first = one ? 4 : 8;
  return [
    { name: 'immediate', to: 0, value: addressBytes(parseAddress(start)!) },
    ...(one ? [] : [{ name: 'immediate', to: 4, value: addressBytes(parseAddress(end)!) } as const]),
    ...(ports === undefined ? [] : lowerPorts(ports, first)),
    {
      name: 'nat',
      changes: 'source',
      family,
      addresses: { min: 0, max: one ? 0 : 4 },
      ...(ports === undefined ? {} : { ports: { min: first, max: first + 4 } }),
    },
  ];
}

/** What the map holds goes into the same registers as the key: the address first, the port behind it. */
function lowerDnat({ family, key, map }: Extract<NftVerdict, { kind: 'dnat' }>, only: (family: NftFamily) => Expression[]): Expression[] {
  const port = addressBits(family) / 32;
  return [
    ...only(family),
    ...lowerFields(key, only),
    { name: 'lookup', register: 0, set: map, verdict: false, to: 0 },
    { name: 'nat', changes: 'destination', family, addresses: { min: 0, max: 0 }, ports: { min: port, max: port } },
  ];
}

function lowerPorts({ start, end }: PortRange, to: number): Expression[] {
  return [
    { name: 'immediate', to, value: uint16(start) },
    { name: 'immediate', to: to + 4, value: uint16(end) },
  ];
}

/** The rule that these instructions are; `foreign` when no rule of ours gives exactly them. */
export function raiseRule(expressions: readonly Expression[] | undefined, comment?: string): NftRule {
  const guess = expressions && guessRule(expressions);
  const exact = guess !== undefined && isDeepStrictEqual(lowerRule(guess), expressions);
  const rule: NftRule = exact ? guess : { matches: [], counted: false, verdict: { kind: 'foreign' } };
  return comment === undefined ? rule : { ...rule, comment };
}

/** Reads instructions from left to right and leaves every check to the comparison that follows. */
function guessRule(expressions: readonly Expression[]): NftRule | undefined {
  const matches: NftMatch[] = [];
  const values = new Map<number, Buffer>();
  let counted = false;
  let verdict: NftVerdict | undefined;
  let fields: NftField[] = [];
  let mask: Buffer | undefined;
  let loaded: Expression | undefined;
  let family: NftFamily | undefined;
  let found: Extract<Expression, { name: 'lookup' }> | undefined;
  let key: NftField[] = [];
  for (const expression of expressions) {
    switch (expression.name) {
      case 'meta':
      case 'payload':
      case 'ct':
      case 'fib': {
        loaded = expression;
        mask = undefined;
        const field = fieldOf(expression);
        if (field !== undefined) fields.push(field);
        break;
      }
      case 'bitwise':
        ({ mask } = expression);
        break;
      case 'cmp': {
        if (loaded?.name === 'meta' && loaded.load === 'nfproto') family = expression.value[0] === 2 ? 'ipv4' : 'ipv6';
        else matches.push(...guessMatch(loaded, mask, expression, family));
        fields = [];
        break;
      }
      case 'lookup':
        [found, key] = [expression, fields];
        if (expression.to !== undefined) break;
        if (expression.verdict && fields[0] !== undefined) verdict = { kind: 'vmap', key: fields[0], map: expression.set };
        else matches.push({ match: 'set', key: fields, set: expression.set });
        fields = [];
        break;
      case 'immediate':
        values.set(expression.to, expression.value);
        break;
      case 'counter':
        counted = true;
        break;
      case 'verdict':
        verdict = expression.kind === 'jump' ? { kind: 'jump', chain: expression.chain ?? '' } : { kind: expression.kind };
        break;
      case 'reject':
        verdict = { kind: 'reject' };
        break;
      case 'masq':
        verdict = { kind: 'masquerade', ...portsIn(values, expression.ports) };
        break;
      case 'nat': {
        if (expression.changes === 'destination') {
          verdict = { kind: 'dnat', family: expression.family, key, map: found?.set ?? '' };
          break;
        }
        const start = bytesAddress(values.get(expression.addresses.min));
        const end = bytesAddress(values.get(expression.addresses.max));
        if (start === undefined || end === undefined) return undefined;
        verdict = { kind: 'snat', family: expression.family, start, end, ...portsIn(values, expression.ports) };
        break;
      }
      default:
        return assertNever(expression);
    }
  }
  return verdict && { matches, counted, verdict };
}

function guessMatch(
  loaded: Expression | undefined,
  mask: Buffer | undefined,
  { op, value }: Extract<Expression, { name: 'cmp' }>,
  family: NftFamily | undefined,
): NftMatch[] {
  switch (loaded?.name) {
    case 'meta':
      if (loaded.load === 'l4proto') return [{ match: 'l4proto', protocol: value[0] === 6 ? 'tcp' : value[0] === 17 ? 'udp' : 'icmpv6' }];
      if (loaded.load === 'protocol') return [{ match: 'header', header: 'meta protocol', op, value: headerText('meta protocol', value) }];
      return loaded.load === 'nfproto' ? [] : [{ match: loaded.load, op, name: nameOf(value) }];
    case 'payload': {
      if (family === undefined) return guessHeader(loaded, op, value, mask);
      const match = loaded.offset === addressOffset[family].saddr ? 'saddr' : 'daddr';
      const whole = Buffer.alloc(addressBits(family) / 8);
      value.copy(whole);
      const prefix = mask === undefined ? value.length * 8 : ones(mask);
      return [
        { match, family, cidr: formatSubnet({ family, base: BigInt(`0x${whole.toString('hex')}`), prefix }), ...(op === '!=' && { op }) },
      ];
    }
    case 'ct': {
      if (loaded.load === 'status') return [{ match: 'ct-dnat' }];
      const bits = mask?.readUInt32LE() ?? 0;
      const states: NftConnectionState[] = (['established', 'related'] as const).filter((state) => (bits & stateBit[state]) !== 0);
      return [{ match: 'ct-state', states }];
    }
    case 'fib':
      return loaded.address === 'daddr-anywhere' ? [{ match: 'local' }] : [{ match: 'not-on-link', address: loaded.address }];
    default:
      return [];
  }
}

/** Only rules of the bridge's table compare parts of a packet without asking for its family first. */
function guessHeader(
  { base, offset, length }: Extract<Expression, { name: 'payload' }>,
  op: '==' | '!=',
  value: Buffer,
  mask: Buffer | undefined,
): NftMatch[] {
  const headers = Object.keys(headerPlaces) as NftHeader[];
  const header = headers.find((name) => {
    const place = headerPlaces[name];
    return place?.base === base && place.offset === offset && place.length === length;
  });
  if (header === undefined) return [];
  return [{ match: 'header', header, op, value: `${headerText(header, value)}${mask === undefined ? '' : `/${ones(mask)}`}` }];
}

function fieldOf(load: Extract<Expression, { name: 'meta' | 'payload' | 'ct' | 'fib' }>): NftField | undefined {
  if (load.name === 'meta')
    return load.load === 'nfproto' || load.load === 'protocol' ? undefined : load.load === 'l4proto' ? 'meta l4proto' : load.load;
  if (load.name !== 'payload' || load.base === 'link') return undefined;
  if (load.base === 'transport') return 'th dport';
  if (load.length === 4) return load.offset === addressOffset.ipv4.saddr ? 'ip saddr' : 'ip daddr';
  return load.offset === addressOffset.ipv6.saddr ? 'ip6 saddr' : 'ip6 daddr';
}

function portsIn(values: ReadonlyMap<number, Buffer>, registers: Registers | undefined): { ports?: PortRange } {
  const [min, max] = [values.get(registers?.min ?? -1), values.get(registers?.max ?? -1)];
  return min?.length === 2 && max?.length === 2 ? { ports: { start: min.readUInt16BE(), end: max.readUInt16BE() } } : {};
}

function maskBytes(bits: number, prefix: number): Buffer {
  const mask = Buffer.alloc(bits / 8);
  for (let bit = 0; bit < prefix; bit++) mask[bit >> 3]! |= 0x80 >> (bit & 7);
  return mask;
}

function ones(mask: Buffer): number {
  let count = 0;
  for (const byte of mask) for (let bit = byte; bit !== 0; bit &= bit - 1) count++;
  return count;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
