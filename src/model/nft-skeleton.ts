import type { NftElement, NftFamily, NftField, NftMatch, NftRule, NftSkeleton } from './nft.ts';

/** Our tables: one of family `inet`, for IPv4 and IPv6 alike, and one of family `bridge`, for what guests put on the wire. */
export const nftTable = 'viaduct';

/**
 * The fixed part of table `inet viaduct`. A network adds its own chains and elements, never a rule here,
 * so a packet passes the same few look-ups whether one network is active or a thousand.
 *
 * - `forward` asks the network a packet comes from, then the network it goes to; both must agree. (libvirt
 *   lets the receiving network alone decide; so an isolated guest could send, unheard, into a routed network.)
 * - `input` keeps DNS and TFTP on a bridge's address to that bridge, since dnsmasq, bound to the address
 *   alone, would answer whoever reaches it; then it accepts what guests may ask of the host.
 *   An accept ends only our own chain: a drop in another table's input chain (firewalld's, an
 *   administrator's) still drops. It makes the requests countable and exempt from later rules of ours.
 * - `postrouting` sees the first packet of a connection. Guests' traffic is told by the link it came in by,
 *   which postrouting knows since Linux 5.7; bridged packets that br_netfilter shows us carry none, and
 *   so are never translated. `nat_hosts*` are the host's own addresses on NAT networks: what the host
 *   sends from them through another link is masqueraded too.
 *
 * - `prerouting` and `output` see the first packet too, and lead what a network forwards to its guest: first
 *   the forwards of one address, then those of all of the host's. Loopback addresses are left out, because
 *   such packets never leave the host. `hairpins` gives guests that come by a forward of their own network the
 *   host's address. They are told by the link they go out by: where bridged packets pass the host's rules
 *   (br_netfilter), nobody knows by which they came.
 */
