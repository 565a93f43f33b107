import { contains, lastOf, overlap, parseSubnet, type Subnet } from '../model/address.ts';
import type { FilterChain, FilterMatch, FilterRule, FilterTable } from '../model/firewall.ts';

/** A packet that the host passes on, as far as rules are asked about it. */
export interface Passing {
  readonly family: 'ipv4' | 'ipv6';
  readonly in: string;
  readonly out: string;
  /** Absent where it may be anything. */
  readonly from?: Subnet;
  readonly to?: Subnet;
  readonly state: 'new' | 'established';
  /** It stays inside a bridge, and is only shown to the filter. */
  readonly bridged: boolean;
}

/** Who drops it, and by what. */
export interface Dropped {
  readonly table: FilterTable;
  readonly chain: string;
  /** The rule as its tool prints it; absent where the chain's policy does it. */
  readonly rule?: string;
  /** Before that came rules that may let it through, and that nobody here can read. */
  readonly perhaps: boolean;
}

/**
 * What the host's filters do with a packet: undefined when they let it pass. Every base chain is asked, in their order:
 * an accept ends its own chain only. A drop that hangs on something unknown is passed over.
 */
export function whoDrops(tables: readonly FilterTable[], packet: Passing): Dropped | undefined {
  const chains = tables
    .filter(({ family }) => family === 'inet' || family === (packet.family === 'ipv4' ? 'ip' : 'ip6'))
    .flatMap((table) =>
      [...table.chains.values()].flatMap((chain) => (chain.base === undefined ? [] : [{ table, chain, base: chain.base }])),
    )
    .toSorted((a, b) => a.base.priority - b.base.priority);
  for (const { table, chain, base } of chains) {
    const walk = new Walk(table, packet);
    const end = walk.through(chain);
    if (end.kind === 'dropped') return { table, chain: end.chain, rule: end.rule, perhaps: walk.mayHavePassed };
    if (end.kind === 'through' && base.policy === 'drop') return { table, chain: chain.name, perhaps: walk.mayHavePassed };
  }
  return undefined;
}

type End = { readonly kind: 'accepted' | 'through' } | { readonly kind: 'dropped'; readonly chain: string; readonly rule: string };

const through: End = { kind: 'through' };

class Walk {
  readonly #table: FilterTable;
  readonly #packet: Passing;
  readonly #open = new Set<string>();
  mayHavePassed = false;

  constructor(table: FilterTable, packet: Passing) {
    this.#table = table;
    this.#packet = packet;
  }

  through(chain: FilterChain): End {
    for (const rule of chain.rules) {
      const fits = rule.matches.reduce(
        (sum: boolean | undefined, match) => (sum === false ? false : both(sum, isMet(match, this.#packet))),
        true,
      );
      if (fits === false || rule.verdict === undefined) continue;
      if (rule.verdict.kind === 'return' && fits === true) return through;
      const end = this.#follow(chain, rule);
      // Who went to another chain does not come back to this one.
      if (rule.verdict.kind === 'goto' && fits === true) return end;
      if (end.kind === 'through') continue;
      if (fits === true) return end;
      if (end.kind === 'accepted') this.mayHavePassed = true;
    }
    return through;
  }

  #follow(chain: FilterChain, { verdict, text }: FilterRule): End {
    switch (verdict?.kind) {
      case 'accept':
        return { kind: 'accepted' };
      case 'drop':
        return { kind: 'dropped', chain: chain.name, rule: text };
      case 'jump':
      case 'goto': {
        const next = this.#table.chains.get(verdict.chain);
        if (next === undefined || this.#open.has(next.name)) {
          this.mayHavePassed ||= next === undefined;
          return through;
        }
        this.#open.add(next.name);
        const end = this.through(next);
        this.#open.delete(next.name);
        return end;
      }
      case 'unknown':
        this.mayHavePassed = true;
        return through;
      default:
        return through;
    }
  }
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

/** Undefined where nobody can say. */
function isMet(match: FilterMatch, packet: Passing): boolean | undefined {
  if (match.on === 'unknown') return undefined;
  const met = meets(match, packet);
  return met === undefined ? undefined : met !== match.not;
}

function meets(match: Exclude<FilterMatch, { on: 'unknown' }>, packet: Passing): boolean | undefined {
  switch (match.on) {
    case 'in':
    case 'out':
      return match.links.some((name) => isNamed(packet[match.on], name));
    case 'from':
    case 'to':
      return isWithin(packet[match.on], match.subnets);
    case 'state':
      return match.states.includes(packet.state);
    case 'family':
      return match.families.includes(packet.family);
    case 'bridged':
      return packet.bridged;
  }
}

function isNamed(link: string, name: string): boolean {
  return name.endsWith('*') ? link.startsWith(name.slice(0, -1)) : link === name;
}

function isWithin(subnet: Subnet | undefined, texts: readonly string[]): boolean | undefined {
  if (subnet === undefined) return undefined;
  const others = texts.map(parseSubnet);
  const holds = (other: Subnet) =>
    contains(other, { family: subnet.family, value: subnet.base }) && contains(other, { family: subnet.family, value: lastOf(subnet) });
  if (others.some((other) => other !== undefined && holds(other))) return true;
  return others.some((other) => other === undefined || overlap(other, subnet)) ? undefined : false;
}
