import { assertNever } from '../../model/errors.ts';
import type { NftFamily } from '../../model/nft.ts';
import { Attributes, AttributeWriter } from './attributes.ts';
import type { Expression } from './nft-expressions.ts';

/** Numbers and attributes of linux/netfilter/nf_tables.h; everything is big-endian except registers' contents. */
const metaKey = { protocol: 1, iifname: 6, oifname: 7, nfproto: 15, l4proto: 16 } as const;
const payloadBase = { link: 0, network: 1, transport: 2 } as const;
const ctKey = { state: 0, status: 2 } as const;
const fibFlags = { saddr: 1 | 16, daddr: 2 | 8, 'daddr-anywhere': 2 } as const;
const natType = { source: 0, destination: 1 } as const;
const natFamily = { ipv4: 2, ipv6: 10 } as const;
export const verdictCode = { drop: 0, accept: 1, jump: -3, return: -5 } as const;
/** NF_NAT_RANGE_PROTO_SPECIFIED: nft sets it beside a port range, and prints by it. */
const withPorts = 2;

/** Writes NFTA_RULE_EXPRESSIONS' content. */
export function writeExpressions(list: AttributeWriter, expressions: readonly Expression[]): void {
  for (const expression of expressions) {
    list.nest(1, (item) => {
      item.text(1, expression.name === 'verdict' ? 'immediate' : expression.name);
      item.nest(2, (data) => writeExpression(data, expression));
    });
  }
}

function writeExpression(data: AttributeWriter, expression: Expression): void {
  switch (expression.name) {
    case 'meta':
      data.be32(1, register(expression.to)).be32(2, metaKey[expression.load]);
      return;
    case 'payload':
      data.be32(1, register(expression.to)).be32(2, payloadBase[expression.base]).be32(3, expression.offset).be32(4, expression.length);
      return;
    case 'ct':
      data.be32(1, register(expression.to)).be32(2, ctKey[expression.load]);
      return;
    case 'fib':
      data.be32(1, register(expression.to)).be32(2, 3).be32(3, fibFlags[expression.address]);
      return;
    case 'bitwise':
      data
        .be32(1, register(expression.register))
        .be32(2, register(expression.register))
        .be32(3, expression.mask.length)
        .nest(4, (mask) => mask.bytes(1, expression.mask))
        .nest(5, (xor) => xor.bytes(1, Buffer.alloc(expression.mask.length)));
      return;
    case 'cmp':
      data
        .be32(1, register(expression.register))
        .be32(2, expression.op === '==' ? 0 : 1)
        .nest(3, (value) => value.bytes(1, expression.value));
      return;
    case 'lookup':
      data.text(1, expression.set).be32(2, register(expression.register));
      if (expression.verdict) data.be32(3, 0);
      else if (expression.to !== undefined) data.be32(3, register(expression.to));
      return;
    case 'immediate':
      data.be32(1, register(expression.to)).nest(2, (value) => value.bytes(1, expression.value));
      return;
    case 'verdict':
      data.be32(1, 0).nest(2, (value) => writeVerdict(value, expression.kind, expression.chain));
      return;
    case 'counter':
      return;
    case 'reject':
      // ICMP or ICMPv6, as the packet is: port unreachable.
      data.be32(1, 2).u8(2, 1);
      return;
    case 'masq':
      if (expression.ports === undefined) return;
      data.be32(1, withPorts).be32(2, register(expression.ports.min)).be32(3, register(expression.ports.max));
      return;
    case 'nat':
      data.be32(1, natType[expression.changes]).be32(2, natFamily[expression.family]).be32(3, register(expression.addresses.min));
      if (expression.addresses.max !== expression.addresses.min) data.be32(4, register(expression.addresses.max));
      if (expression.ports !== undefined)
        data.be32(5, register(expression.ports.min)).be32(6, register(expression.ports.max)).be32(7, withPorts);
      return;
    default:
      assertNever(expression);
  }
}

/** NFTA_DATA_VERDICT, in rules and as what a verdict map holds. */
export function writeVerdict(data: AttributeWriter, kind: keyof typeof verdictCode, chain: string | undefined): void {
  data.nest(2, (verdict) => {
    verdict.be32(1, verdictCode[kind]);
    if (chain !== undefined) verdict.text(2, chain);
  });
}

/** What a rule does, and what its counter has counted; `expressions` is undefined when one is none of ours. */
export interface ReadRule {
  readonly expressions: readonly Expression[] | undefined;
  readonly packets: bigint;
  readonly bytes: bigint;
}

