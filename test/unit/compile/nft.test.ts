import { describe, expect, test } from 'vitest';
import { nftText, ruleText } from '../../../src/compile/linux/nft-text.ts';
import { nftNetwork, renderNftables } from '../../../src/compile/linux/nftables.ts';
import type { Forward, Network } from '../../../src/model/network.ts';
import { nftChainNames, nftSkeleton } from '../../../src/model/nft-skeleton.ts';
import { everyKind, ipv4, ipv6, networkOf, withDhcp } from './nft-networks.ts';

const bridge = 'virbr0';
const both = [ipv4('192.168.122.1'), ipv6('2001:db8::1')];

function rulesOf(forward: Forward, ips = both): Record<string, string[]> {
  const rules = nftNetwork(networkOf(bridge, forward, ips));
  return Object.fromEntries(rules!.chains.map(({ name, rules: list }) => [name, list.map(ruleText)]));
}

/** The keys a network has in a set. */
function elements(network: Network, set: string): string[] {
  const all = nftNetwork(network)?.elements ?? [];
  return all.filter(({ into }) => into === set).map(({ key }) => key.join(' '));
}

/** The skeleton's chains in a table's text. */
function fixed(text: string): string[] {
  return [...text.matchAll(/\tchain (?:forward|input|guard|postrouting) \{[^}]*\}/g)].map(String);
}

describe('chains', () => {
  const cases: readonly { readonly name: string; readonly forward: Forward; readonly want: Record<string, string[]> }[] = [
    {
      name: 'NAT hides IPv4 and routes IPv6',
      forward: { mode: 'nat' },
      want: {
        from_virbr0: [
          'ip saddr 192.168.122.0/24 counter return',
          'ip6 saddr 2001:db8::/64 counter return',
          'oifname "virbr0" counter accept',
          'counter reject',
        ],
        to_virbr0: [
          'ip daddr 192.168.122.0/24 ct state established,related counter accept',
          'ip6 daddr 2001:db8::/64 counter accept',
          'iifname "virbr0" counter accept',
          'counter reject',
        ],
        nat_virbr0: [
          'oifname "virbr0" counter return',
          'ip saddr 192.168.122.0/24 meta l4proto tcp counter masquerade to :1024-65535',
          'ip saddr 192.168.122.0/24 meta l4proto udp counter masquerade to :1024-65535',
          'ip saddr 192.168.122.0/24 counter masquerade',
        ],
      },
    },
    {
      name: 'an uplink is the only way out, in and into NAT; addresses and ports are taken from their ranges',
      forward: {
        mode: 'nat',
        uplink: 'eth0',
        nat: { ipv6: true, address: { start: '192.0.2.1', end: '192.0.2.9' }, port: { start: 500, end: 600 } },
      },
      want: {
        from_virbr0: [
          'oifname "eth0" ip saddr 192.168.122.0/24 counter return',
          'oifname "eth0" ip6 saddr 2001:db8::/64 counter return',
          'oifname "virbr0" counter accept',
          'counter reject',
        ],
        to_virbr0: [
          'iifname "eth0" ip daddr 192.168.122.0/24 ct state established,related counter accept',
          'iifname "eth0" ip6 daddr 2001:db8::/64 ct state established,related counter accept',
          'iifname "virbr0" counter accept',
          'counter reject',
        ],
        nat_virbr0: [
          'oifname "virbr0" counter return',
          'oifname "eth0" ip saddr 192.168.122.0/24 meta l4proto tcp counter snat ip to 192.0.2.1-192.0.2.9:500-600',
          'oifname "eth0" ip saddr 192.168.122.0/24 meta l4proto udp counter snat ip to 192.0.2.1-192.0.2.9:500-600',
          'oifname "eth0" ip saddr 192.168.122.0/24 counter snat ip to 192.0.2.1-192.0.2.9',
          'oifname "eth0" ip6 saddr 2001:db8::/64 meta l4proto tcp counter masquerade to :500-600',
          'oifname "eth0" ip6 saddr 2001:db8::/64 meta l4proto udp counter masquerade to :500-600',
          'oifname "eth0" ip6 saddr 2001:db8::/64 counter masquerade',
        ],
      },
    },
    {
      name: 'routed guests may be called',
      forward: { mode: 'route' },
      want: {
        from_virbr0: [
          'ip saddr 192.168.122.0/24 counter return',
          'ip6 saddr 2001:db8::/64 counter return',
          'oifname "virbr0" counter accept',
          'counter reject',
        ],
        to_virbr0: [
          'ip daddr 192.168.122.0/24 counter accept',
          'ip6 daddr 2001:db8::/64 counter accept',
          'iifname "virbr0" counter accept',
          'counter reject',
        ],
      },
    },
    {
      name: 'isolated guests have each other',
      forward: { mode: 'isolated' },
      want: { from_virbr0: ['oifname "virbr0" counter accept', 'counter reject'], to_virbr0: ['counter reject'] },
    },
  ];
  for (const { name, forward, want } of cases) {
    test(name, () => {
      expect(rulesOf(forward)).toEqual(want);
    });
  }

  test('two addresses in one subnet make one rule', () => {
    expect(rulesOf({ mode: 'route' }, [ipv4('10.0.0.1'), ipv4('10.0.0.2')]).to_virbr0).toEqual([
      'ip daddr 10.0.0.0/24 counter accept',
      'iifname "virbr0" counter accept',
      'counter reject',
    ]);
  });
});

