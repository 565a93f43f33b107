import type { HostFacts } from '../../model/facts.ts';
import type { Network } from '../../model/network.ts';
import { guardChainNames } from '../../model/nft-skeleton.ts';
import type { NftNetwork } from '../../model/nft.ts';
import type { IfName, Mac } from '../../model/units.ts';

/**
 * Whether ports of the network may get their own frames back (the hairpin flag of a bridge's port).
 *
 * A guest that reaches its own forward sends to the host and is led back to itself. Usually the host routes that. Where
 * bridged packets pass the host's rules too (br_netfilter), the packet is translated while it is still in the
 * bridge, which then has to send it out where it came in; it refuses without the flag (Linux 6.18). The flag is set
 * whether br_netfilter is on or not: other programs switch it at any time.
 */
export function reflects({ forwards }: Network, { kernel }: HostFacts): boolean {
  return forwards !== undefined && kernel.nftBridge !== false;
}

/**
 * With the flag alone a guest would also hear its own broadcasts, and take its new IPv6 address for somebody else's.
 * So of what came in by the port only frames to the guest itself go out by it: it sends none such, the host makes them.
 */
export function reflectionRules(link: IfName, guest: Mac): NftNetwork {
  const { reflect } = guardChainNames(link);
  return {
    chains: [
      {
        name: reflect,
        rules: [
          {
            matches: [
              { match: 'iifname', op: '==', name: link },
              { match: 'header', header: 'ether daddr', op: '!=', value: guest },
            ],
            counted: true,
            verdict: { kind: 'drop' },
          },
        ],
      },
    ],
    elements: [{ into: 'reflections', key: [link], jump: reflect }],
  };
}
