import type { NftElement, NftRule, NftSkeleton } from './nft.ts';

/** Our only table. Its family is `inet`: one set of rules for IPv4 and IPv6. */
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
 * Port forwarding would add base chains in prerouting and output that ask a map from address . protocol .
 * port to the guest's, and one rule for the way back through the same link; per-guest source checks one
 * set of port . MAC . address. Both are elements, so this stays a fixed part then, too.
 */
export const nftSkeleton: NftSkeleton = {
  sets: [
    { name: 'from_guests', type: ['ifname'], verdicts: true },
    { name: 'to_guests', type: ['ifname'], verdicts: true },
    { name: 'nat_guests', type: ['ifname'], verdicts: true },
    { name: 'nat_hosts4', type: ['ipv4_addr'] },
    { name: 'nat_hosts6', type: ['ipv6_addr'] },
    { name: 'services', type: ['ifname', 'inet_proto', 'inet_service'] },
    { name: 'listeners4', type: ['ipv4_addr'] },
    { name: 'listeners6', type: ['ipv6_addr'] },
    { name: 'guarded', type: ['inet_proto', 'inet_service'], elements: [['tcp', '53'], ['udp', '53'], ['udp', '69']] },
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
      rules: [way('iifname', 'nat_guests'), hostNat('ip saddr', 'nat_hosts4'), hostNat('ip6 saddr', 'nat_hosts6')],
    },
  ],
};

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
export function nftChainNames(bridge: string): { readonly from: string; readonly to: string; readonly nat: string } {
  const name = chainSafe(bridge);
  return { from: `from_${name}`, to: `to_${name}`, nat: `nat_${name}` };
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

function placeOf({ into }: NftElement): number {
  return nftSkeleton.sets.findIndex(({ name }) => name === into);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