export function readExpressions(items: readonly Buffer[]): ReadRule {
  const expressions: (Expression | undefined)[] = [];
  let [packets, bytes] = [0n, 0n];
  for (const item of items) {
    const attributes = new Attributes(item);
    const name = attributes.text(1) ?? '';
    const data = attributes.nested(2);
    if (name === 'counter') [bytes, packets] = [data?.be64(1) ?? 0n, data?.be64(2) ?? 0n];
    expressions.push(data === undefined && name !== 'masq' ? undefined : readExpression(name, data ?? new Attributes(Buffer.alloc(0))));
  }
  const known = expressions.filter((expression) => expression !== undefined);
  return { expressions: known.length === items.length ? known : undefined, packets, bytes };
}

function readExpression(name: string, data: Attributes): Expression | undefined {
  switch (name) {
    case 'meta': {
      const load = keyOf(metaKey, data.be32(2));
      return load && data.has(1) ? { name, load, to: words(data.be32(1)) } : undefined;
    }
    case 'payload': {
      const base = keyOf(payloadBase, data.be32(2));
      return base && data.has(1)
        ? { name, base, offset: data.be32(3) ?? -1, length: data.be32(4) ?? 0, to: words(data.be32(1)) }
        : undefined;
    }
    case 'ct': {
      const load = keyOf(ctKey, data.be32(2) ?? -1);
      return load && data.has(1) ? { name, load, to: words(data.be32(1)) } : undefined;
    }
    case 'fib': {
      const address = keyOf(fibFlags, data.be32(3));
      return address && data.be32(2) === 3 ? { name, address, to: words(data.be32(1)) } : undefined;
    }
    case 'bitwise': {
      const mask = data.nested(4)?.bytes(1);
      const plain =
        data
          .nested(5)
          ?.bytes(1)
          ?.every((byte) => byte === 0) === true && data.be32(1) === data.be32(2);
      return mask && plain ? { name, register: words(data.be32(1)), mask } : undefined;
    }
    case 'cmp': {
      const value = data.nested(3)?.bytes(1);
      const op = (['==', '!='] as const)[data.be32(2) ?? -1];
      return value && op ? { name, register: words(data.be32(1)), op, value } : undefined;
    }
    case 'lookup':
      return readLookup(data);
    case 'immediate':
      return readImmediate(data);
    case 'counter':
      return { name };
    case 'reject':
      return data.be32(1) === 2 && data.u8(2) === 1 ? { name } : undefined;
    case 'masq':
      return data.has(2) ? { name, ports: registers(data, 2, 3) } : data.be32(1) ? undefined : { name };
    case 'nat':
      return readNat(data);
    default:
      return undefined;
  }
}

/** Into no register but the verdict's, into none, or into one of values. Negated look-ups are none of ours. */
function readLookup(data: Attributes): Expression | undefined {
  if (data.be32(5)) return undefined;
  const lookup = { name: 'lookup', register: words(data.be32(2)), set: data.text(1) ?? '' } as const;
  const into = data.be32(3);
  return into === undefined || into === 0 ? { ...lookup, verdict: into === 0 } : { ...lookup, verdict: false, to: words(into) };
}

function readImmediate(data: Attributes): Expression | undefined {
  const value = data.nested(2)?.bytes(1);
  if (value !== undefined) return { name: 'immediate', to: words(data.be32(1)), value };
  const verdict = data.nested(2)?.nested(2);
  const code = verdict?.be32(1);
  const kind = code === undefined ? undefined : keyOf(verdictCode, code | 0);
  if (kind === undefined) return undefined;
  const chain = verdict?.text(2);
  return chain === undefined ? { name: 'verdict', kind } : { name: 'verdict', kind, chain };
}

function readNat(data: Attributes): Expression | undefined {
  const family: NftFamily | undefined = keyOf(natFamily, data.be32(2));
  const changes = keyOf(natType, data.be32(1) ?? -1);
  if (family === undefined || changes === undefined || !data.has(3)) return undefined;
  const addresses = data.has(4) ? registers(data, 3, 4) : { min: words(data.be32(3)), max: words(data.be32(3)) };
  return { name: 'nat', changes, family, addresses, ...(data.has(5) && { ports: registers(data, 5, 6) }) };
}

function registers(data: Attributes, min: number, max: number): { min: number; max: number } {
  return { min: words(data.be32(min)), max: words(data.be32(max)) };
}

/** The kernel's name for a register: 1 to 4 for those that start a 16-byte one, 8 and up for the others. */
function register(to: number): number {
  return to % 4 === 0 ? to / 4 + 1 : to + 8;
}

function words(number: number | undefined): number {
  if (number === undefined) return -1;
  return number >= 8 ? number - 8 : (number - 1) * 4;
}

function keyOf<Key extends string>(table: Readonly<Record<Key, number>>, value: number | undefined): Key | undefined {
  for (const key in table) if (table[key] === value) return key;
  return undefined;
}
