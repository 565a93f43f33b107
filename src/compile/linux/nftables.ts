import { canonicalAddress, formatSubnet, parseAddress, subnetOf } from '../../model/address.ts';
import { assertNever } from '../../model/errors.ts';
import type { IpBlock, Nat, Network, NetworkDraft } from '../../model/network.ts';
import { nftChainNames, nftSkeleton, sortElements } from '../../model/nft-skeleton.ts';
import type { NftChain, NftElement, NftFamily, NftMatch, NftNetwork, NftRule, NftVerdict, PortRange } from '../../model/nft.ts';
import type { Port } from '../../model/port.ts';
import { bridgeOf, dhcpBlocks, wantsDns } from './dnsmasq-conf.ts';
import { forwardElements } from './forwards.ts';
import type { TargetAddress } from './forwards.ts';
import { nftText } from './nft-text.ts';

/** What a network adds to the skeleton's table while it is active; undefined for modes without rules of ours. */
export function nftNetwork(network: Network, ports: readonly Port[] = [], targets: readonly TargetAddress[] = []): NftNetwork | undefined {
  const bridge = bridgeOf(network);
  return withForwards(network, bridge, rulesOf(network, bridge), forwardElements(network, bridge, ports, targets));
}

/** The skeleton with this one network, as `nft -f` loads it. Says in a comment when there is nothing to load. */
export function renderNftables(
  network: Network | NetworkDraft,
  ports: readonly Port[] = [],
  targets: readonly TargetAddress[] = [],
): string {
  const bridge = bridgeOf(network);
  const rules = withForwards(network, bridge, rulesOf(network, bridge), forwardElements(network, bridge, ports, targets));
  return rules === undefined ? `# A network of mode '${network.forward.mode}' has no rules.\n` : nftText(nftSkeleton, [rules]);
}

/**
 * Leads into the network, and the way back. What a guest sends to a forward of its own network comes back by
 * the same bridge, so it gets the host's address: else the answer would not pass the host, which has to
 * translate it. An open network has no other rules.
 */
function withForwards(
  network: NetworkDraft,
  bridge: string,
  rules: NftNetwork | undefined,
  elements: readonly NftElement[],
): NftNetwork | undefined {
  if (network.forwards === undefined) return rules;
  const { back } = nftChainNames(bridge);
  const { chains = [], elements: others = [] } = rules ?? {};
  return {
    chains: [
      ...chains,
      {
        name: back,
        rules: forwarded(
          'saddr',
          guestSubnets(network.ips, () => false),
          { kind: 'masquerade' },
        ),
      },
    ],
    elements: sortElements([...others, { into: 'hairpins', key: [bridge], jump: back }, ...elements]),
  };
}

/** A block of guests' addresses, and whether it is hidden behind the host's address. */
interface GuestSubnet {
  readonly family: NftFamily;
  readonly cidr: string;
  readonly hidden: boolean;
}

function rulesOf(network: NetworkDraft, bridge: string): NftNetwork | undefined {
  const { forward, ips } = network;
  switch (forward.mode) {
    case 'isolated':
      return assemble(network, bridge, [], undefined);
    case 'nat':
      return assemble(
        network,
        bridge,
        guestSubnets(ips, ({ family }) => family === 'ipv4' || forward.nat?.ipv6 === true),
        forward,
      );
    case 'route':
      return assemble(
        network,
        bridge,
        guestSubnets(ips, () => false),
        forward,
      );
    case 'open':
    case 'bridge':
    case 'private':
    case 'vepa':
    case 'passthrough':
    case 'hostdev':
      return undefined;
    default:
      return assertNever(forward);
  }
}

function assemble(
  network: NetworkDraft,
  bridge: string,
  subnets: readonly GuestSubnet[],
  exit: { readonly uplink?: string; readonly nat?: Nat } | undefined,
): NftNetwork {
  const names = nftChainNames(bridge);
  const hidden = subnets.filter((subnet) => subnet.hidden);
  const chains: NftChain[] = [
    { name: names.from, rules: fromGuests(bridge, subnets, exit?.uplink, network.forwards !== undefined) },
    { name: names.to, rules: toGuests(bridge, subnets, exit?.uplink, network.forwards !== undefined) },
    ...(hidden.length === 0 ? [] : [{ name: names.nat, rules: natRules(bridge, hidden, exit?.uplink, exit?.nat) }]),
  ];
  const elements: NftElement[] = [
    { into: 'from_guests', key: [bridge], jump: names.from },
    { into: 'to_guests', key: [bridge], jump: names.to },
    ...(hidden.length === 0 ? [] : [{ into: 'nat_guests', key: [bridge], jump: names.nat }]),
    ...hostAddresses(
      network.ips.filter(({ family }) => hidden.some((subnet) => subnet.family === family)),
      bridge,
      'nat_hosts',
    ),
    ...services(network, bridge),
  ];
  return { chains, elements: sortElements(elements) };
}

/**
 * Guests reach the outside from their own addresses only; `return` leaves the last word to the network a
 * packet goes to. The frequent packet meets the fewest rules, so what stays on the bridge comes last: it is
 * seen here only between two subnets of the network, or where bridged packets pass the host's rules too
 * (br_netfilter). Who came by a forward is answered through whichever link he came.
 */