describe('elements', () => {
  test('what dnsmasq offers is accepted, and nothing else named', () => {
    const served = networkOf(bridge, { mode: 'nat' }, [
      ipv4('10.0.0.1', 24, { tftpRoot: '/srv', ...withDhcp('10.0.0.2', '10.0.0.9') }),
      ipv6('2001:db8::1', 64, withDhcp('2001:db8::2', '2001:db8::9')),
    ]);
    expect(elements(served, 'services')).toEqual(['virbr0 tcp 53', 'virbr0 udp 53', 'virbr0 udp 547', 'virbr0 udp 67', 'virbr0 udp 69']);
    const noDns = { ...served, dns: { enable: false, forwarders: [], txts: [], srvs: [], hosts: [] }, ips: [ipv4('10.0.0.1')] };
    expect(elements(noDns, 'services')).toEqual([]);
    expect(elements(noDns, 'listeners4')).toEqual([]);
  });

  test('the addresses of a network are guarded; those of a NAT network are hidden when the host uses them elsewhere', () => {
    const network = networkOf(bridge, { mode: 'nat' }, both);
    expect(elements(network, 'listeners4')).toEqual(['192.168.122.1']);
    expect(elements(network, 'listeners6')).toEqual(['2001:db8::1']);
    expect(elements(network, 'nat_hosts4')).toEqual(['192.168.122.1']);
    expect(elements(network, 'nat_hosts6')).toEqual([]);
  });
});

describe('the table', () => {
  test('its fixed part is the same text without networks and with one of every kind', () => {
    expect(fixed(nftText(nftSkeleton, []))).toHaveLength(4);
    expect(
      fixed(
        nftText(
          nftSkeleton,
          everyKind.map(({ network }) => nftNetwork(network)!),
        ),
      ),
    ).toEqual(fixed(nftText(nftSkeleton, [])));
  });

  for (const forward of [{ mode: 'open' }, { mode: 'bridge', interfaces: [], addresses: [] }] as const) {
    test(`mode ${forward.mode} has no rules`, () => {
      const network = networkOf(bridge, forward, both);
      expect(nftNetwork(network)).toBeUndefined();
      expect(renderNftables(network)).toBe(`# A network of mode '${forward.mode}' has no rules.\n`);
    });
  }

  test('a bridge that has no name yet is virbr0', () => {
    const { bridge: _, ...draft } = networkOf('draft', { mode: 'nat' }, both);
    expect(renderNftables(draft)).toContain('elements = { "virbr0" : jump from_virbr0 }');
  });

  test('no two bridges share a chain, whatever characters they are made of', () => {
    const names = ['a.b', 'a_b', 'a@b', 'a/40b', 'a-b', 'a+b', '0', '*'].map((name) => nftChainNames(name).from);
    expect(new Set(names.slice(0, 3)).size).toBe(3);
    expect(nftChainNames('a@b').from).toBe('from_a/40b');
    for (const name of names) expect(name).toMatch(/^[a-z][\w./-]*$/);
  });

  test("a name that nft's language cannot write is refused", () => {
    expect(() => renderNftables(networkOf('br"0', { mode: 'isolated' }, []))).toThrow(
      "The name 'br\"0' cannot be written in nft's language.",
    );
  });
});
