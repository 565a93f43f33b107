import type { FilterChain, FilterMatch, FilterRule, FilterTable, FilterVerdict } from '../../model/firewall.ts';

/** The table `filter` of what iptables-save(8) prints. Undefined where it prints none. */
export function parseIptables(text: string, family: 'ip' | 'ip6', tool: 'iptables-nft' | 'iptables-legacy'): FilterTable | undefined {
  const section = /^\*filter\n([^]*?)^COMMIT$/m.exec(text)?.[1];
  if (section === undefined) return undefined;
  const chains = new Map<string, Omit<FilterChain, 'rules'> & { readonly rules: FilterRule[] }>();
  for (const line of section.split('\n')) {
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name !== undefined && name === 'FORWARD')
      chains.set(name, { name, base: { priority: 0, policy: policy === 'DROP' ? 'drop' : 'accept' }, rules: [] });
    else if (name !== undefined) chains.set(name, { name, rules: [] });
    const [, chain, rest] = /^-A (\S+) ?(.*)$/.exec(line) ?? [];
    if (chain !== undefined && rest !== undefined) chains.get(chain)?.rules.push({ text: line, ...parseRule(words(rest)) });
  }
  return { family, name: 'filter', tool, chains };
}

/** A rule's words; text in quotes is one. */
function words(text: string): string[] {
  return [...text.matchAll(/"((?:\\.|[^"])*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** What goes with these matches of iptables-extensions(8) says nothing about the packet. */
const silent: ReadonlySet<string> = new Set(['--comment', '-m', '--reject-with', '--log-prefix', '--log-level']);

function parseRule(all: readonly string[]): Pick<FilterRule, 'matches' | 'verdict'> {
  const matches: FilterMatch[] = [];
  let verdict: FilterVerdict | undefined;
  let not = false;
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at] ?? '';
    if (word === '!') {
      not = true;
      continue;
    }
    const value = all[at + 1] ?? '';
    const takesValue = value !== '!' && !value.startsWith('-');
    switch (word) {
      case '-i':
      case '-o':
        matches.push({ on: word === '-i' ? 'in' : 'out', not, links: [value.replace(/\+$/, '*')] });
        break;
      case '-s':
      case '-d':
        matches.push({ on: word === '-s' ? 'from' : 'to', not, subnets: value.split(',') });
        break;
      case '--ctstate':
      case '--state':
        matches.push({ on: 'state', not, states: value.toLowerCase().split(',') });
        break;
      case '--physdev-is-bridged':
        matches.push({ on: 'bridged', not });
        break;
      case '-j':
        verdict = verdictOf(value, 'jump');
        break;
      case '-g':
        verdict = verdictOf(value, 'goto');
        break;
      default:
        if (!silent.has(word)) matches.push({ on: 'unknown' });
    }
    if (takesValue) at += 1;
    not = false;
  }
  return { matches, ...(verdict !== undefined && { verdict }) };
}

/** Targets that leave the packet to the next rule. */
const passing: ReadonlySet<string> = new Set(['LOG', 'NFLOG', 'MARK', 'CONNMARK', 'TCPMSS', 'CHECKSUM', 'TRACE', 'ULOG', 'AUDIT']);

function verdictOf(target: string, way: 'jump' | 'goto'): FilterVerdict | undefined {
  if (target === 'ACCEPT') return { kind: 'accept' };
  if (target === 'DROP' || target === 'REJECT') return { kind: 'drop' };
  if (target === 'RETURN') return { kind: 'return' };
  return passing.has(target) ? undefined : { kind: way, chain: target };
}
