import { canonicalAddress, parseAddress } from '../../model/address.ts';
import type { NetworkDraft } from '../../model/network.ts';
import type { NftElement } from '../../model/nft.ts';
import type { PortForward } from '../../model/port-forward.ts';
import type { Port } from '../../model/port.ts';

/** Where a guest that a forward names is now, as its leases say. */
export interface TargetAddress {
  readonly name: string;
  readonly address: string;
}

/**
 * The addresses a forward leads to: at most one of each family, none while nobody knows the guest. What a
 * lease says is so now; without one, the address promised to the guest's port or by a reservation.
 */
export function targetsOf(
  { to }: PortForward,
  { ips }: Pick<NetworkDraft, 'ips'>,
  ports: readonly Port[],
  leased: readonly TargetAddress[],
): readonly string[] {
  if (parseAddress(to) !== undefined) return [to];
  const named = ports.filter((port) => isNamed(port, to));
  const macs = new Set(named.map(({ mac }) => mac));
  const hosts = ips
    .flatMap(({ dhcp }) => dhcp?.hosts ?? [])
    .filter(({ name, mac }) => sameName(name, to) || (mac !== undefined && macs.has(mac)));
  const known = [
    ...leased.filter(({ name }) => sameName(name, to)).map(({ address }) => address),
    ...hosts.flatMap(({ ip }) => ip ?? []),
    ...named.flatMap(({ address }) => address ?? []),
  ].map(canonicalAddress);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => known.find((address) => parseAddress(address)?.family === family) ?? []);
}

/** Names of hosts are the same in small and large letters. */
export function sameName(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

export function isNamed({ name, owner }: Port, guest: string): boolean {
  return sameName(name, guest) || sameName(owner.name, guest);
}

/** One element for each port and family: keyed by protocol and port, with the host's address before them where one is given. */
export function forwardElements(
  network: Pick<NetworkDraft, 'ips' | 'forwards'>,
  bridge: string,
  ports: readonly Port[],
  leased: readonly TargetAddress[],
): NftElement[] {
  return (network.forwards ?? []).flatMap((forward) =>
    targetsOf(forward, network, ports, leased)
      .filter((target) => forward.address === undefined || isIpv6(forward.address) === isIpv6(target))
      .flatMap((target) => elementsTo(target, forward, bridge)),
  );
}

function elementsTo(target: string, { protocol, address, ports, toPort }: PortForward, bridge: string): NftElement[] {
  const into = `${address === undefined ? 'forwards' : 'forwards_at'}${isIpv6(target) ? '6' : '4'}`;
  return Array.from({ length: ports.end - ports.start + 1 }, (_, index) => ({
    into,
    key: [...(address === undefined ? [] : [address]), protocol, String(ports.start + index)],
    to: [target, String(toPort + index)],
    comment: bridge,
  }));
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}
