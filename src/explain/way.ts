import type { Network } from '../model/network.ts';
import type { LayerThree } from '../model/explanation.ts';

/** Who is at the other end: a guest (of a network of ours, or of none), this host, or somebody outside. */
export type WayEnd = { readonly kind: 'guest'; readonly network?: Network } | { readonly kind: 'host' } | { readonly kind: 'outside' };

/**
 * What the host does with packets that a guest sends to another subnet: the policy of the network it is on, then that of
 * the network it wants to reach. Both have to agree (see `model/nft-skeleton.ts`). `family` counts because a NAT network
 * may hide one and route the other.
 */
export function routedVerdict(from: Network | undefined, to: WayEnd, family: 'ipv4' | 'ipv6'): LayerThree {
  if (from === undefined || !hasRouter(from, family))
    return from === undefined || onLan(from)
      ? { verdict: 'elsewhere', why: 'lan-router' }
      : { verdict: 'stopped', why: 'no-gateway', network: from.name };
  if (to.kind === 'host') return { verdict: 'passes', why: 'host-answers', network: from.name };
  const { forward, name } = from;
  if (forward.mode === 'isolated') return { verdict: 'stopped', why: 'isolated', network: name };
  const uplink = 'uplink' in forward ? forward.uplink : undefined;
  const target = to.kind === 'guest' ? to.network : undefined;
  if (target === undefined || onLan(target)) return leaving(from, family, uplink);
  if (uplink !== undefined) return { verdict: 'stopped', why: 'uplink-only', network: name, uplink };
  return (
    arriving(target, family) ??
    (forward.mode === 'open'
      ? { verdict: 'elsewhere', why: 'own-firewall', network: name }
      : { verdict: 'passes', why: 'routed', network: target.name })
  );
}

function leaving(from: Network, family: 'ipv4' | 'ipv6', uplink: string | undefined): LayerThree {
  const by = uplink === undefined ? {} : { uplink };
  if (from.forward.mode === 'open') return { verdict: 'elsewhere', why: 'own-firewall', network: from.name };
  return isHidden(from, family)
    ? { verdict: 'passes', why: 'hidden', network: from.name, ...by }
    : { verdict: 'passes', why: 'way-back', network: from.name, ...by };
}

/** What stops a connection into a network; undefined when it lets them in. */
function arriving(to: Network, family: 'ipv4' | 'ipv6'): LayerThree | undefined {
  const { forward, name } = to;
  if (!hasRouter(to, family) || forward.mode === 'isolated') return { verdict: 'stopped', why: 'isolated', network: name };
  if (isHidden(to, family)) return { verdict: 'stopped', why: 'answers-only', network: name };
  if (forward.mode === 'route' && forward.uplink !== undefined)
    return { verdict: 'stopped', why: 'uplink-only', network: name, uplink: forward.uplink };
  return forward.mode === 'open' ? { verdict: 'elsewhere', why: 'own-firewall', network: name } : undefined;
}

/** The host has an address there, so guests have a router. */
function hasRouter({ ips }: Network, family: 'ipv4' | 'ipv6'): boolean {
  return ips.some((ip) => ip.family === family);
}

/** Guests sit on somebody else's network. */
function onLan({ forward }: Network): boolean {
  return (
    forward.mode === 'bridge' ||
    forward.mode === 'private' ||
    forward.mode === 'vepa' ||
    forward.mode === 'passthrough' ||
    forward.mode === 'hostdev'
  );
}

function isHidden({ forward }: Network, family: 'ipv4' | 'ipv6'): boolean {
  return forward.mode === 'nat' && (family === 'ipv4' || forward.nat?.ipv6 === true);
}