function fromGuests(bridge: string, subnets: readonly GuestSubnet[], uplink: string | undefined, forwards: boolean): NftRule[] {
  return [
    ...subnets.map(({ family, cidr }) => rule([...through('oifname', uplink), { match: 'saddr', family, cidr }], { kind: 'return' })),
    rule([linkIs('oifname', bridge)], { kind: 'accept' }),
    ...(forwards && uplink !== undefined ? forwarded('saddr', subnets, { kind: 'return' }) : []),
    rule([], { kind: 'reject' }),
  ];
}

/** Hidden guests get what they asked for, routed ones whatever comes, both through the uplink alone where one is named. */
function toGuests(bridge: string, subnets: readonly GuestSubnet[], uplink: string | undefined, forwards: boolean): NftRule[] {
  return [
    ...subnets.map(({ family, cidr, hidden }) =>
      rule(
        [
          ...through('iifname', uplink),
          { match: 'daddr', family, cidr },
          ...(hidden ? [{ match: 'ct-state', states: ['established', 'related'] } as const] : []),
        ],
        { kind: 'accept' },
      ),
    ),
    ...(subnets.length === 0 ? [] : [rule([linkIs('iifname', bridge)], { kind: 'accept' })]),
    ...(forwards ? forwarded('daddr', subnets, { kind: 'accept' }) : []),
    rule([], { kind: 'reject' }),
  ];
}

function forwarded(match: 'saddr' | 'daddr', subnets: readonly GuestSubnet[], verdict: NftVerdict): NftRule[] {
  return subnets.map(({ family, cidr }) => rule([{ match: 'ct-dnat' }, { match, family, cidr }], verdict));
}

/** Without a range of its own, a network's ports stay unprivileged, as libvirt has it. */
const unprivileged: PortRange = { start: 1024, end: 65535 };

/** Traffic that only changes the guest's subnet on the same bridge keeps its source. */
function natRules(bridge: string, hidden: readonly GuestSubnet[], uplink: string | undefined, nat: Nat | undefined): NftRule[] {
  const ports = nat?.port ?? unprivileged;
  return [
    rule([linkIs('oifname', bridge)], { kind: 'return' }),
    ...hidden.flatMap(({ family, cidr }) => {
      const matches: NftMatch[] = [...through('oifname', uplink), { match: 'saddr', family, cidr }];
      const hide = translation(family, nat);
      return [
        rule([...matches, { match: 'l4proto', protocol: 'tcp' }], { ...hide, ports }),
        rule([...matches, { match: 'l4proto', protocol: 'udp' }], { ...hide, ports }),
        rule(matches, hide),
      ];
    }),
  ];
}

/** To the addresses of `<nat><address>` where they are of this family, else to the uplink's. */
function translation(family: NftFamily, nat: Nat | undefined): Extract<NftVerdict, { kind: 'snat' | 'masquerade' }> {
  const range = nat?.address;
  if (range === undefined || parseAddress(range.start)?.family !== family) return { kind: 'masquerade' };
  return { kind: 'snat', family, start: canonicalAddress(range.start), end: canonicalAddress(range.end) };
}

/**
 * What dnsmasq offers on the bridge, and the addresses at which others must not get it.
 *
 * libvirt also completes the UDP checksum of DHCP answers, which virtual links leave to be done later.
 * nftables cannot; clients that read raw packets have learned since from the kernel that the checksum is
 * unfinished (seen: udhcpc 1.35 and ISC dhclient 4.4.3 take such answers). Only far older ones would not.
 */
function services(network: NetworkDraft, bridge: string): NftElement[] {
  const dns = network.ips.length > 0 && wantsDns(network);
  const tftp = network.ips.some(({ tftpRoot }) => tftpRoot !== undefined);
  const dhcp = dhcpBlocks(network);
  const offered: (readonly [protocol: string, port: number])[] = [];
  if (dns) offered.push(['tcp', 53], ['udp', 53]);
  if (dhcp.some(({ family }) => family === 'ipv4')) offered.push(['udp', 67]);
  if (dhcp.some(({ family }) => family === 'ipv6')) offered.push(['udp', 547]);
  if (tftp) offered.push(['udp', 69]);
  return [
    ...offered.map(([protocol, port]) => ({ into: 'services', key: [bridge, protocol, String(port)] })),
    ...(dns || tftp ? hostAddresses(network.ips, bridge, 'listeners') : []),
  ];
}

function hostAddresses(ips: readonly IpBlock[], bridge: string, set: 'nat_hosts' | 'listeners'): NftElement[] {
  const addresses = new Map(ips.map(({ family, address }) => [canonicalAddress(address), family]));
  return [...addresses].map(([address, family]) => ({ into: set + (family === 'ipv4' ? '4' : '6'), key: [address], comment: bridge }));
}

/** Each subnet once, however many addresses the host has in it. */
function guestSubnets(ips: readonly IpBlock[], isHidden: (ip: IpBlock) => boolean): GuestSubnet[] {
  const subnets = new Map<string, GuestSubnet>();
  for (const ip of ips) {
    const subnet = subnetOf(ip);
    if (subnet === undefined) continue;
    const cidr = formatSubnet(subnet);
    subnets.set(cidr, { family: subnet.family, cidr, hidden: isHidden(ip) });
  }
  return [...subnets.values()];
}

function rule(matches: readonly NftMatch[], verdict: NftVerdict): NftRule {
  return { matches, counted: true, verdict };
}

function through(match: 'iifname' | 'oifname', uplink: string | undefined): NftMatch[] {
  return uplink === undefined ? [] : [linkIs(match, uplink)];
}

function linkIs(match: 'iifname' | 'oifname', name: string): NftMatch {
  return { match, op: '==', name };
}
