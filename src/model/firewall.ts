/**
 * What programs of a host have said about forwarded packets, as far as it takes to tell whom they drop. What is not
 * understood is kept as such, and never guessed.
 */
export interface FilterTable {
  readonly family: 'ip' | 'ip6' | 'inet';
  readonly name: string;
  /** The tool it is looked at with. */
  readonly tool: 'nft' | 'iptables-nft' | 'iptables-legacy';
  readonly chains: ReadonlyMap<string, FilterChain>;
}

export interface FilterChain {
  readonly name: string;
  /** Absent for a chain that only others lead to. */
  readonly base?: { readonly priority: number; readonly policy: 'accept' | 'drop' };
  readonly rules: readonly FilterRule[];
}

export interface FilterRule {
  /** As its tool prints it. */
  readonly text: string;
  readonly matches: readonly FilterMatch[];
  /** Absent where it only counts, logs or marks. */
  readonly verdict?: FilterVerdict;
}

export type FilterVerdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'unknown' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

export type FilterMatch =
  /** Names of links; one that ends in `*` stands for all that begin so. */
  | { readonly on: 'in' | 'out'; readonly not: boolean; readonly links: readonly string[] }
  /** Subnets, `192.168.122.0/24`. */
  | { readonly on: 'from' | 'to'; readonly not: boolean; readonly subnets: readonly string[] }
  /** States of a connection, in small letters. */
  | { readonly on: 'state'; readonly not: boolean; readonly states: readonly string[] }
  | { readonly on: 'family'; readonly not: boolean; readonly families: readonly string[] }
  /** Frames that stay inside a bridge. */
  | { readonly on: 'bridged'; readonly not: boolean }
  | { readonly on: 'unknown' };
