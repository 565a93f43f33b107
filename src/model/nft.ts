/**
 * nftables rules as data: rendered to nft's own text (for people and `render nftables`), and encoded to
 * netlink (for the kernel). Only what Viaduct's rules need. Fields are written as nft(8) writes them.
 */
export type NftFamily = 'ipv4' | 'ipv6';

/** Parts of a packet that a set or map is asked about. */
export type NftField = 'iifname' | 'oifname' | 'ip saddr' | 'ip daddr' | 'ip6 saddr' | 'ip6 daddr' | 'meta l4proto' | 'th dport';

/** Parts of a frame that are compared with one value each, in the bridge's table. */
export type NftHeader =
  | 'meta protocol'
  | 'ether saddr'
  | 'ether daddr'
  | 'ether type'
  | 'arp saddr ether'
  | 'arp saddr ip'
  | 'ip saddr'
  | 'ip6 saddr'
  | 'th sport'
  | 'th dport'
  | 'icmpv6 type'
  | 'nd target';

export interface PortRange {
  readonly start: number;
  readonly end: number;
}

export type NftMatch =
  | { readonly match: 'iifname' | 'oifname'; readonly op: '==' | '!='; readonly name: string }
  /** Source or destination lies in a subnet (`192.168.122.0/24`, canonical). Says nothing about other families: they do not match. */
  | { readonly match: 'saddr' | 'daddr'; readonly family: NftFamily; readonly cidr: string; readonly op?: '!=' }
  | { readonly match: 'l4proto'; readonly protocol: 'tcp' | 'udp' | 'icmpv6' }
  /** `value` as nft writes it: an address or a subnet, a MAC, a number, `arp`. Asks for nothing else: what makes the header that kind is a match before it. */
  | { readonly match: 'header'; readonly header: NftHeader; readonly op: '==' | '!='; readonly value: string }
  /** Of a connection whose destination was translated. */
  | { readonly match: 'ct-dnat' }
  /** The destination is an address of this host. */
  | { readonly match: 'local' }
  | { readonly match: 'ct-state'; readonly states: readonly NftConnectionState[] }
  /** The fields, in this order, are an element of a set. */
  | { readonly match: 'set'; readonly key: readonly NftField[]; readonly set: string }
  /** The address is not one of the host's on the link that the packet came in by (`daddr`) or goes out by (`saddr`). */
  | { readonly match: 'not-on-link'; readonly address: 'saddr' | 'daddr' };

export type NftConnectionState = 'established' | 'related';

export type NftVerdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'reject' }
  | { readonly kind: 'jump'; readonly chain: string }
  /** What the map holds for the field; the next rule when it holds nothing. */
  | { readonly kind: 'vmap'; readonly key: NftField; readonly map: string }
  | { readonly kind: 'masquerade'; readonly ports?: PortRange }
  | { readonly kind: 'snat'; readonly family: NftFamily; readonly start: string; readonly end: string; readonly ports?: PortRange }
  /** The destination becomes what the map holds for these fields; the next rule when it holds nothing. */
  | { readonly kind: 'dnat'; readonly family: NftFamily; readonly key: readonly NftField[]; readonly map: string }
  /** Read from the kernel, and none of ours: somebody put it there. Never compiled, so always drift. */
  | { readonly kind: 'foreign' };

export interface NftRule {
  readonly matches: readonly NftMatch[];
  /** Counts packets and bytes. The skeleton's ways to the networks' chains do not, for speed. */
  readonly counted: boolean;
  readonly verdict: NftVerdict;
  readonly comment?: string;
}

export interface NftChain {
  /** Unique in our table, such as `from_virbr0`. */
  readonly name: string;
  readonly rules: readonly NftRule[];
}

/** One entry of a network in a set or map of the skeleton. */
export interface NftElement {
  readonly into: string;
  /** One text per field of the set's type: `['virbr0', 'udp', '53']`. */
  readonly key: readonly string[];
  /** In verdict maps: where packets go. */
  readonly jump?: string;
  /** In maps of values: one text per field of the map's data. */
  readonly to?: readonly string[];
  /** The bridge, where the key does not name it: so the element's owner can be found again. */
  readonly comment?: string;
}

/** What one owner (an active network, a guarded port) has in one of our tables. Compared as a whole. */
export interface NftNetwork {
  readonly chains: readonly NftChain[];
  readonly elements: readonly NftElement[];
}

/** What a rule has seen since it was loaded. */
export interface NftCounter {
  readonly chain: string;
  /** Position in the chain, from 0. */
  readonly rule: number;
  readonly packets: bigint;
  readonly bytes: bigint;
}

/** The type of a set's field, as nft(8) names it. */
export type NftType = 'ifname' | 'ipv4_addr' | 'ipv6_addr' | 'inet_proto' | 'inet_service';

export interface NftSet {
  readonly name: string;
  readonly type: readonly NftType[];
  /** A verdict map instead of a set. */
  readonly verdicts?: true;
  /** A map to values of this type. */
  readonly data?: readonly NftType[];
  /** Elements that are always there. */
  readonly elements?: readonly (readonly string[])[];
}

export interface NftBaseChain extends NftChain {
  /** Absent for a chain that only other chains lead to. */
  readonly hook?: {
    readonly type: 'filter' | 'nat';
    readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
    /** By nft's name: `filter` is 0, `srcnat` 100, `dstnat` -100, and `bridge-filter` what it calls filter for bridges, -200. */
    readonly priority: 'filter' | 'srcnat' | 'dstnat' | 'bridge-filter';
  };
}

/** The part of a table of ours that is there whatever networks are active. */
export interface NftSkeleton {
  readonly family: 'inet' | 'bridge';
  readonly sets: readonly NftSet[];
  readonly chains: readonly NftBaseChain[];
}