export const nftSkeleton: NftSkeleton = {
  family: 'inet',
  sets: [
    { name: 'from_guests', type: ['ifname'], verdicts: true },
    { name: 'to_guests', type: ['ifname'], verdicts: true },
    { name: 'nat_guests', type: ['ifname'], verdicts: true },
    { name: 'hairpins', type: ['ifname'], verdicts: true },
    { name: 'nat_hosts4', type: ['ipv4_addr'] },
    { name: 'nat_hosts6', type: ['ipv6_addr'] },
    { name: 'services', type: ['ifname', 'inet_proto', 'inet_service'] },
    { name: 'listeners4', type: ['ipv4_addr'] },
    { name: 'listeners6', type: ['ipv6_addr'] },
    { name: 'forwards4', type: ['inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] },
    { name: 'forwards6', type: ['inet_proto', 'inet_service'], data: ['ipv6_addr', 'inet_service'] },
    { name: 'forwards_at4', type: ['ipv4_addr', 'inet_proto', 'inet_service'], data: ['ipv4_addr', 'inet_service'] },
    { name: 'forwards_at6', type: ['ipv6_addr', 'inet_proto', 'inet_service'], data: ['ipv6_addr', 'inet_service'] },
    {
      name: 'guarded',
      type: ['inet_proto', 'inet_service'],
      elements: [
        ['tcp', '53'],
        ['udp', '53'],
        ['udp', '69'],
      ],
    },
  ],
  chains: [
    {
      name: 'forward',
      hook: { type: 'filter', hook: 'forward', priority: 'filter' },
      rules: [way('iifname', 'from_guests'), way('oifname', 'to_guests')],
    },
    {
      name: 'input',
      hook: { type: 'filter', hook: 'input', priority: 'filter' },
      rules: [
        {
          matches: [
            { match: 'iifname', op: '!=', name: 'lo' },
            { match: 'set', key: ['meta l4proto', 'th dport'], set: 'guarded' },
          ],
          counted: false,
          verdict: { kind: 'jump', chain: 'guard' },
        },
        {
          matches: [{ match: 'set', key: ['iifname', 'meta l4proto', 'th dport'], set: 'services' }],
          counted: true,
          verdict: { kind: 'accept' },
        },
      ],
    },
    {
      name: 'guard',
      rules: [guard('ip daddr', 'listeners4'), guard('ip6 daddr', 'listeners6')],
    },
    {
      name: 'postrouting',
      hook: { type: 'nat', hook: 'postrouting', priority: 'srcnat' },
      rules: [
        way('iifname', 'nat_guests'),
        way('oifname', 'hairpins'),
        hostNat('ip saddr', 'nat_hosts4'),
        hostNat('ip6 saddr', 'nat_hosts6'),
      ],
    },
    { name: 'prerouting', hook: { type: 'nat', hook: 'prerouting', priority: 'dstnat' }, rules: forwardRules() },
    { name: 'output', hook: { type: 'nat', hook: 'output', priority: 'dstnat' }, rules: forwardRules() },
  ],
};

/**
 * The fixed part of table `bridge viaduct`: a guarded port's frames pass that port's chain before anybody sees them,
 * and what is about to leave by a port that sends back what came in by it passes the chain that says how much of it.
 */
export const guardSkeleton: NftSkeleton = {
  family: 'bridge',
  sets: [
    { name: 'guards', type: ['ifname'], verdicts: true },
    { name: 'reflections', type: ['ifname'], verdicts: true },
  ],
  chains: [
    { name: 'prerouting', hook: { type: 'filter', hook: 'prerouting', priority: 'bridge-filter' }, rules: [way('iifname', 'guards')] },
    { name: 'forward', hook: { type: 'filter', hook: 'forward', priority: 'bridge-filter' }, rules: [way('oifname', 'reflections')] },
  ],
};

/** The chains a port may have: what it may send, and what of that may come back to it. */
export function guardChainNames(link: string): { readonly guard: string; readonly reflect: string } {
  const name = chainSafe(link);
  return { guard: `guard_${name}`, reflect: `reflect_${name}` };
}

function forwardRules(): NftRule[] {
  const port = ['meta l4proto', 'th dport'] as const;
  return [
    forwardRule([], 'ipv4', ['ip daddr', ...port], 'forwards_at4'),
    forwardRule([], 'ipv6', ['ip6 daddr', ...port], 'forwards_at6'),
    forwardRule([{ match: 'local' }, { match: 'daddr', family: 'ipv4', cidr: '127.0.0.0/8', op: '!=' }], 'ipv4', port, 'forwards4'),
    forwardRule([{ match: 'local' }, { match: 'daddr', family: 'ipv6', cidr: '::1/128', op: '!=' }], 'ipv6', port, 'forwards6'),
  ];
}

function forwardRule(matches: readonly NftMatch[], family: NftFamily, key: readonly NftField[], map: string): NftRule {
  return { matches, counted: false, verdict: { kind: 'dnat', family, key, map } };
}

function way(key: 'iifname' | 'oifname', map: string): NftRule {
  return { matches: [], counted: false, verdict: { kind: 'vmap', key, map } };
}

function guard(key: 'ip daddr' | 'ip6 daddr', set: string): NftRule {
  return {
    matches: [
      { match: 'set', key: [key], set },
      { match: 'not-on-link', address: 'daddr' },
    ],
    counted: true,
    verdict: { kind: 'drop' },
  };
}

function hostNat(key: 'ip saddr' | 'ip6 saddr', set: string): NftRule {
  return {
    matches: [
      { match: 'set', key: [key], set },
      { match: 'not-on-link', address: 'saddr' },
    ],
    counted: true,
    verdict: { kind: 'masquerade' },
  };
}

/** The chains a network on this bridge may have. */
export function nftChainNames(bridge: string): { readonly from: string; readonly to: string; readonly nat: string; readonly back: string } {
  const name = chainSafe(bridge);
  return { from: `from_${name}`, to: `to_${name}`, nat: `nat_${name}`, back: `back_${name}` };
}

/**
 * nft's words are letters, digits and `_ - . /`; an interface name may hold anything but `/`, blanks and `:`.
 * So the rest is written as `/` and two hex digits, and no two bridges share a name.
 */
function chainSafe(bridge: string): string {
  return bridge.replaceAll(/[^\w.-]/g, (character) => `/${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Elements in the order of the skeleton's sets, so that compiled and observed networks can be compared as they stand. */
export function sortElements(elements: Iterable<NftElement>): NftElement[] {
  return [...elements].toSorted((a, b) => placeOf(a) - placeOf(b) || compareText(a.key.join(' '), b.key.join(' ')));
}

const places: ReadonlyMap<string, number> = new Map([...nftSkeleton.sets, ...guardSkeleton.sets].map(({ name }, place) => [name, place]));

function placeOf({ into }: NftElement): number {
  return places.get(into) ?? -1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
