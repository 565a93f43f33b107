/**
 * nftables rules as data: rendered to nft's own text (for people and `render nftables`), and encoded to
 * netlink (for the kernel). Only what Viaduct's rules need. Source of the terms: nft(8).
 */
export type NftMatch =
  | { readonly match: 'iifname' | 'oifname'; readonly op?: '==' | '!='; readonly name: string }
  | { readonly match: 'saddr' | 'daddr'; readonly family: 'ipv4' | 'ipv6'; readonly op?: '==' | '!='; readonly cidr: string }
  | { readonly match: 'l4proto'; readonly protocols: readonly ('tcp' | 'udp' | 'icmp' | 'icmpv6')[] }
  | { readonly match: 'sport' | 'dport'; readonly protocol: 'tcp' | 'udp'; readonly ports: readonly PortRange[] }
  | { readonly match: 'ct-state'; readonly states: readonly ('established' | 'related' | 'new' | 'invalid')[] }
  | { readonly match: 'ct-status'; readonly status: 'dnat' };

export interface PortRange {
  readonly start: number;
  readonly end: number;
}

export type NftVerdict =
  | { readonly verdict: 'accept' | 'drop' | 'return' }
  | { readonly verdict: 'jump'; readonly chain: string }
  | { readonly verdict: 'reject' }
  | { readonly verdict: 'masquerade'; readonly ports?: PortRange }
  | { readonly verdict: 'snat'; readonly start: string; readonly end: string; readonly ports?: PortRange }
  | { readonly verdict: 'dnat'; readonly family: 'ipv4' | 'ipv6'; readonly address: string; readonly ports?: PortRange };

export interface NftRule {
  readonly matches: readonly NftMatch[];
  /** Every rule counts packets and bytes. */
  readonly then: NftVerdict;
  readonly comment?: string;
}

/** A chain of one network. `name` is unique in our table, such as `virbr0_out`. */
export interface NftChain {
  readonly name: string;
  readonly rules: readonly NftRule[];
}

/** One entry that a network adds to a map or set of the skeleton. */
export type NftElement =
  /** Verdict maps keyed by interface name: `in_forward`, `out_forward`, … → jump to a chain. */
  | { readonly into: string; readonly key: 'ifname'; readonly ifname: string; readonly chain: string }
  /** Interval maps keyed by source or destination subnet → jump to a chain. */
  | { readonly into: string; readonly key: 'subnet'; readonly cidr: string; readonly chain: string }
  /** Plain set of interface . address pairs. */
  | { readonly into: string; readonly key: 'ifname-address'; readonly ifname: string; readonly address: string };

/** What one active network owns in table `inet viaduct`. Compared as a whole. */
export interface NftNetwork {
  readonly chains: readonly NftChain[];
  readonly elements: readonly NftElement[];
}
