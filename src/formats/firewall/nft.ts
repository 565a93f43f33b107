import type { FilterChain, FilterMatch, FilterRule, FilterTable, FilterVerdict } from '../../model/firewall.ts';

/**
 * What `nft -j list ruleset` prints (libnftables-json(5)), as far as it is about forwarded packets. The same in nft's own
 * words, from `nft -a list ruleset`, is for people: rules are found in it by their handles.
 */
export function parseNft(json: string, text: string): FilterTable[] {
  const { nftables } = JSON.parse(json) as { nftables: readonly Item[] };
  const lines = ruleLines(text);
  const tables = new Map<string, Omit<FilterTable, 'chains'> & { readonly chains: Map<string, OpenChain> }>();
  for (const { table, chain, rule } of nftables) {
    if (table !== undefined && isFamily(table.family))
      tables.set(`${table.family} ${table.name}`, { family: table.family, name: table.name, tool: 'nft', chains: new Map() });
    if (chain !== undefined)
      tables.get(`${chain.family} ${chain.table}`)?.chains.set(chain.name, {
        name: chain.name,
        ...(chain.hook === 'forward' &&
          chain.type === 'filter' && { base: { priority: chain.prio ?? 0, policy: chain.policy === 'drop' ? 'drop' : 'accept' } }),
        rules: [],
      });
    if (rule === undefined) continue;
    const words = lines.get(`${rule.family} ${rule.table} ${rule.handle}`) ?? `rule with handle ${rule.handle}`;
    tables
      .get(`${rule.family} ${rule.table}`)
      ?.chains.get(rule.chain)
      ?.rules.push(...parseRule(rule.expr, words));
  }
  return [...tables.values()];
}

type OpenChain = Omit<FilterChain, 'rules'> & { readonly rules: FilterRule[] };

interface Item {
  readonly table?: { readonly family: string; readonly name: string };
  readonly chain?: {
    readonly family: string;
    readonly table: string;
    readonly name: string;
    readonly type?: string;
    readonly hook?: string;
    readonly prio?: number;
    readonly policy?: string;
  };
  readonly rule?: {
    readonly family: string;
    readonly table: string;
    readonly chain: string;
    readonly handle: number;
    readonly expr: readonly Statement[];
  };
}

type Statement = Readonly<Record<string, unknown>>;

function isFamily(family: string): family is FilterTable['family'] {
  return family === 'ip' || family === 'ip6' || family === 'inet';
}

/** By family, table and handle. */
function ruleLines(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  let table = '';
  for (const line of text.split('\n')) {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    const [, words, handle] = /^\t\t(.*) # handle (\d+)$/.exec(line) ?? [];
    if (words !== undefined) lines.set(`${table} ${handle}`, words);
  }
  return lines;
}

/** One rule, or with a verdict map one for each of its entries. */
function parseRule(statements: readonly Statement[], text: string): FilterRule[] {
  const matches: FilterMatch[] = [];
  for (const statement of statements) {
    const [[kind, value] = ['', undefined]] = Object.entries(statement);
    const verdict = verdictOf(kind, value);
    if (verdict !== undefined) return [{ text, matches, verdict }];
    if (kind === 'vmap') return entriesOf(value as VerdictMap).map(([match, to]) => ({ text, matches: [...matches, match], verdict: to }));
    if (kind === 'match') matches.push(matchOf(value as Comparison));
    else if (kind === 'xt' && (value as { type?: string }).type === 'target') return [{ text, matches, verdict: { kind: 'unknown' } }];
    else if (!passing.has(kind)) matches.push({ on: 'unknown' });
  }
  return [{ text, matches }];
}

/** Statements after which the rule goes on. */
const passing: ReadonlySet<string> = new Set(['counter', 'log', 'mangle', 'notrack', 'ct helper', 'meter', 'flow']);

function verdictOf(kind: string, value: unknown): FilterVerdict | undefined {
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'return':
      return { kind };
    case 'reject':
      return { kind: 'drop' };
    case 'jump':
    case 'goto':
      return { kind, chain: (value as { target: string }).target };
    case 'queue':
      return { kind: 'unknown' };
    default:
      return undefined;
  }
}

interface Comparison {
  readonly op: string;
  readonly left: unknown;
  readonly right: unknown;
}

interface VerdictMap {
  readonly key: unknown;
  readonly data: { readonly set?: readonly (readonly [unknown, Statement])[] } | string;
}

function entriesOf({ key, data }: VerdictMap): (readonly [FilterMatch, FilterVerdict])[] {
  const set = typeof data === 'string' ? undefined : data.set;
  if (set === undefined) return [[{ on: 'unknown' }, { kind: 'unknown' }]];
  return set.map(([value, statement]) => {
    const [[kind, target] = ['', undefined]] = Object.entries(statement);
    return [matchOf({ op: '==', left: key, right: value }), verdictOf(kind, target) ?? { kind: 'unknown' }];
  });
}

function matchOf({ op, left, right }: Comparison): FilterMatch {
  const values = textsOf(right);
  if (values === undefined || (op !== '==' && op !== '!=' && op !== 'in')) return { on: 'unknown' };
  const not = op === '!=';
  const { meta, ct, payload } = left as { meta?: { key: string }; ct?: { key: string }; payload?: { protocol: string; field: string } };
  if (meta?.key === 'iifname' || meta?.key === 'iif') return { on: 'in', not, links: values };
  if (meta?.key === 'oifname' || meta?.key === 'oif') return { on: 'out', not, links: values };
  if (meta?.key === 'nfproto') return { on: 'family', not, families: values };
  if (ct?.key === 'state') return { on: 'state', not, states: values };
  if (payload?.protocol === 'ip' || payload?.protocol === 'ip6') {
    if (payload.field === 'saddr') return { on: 'from', not, subnets: values };
    if (payload.field === 'daddr') return { on: 'to', not, subnets: values };
  }
  return { on: 'unknown' };
}

/** Names, addresses and prefixes; undefined for named sets, ranges and whatever else. */
function textsOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return value.startsWith('@') ? undefined : [value];
  if (Array.isArray(value)) return allTexts(value);
  const { set, prefix } = (value ?? {}) as { set?: readonly unknown[]; prefix?: { addr: string; len: number } };
  if (prefix !== undefined) return [`${prefix.addr}/${prefix.len}`];
  return set === undefined ? undefined : allTexts(set);
}

function allTexts(values: readonly unknown[]): readonly string[] | undefined {
  const texts = values.map(textsOf);
  return texts.includes(undefined) ? undefined : texts.flatMap((one) => one ?? []);
}
