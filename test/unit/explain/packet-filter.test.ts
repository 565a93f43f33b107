import { describe, expect, test } from 'vitest';
import { whoDrops, type Passing } from '../../../src/explain/packet-filter.ts';
import { parseIptables } from '../../../src/formats/firewall/iptables.ts';
import { parseNft } from '../../../src/formats/firewall/nft.ts';
import { parseSubnet } from '../../../src/model/address.ts';
import type { FilterTable } from '../../../src/model/firewall.ts';

const subnet = parseSubnet('192.168.61.0/24')!;
const packet: Passing = { family: 'ipv4', in: 'virbr1', out: 'virbr1', from: subnet, to: subnet, state: 'new', bridged: true };

function iptables(rules: string, policy = 'DROP'): readonly FilterTable[] {
  const chains = [...new Set([...rules.matchAll(/-A (\S+)/g)].map(([, name]) => name))].filter((name) => name !== 'FORWARD');
  const text = `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ${policy} [0:0]\n${chains.map((name) => `:${name} - [0:0]\n`).join('')}${rules}\nCOMMIT\n`;
  return [parseIptables(text, 'ip', 'iptables-nft')!];
}

describe('iptables', () => {
  const rows: {
    name: string;
    rules: string;
    policy?: string;
    packet?: Partial<Passing>;
    /** `passes`, `policy`, `perhaps`, or the rule. */
    want: string;
  }[] = [
    { name: 'a policy drops what no rule accepts', rules: '-A FORWARD -o docker0 -j ACCEPT', want: 'policy' },
    { name: 'the names of links may end in a plus', rules: '-A FORWARD -i virbr+ -o virbr+ -j ACCEPT', want: 'passes' },
    { name: 'a link may be excepted', rules: '-A FORWARD -i virbr1 ! -o virbr1 -j ACCEPT', want: 'policy' },
    {
      name: 'a drop is told with its rule',
      policy: 'ACCEPT',
      rules: '-A FORWARD -s 192.168.0.0/16 -m comment --comment "the \\"old\\" net" -j REJECT --reject-with icmp-port-unreachable',
      want: '-A FORWARD -s 192.168.0.0/16 -m comment --comment "the \\"old\\" net" -j REJECT --reject-with icmp-port-unreachable',
    },
    {
      name: 'states of connections tell new from old',
      rules: '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      want: 'policy',
    },
    {
      name: 'an answer is let through by its state',
      rules: '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      packet: { state: 'established' },
      want: 'passes',
    },
    { name: 'a chain that returns leads back', rules: '-A FORWARD -j USER\n-A USER -j RETURN', want: 'policy' },
    { name: 'a chain that accepts ends it', rules: '-A FORWARD -j USER\n-A USER -i virbr1 -j ACCEPT', want: 'passes' },
    {
      name: 'who went elsewhere does not come back',
      rules: '-A FORWARD -g USER\n-A FORWARD -j ACCEPT\n-A USER -p tcp -j LOG',
      want: 'policy',
    },
    { name: 'bridged frames are told by physdev', rules: '-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT', want: 'passes' },
    {
      name: 'and routed packets are not',
      rules: '-A FORWARD -m physdev --physdev-is-bridged -j ACCEPT',
      packet: { bridged: false },
      want: 'policy',
    },
    { name: 'what is not understood may have accepted', rules: '-A FORWARD -m set --match-set friends src -j ACCEPT', want: 'perhaps' },
    { name: 'what is not understood does not drop', policy: 'ACCEPT', rules: '-A FORWARD -m limit --limit 5/min -j DROP', want: 'passes' },
    {
      name: 'a subnet that is only partly meant is not understood',
      policy: 'DROP',
      rules: '-A FORWARD -s 192.168.61.128/25 -j ACCEPT',
      want: 'perhaps',
    },
    { name: 'a packet of the other family does not meet it', rules: '', packet: { family: 'ipv6' }, want: 'passes' },
  ];
  for (const { name, rules, policy, packet: more, want } of rows) {
    test(name, () => {
      const dropped = whoDrops(iptables(rules, policy), { ...packet, ...more });
      if (want === 'passes') expect(dropped).toBeUndefined();
      else if (want === 'policy') expect({ ...dropped, table: '' }).toEqual({ table: '', chain: 'FORWARD', perhaps: false });
      else if (want === 'perhaps') expect(dropped).toMatchObject({ perhaps: true });
      else expect(dropped).toMatchObject({ rule: want, perhaps: false });
    });
  }
});

/** As nft 1.0.6 prints it. */
const json = JSON.stringify({
  nftables: [
    { metainfo: { version: '1.0.6' } },
    { table: { family: 'inet', name: 't', handle: 2 } },
    { chain: { family: 'inet', table: 't', name: 'f', handle: 1, type: 'filter', hook: 'forward', prio: 10, policy: 'accept' } },
    { chain: { family: 'inet', table: 't', name: 'g', handle: 10 } },
    {
      rule: {
        family: 'inet',
        table: 't',
        chain: 'f',
        handle: 3,
        expr: [
          {
            vmap: {
              key: { ct: { key: 'state' } },
              data: {
                set: [
                  ['invalid', { drop: null }],
                  ['established', { accept: null }],
                ],
              },
            },
          },
        ],
      },
    },
    {
      rule: {
        family: 'inet',
        table: 't',
        chain: 'f',
        handle: 5,
        expr: [
          { match: { op: '==', left: { meta: { key: 'iifname' } }, right: { set: ['eth0', 'virbr*'] } } },
          { match: { op: '!=', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: { prefix: { addr: '10.0.0.0', len: 8 } } } },
          { counter: { packets: 0, bytes: 0 } },
          { jump: { target: 'g' } },
        ],
      },
    },
    {
      rule: {
        family: 'inet',
        table: 't',
        chain: 'g',
        handle: 12,
        expr: [
          { match: { op: '==', left: { meta: { key: 'oifname' } }, right: 'virbr1' } },
          { reject: { type: 'icmpx', expr: 'admin-prohibited' } },
        ],
      },
    },
  ],
});
const text = `table inet t { # handle 2
	chain f { # handle 1
		type filter hook forward priority filter + 10; policy accept;
		ct state vmap { invalid : drop, established : accept } # handle 3
		iifname { "eth0", "virbr*" } ip saddr != 10.0.0.0/8 counter packets 0 bytes 0 jump g # handle 5
	}

	chain g { # handle 10
		oifname "virbr1" reject with icmpx admin-prohibited # handle 12
	}
}
`;

test('nft: rules are told in its own words, through verdict maps, sets and jumps', () => {
  expect(whoDrops(parseNft(json, text), packet)).toMatchObject({
    table: { family: 'inet', name: 't' },
    chain: 'g',
    rule: 'oifname "virbr1" reject with icmpx admin-prohibited',
    perhaps: false,
  });
  expect(whoDrops(parseNft(json, text), { ...packet, state: 'established' })).toBeUndefined();
  expect(whoDrops(parseNft(json, text), { ...packet, in: 'docker0' })).toBeUndefined();
  expect(whoDrops(parseNft(json, text), { ...packet, from: parseSubnet('10.1.0.0/16')! })).toBeUndefined();
});
