import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nftNetwork } from '../../src/compile/linux/nftables.ts';
import type { Network } from '../../src/model/network.ts';
import { openNft } from '../../src/system/kernel/nft.ts';
import type { NftTable } from '../../src/system/kernel/nft.ts';
import { ipv4, ipv6, networkOf } from '../unit/compile/nft-networks.ts';

/** One host with a network of every kind side by side, an uplink, and a guest on each bridge. */
const networks = {
  nat: networkOf('vn0', { mode: 'nat', nat: { ipv6: true } }, [ipv4('192.168.10.1'), ipv6('2001:db8:10::1')]),
  nat2: networkOf('vn1', { mode: 'nat' }, [ipv4('192.168.11.1')]),
  routed: networkOf('vr0', { mode: 'route' }, [ipv4('192.168.20.1'), ipv6('2001:db8:20::1')]),
  isolated: networkOf('vi0', { mode: 'isolated' }, [ipv4('192.168.30.1'), ipv6('2001:db8:30::1')]),
} satisfies Record<string, Network>;
type Place = keyof typeof networks | 'outside' | 'host';

const prefix = `vpkt-${process.pid}-`;
const uplink4 = '198.51.100.1';
const address4: Record<Place, string> = {
  host: uplink4,
  outside: '198.51.100.2',
  nat: '192.168.10.2',
  nat2: '192.168.11.2',
  routed: '192.168.20.2',
  isolated: '192.168.30.2',
};
const address6: Partial<Record<Place, string>> = {
  host: '2001:db8:ff::1',
  outside: '2001:db8:ff::2',
  nat: '2001:db8:10::2',
  routed: '2001:db8:20::2',
  isolated: '2001:db8:30::2',
};
const guests = ['nat', 'nat2', 'routed', 'isolated'] as const;
const places: readonly Place[] = ['host', 'outside', ...guests];
/** Remembers where pings came from, for packets that get no answer. */
const listener = `
table inet heard {
  set from4 {
    type ipv4_addr
    flags dynamic
  }
  set from6 {
    type ipv6_addr
    flags dynamic
  }
  chain input {
    type filter hook input priority filter - 10; policy accept;
    icmp type echo-request add @from4 { ip saddr }
    icmpv6 type echo-request add @from6 { ip6 saddr }
  }
}
`;

let table: NftTable;
let dnsmasq: ChildProcess | undefined;

function inside(place: Place, command: string): string {
  return execFileSync('ip', ['netns', 'exec', prefix + place, 'sh', '-ec', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function succeeds(place: Place, command: string): boolean {
  try {
    inside(place, command);
    return true;
  } catch {
    return false;
  }
}

beforeAll(() => {
  for (const place of places) execFileSync('ip', ['netns', 'add', prefix + place]);
  inside(
    'host',
    `ip link set lo up; echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
     ip link add eth0 type veth peer name eth0 netns ${prefix}outside; ip link set eth0 up
     ip addr add ${uplink4}/24 dev eth0; ip addr add ${address6.host}/64 dev eth0 nodad`,
  );
  inside(
    'outside',
    `ip link set lo up; ip link set eth0 up; ip addr add ${address4.outside}/24 dev eth0; ip route add default via ${uplink4}
     ip addr add ${address6.outside}/64 dev eth0 nodad; ip -6 route add default via ${address6.host}`,
  );
  for (const place of guests) {
    const network: Network = networks[place];
    const bridge = network.bridge!.name!;
    inside(
      'host',
      `ip link add ${bridge} type bridge; ip link set ${bridge} up
      ip link add g-${bridge} type veth peer name eth0 netns ${prefix}${place}; ip link set g-${bridge} master ${bridge} up
      ${network.ips.map(({ address, prefix: length, family }) => `ip addr add ${address}/${length} dev ${bridge} ${family === 'ipv6' ? 'nodad' : ''}`).join('\n')}`,
    );
    inside(
      place,
      `ip link set lo up; ip link set eth0 up; ip addr add ${address4[place]}/24 dev eth0; ip route add default via ${network.ips[0]!.address}
      ${address6[place] === undefined ? '' : `ip addr add ${address6[place]}/64 dev eth0 nodad; ip -6 route add default via ${network.ips[1]!.address}`}`,
    );
  }
  for (const place of places) {
    execFileSync('ip', ['netns', 'exec', prefix + place, 'nft', '-f', '/dev/stdin'], { input: listener });
  }
  table = openNft({ netns: `${prefix}host` });
  table.change(new Map(Object.values(networks).map((network) => [network.bridge!.name!, nftNetwork(network)])));
});

afterAll(() => {
  dnsmasq?.kill();
  table?.close();
  for (const place of places) execFileSync('ip', ['netns', 'delete', prefix + place]);
});

/** Pings once; says whether an answer came and which source the other side has seen, if any. */
function ping(from: Place, to: string, at: Place, source?: string): { answered: boolean; seen: string | undefined } {
  inside(at, 'nft flush set inet heard from4; nft flush set inet heard from6');
  const answered = succeeds(from, `busybox ping -c 1 -W 1 ${source === undefined ? '' : `-I ${source}`} ${to}`);
  const seen = inside(at, `nft list set inet heard ${to.includes(':') ? 'from6' : 'from4'}`);
  return { answered, seen: /elements = \{ ([^ }]+)/.exec(seen)?.[1] };
}

/** What the isolated network has refused to its guests. */
function rejected(): bigint {
  return table.counters('vi0').findLast(({ chain }) => chain === 'from_vi0')?.packets ?? 0n;
}

function answers(from: Place): boolean {
  return succeeds(from, 'timeout 1 busybox nslookup name.test 192.168.10.1 | grep -q 192.0.2.7');
}

describe('between networks', () => {
  const reaches: readonly { readonly from: Place; readonly to: Place; readonly sees?: Place | 'its own'; readonly v6?: 'no' }[] = [
    { from: 'nat', to: 'outside', sees: 'host' },
    { from: 'nat2', to: 'outside', sees: 'host', v6: 'no' },
    { from: 'routed', to: 'outside', sees: 'its own' },
    { from: 'isolated', to: 'outside' },
    { from: 'outside', to: 'nat' },
    { from: 'outside', to: 'routed', sees: 'its own' },
    { from: 'outside', to: 'isolated' },
    { from: 'nat', to: 'nat2', v6: 'no' },
    { from: 'nat2', to: 'nat', v6: 'no' },
    { from: 'nat', to: 'isolated' },
    { from: 'isolated', to: 'nat' },
    { from: 'isolated', to: 'routed' },
    { from: 'routed', to: 'isolated' },
    { from: 'routed', to: 'nat' },
    { from: 'host', to: 'nat', sees: 'its own' },
    { from: 'host', to: 'isolated', sees: 'its own' },
    { from: 'isolated', to: 'host', sees: 'its own' },
    { from: 'nat', to: 'host', sees: 'its own' },
  ];
  for (const { from, to, sees, v6 } of reaches) {
    const title =
      sees === undefined
        ? `no packet gets from ${from} to ${to}`
        : `${from} reaches ${to}${sees === 'host' ? " under the host's address" : ''}`;
    for (const addresses of v6 === 'no' ? [address4] : [address4, address6]) {
      test(`${title}, ${addresses === address4 ? 'IPv4' : 'IPv6'}`, () => {
        const { answered, seen } = ping(from, addresses[to]!, to);
        expect(answered).toBe(sees !== undefined);
        if (sees === undefined) expect(seen).toBeUndefined();
        else if (from !== 'host') expect(seen).toBe(addresses[sees === 'host' ? 'host' : from]);
      });
    }
  }

  test("nat reaches routed, whose network lets everything in, under the host's address there", () => {
    expect(ping('nat', address4.routed, 'routed')).toEqual({ answered: true, seen: '192.168.20.1' });
  });

  test("a guest's packet with an address of another network is stopped, though that address has a way back", () => {
    inside('nat', 'ip addr add 192.168.11.9/32 dev eth0; ip addr add 192.168.20.9/32 dev eth0');
    expect(ping('nat', address4.outside, 'outside', '192.168.11.9')).toEqual({ answered: false, seen: undefined });
    expect(ping('nat', address4.routed, 'routed', '192.168.20.9')).toEqual({ answered: false, seen: undefined });
  });

  test("guests reach the host's addresses on other networks, as with libvirt", () => {
    expect(ping('isolated', '192.168.10.1', 'host').answered).toBe(true);
  });

  test("what the host sends from a NAT network's address leaves under the uplink's, and stays as it is on the bridge", () => {
    expect(ping('host', address4.outside, 'outside', '192.168.10.1')).toEqual({ answered: true, seen: uplink4 });
    expect(ping('host', address4.nat, 'nat', '192.168.10.1')).toEqual({ answered: true, seen: '192.168.10.1' });
    expect(ping('host', address4.outside, 'outside', '192.168.20.1')).toEqual({ answered: true, seen: '192.168.20.1' });
  });

  test('counters tell what a rule has seen', () => {
    const before = rejected();
    ping('isolated', address4.outside, 'outside');
    expect(rejected()).toBe(before + 1n);
  });
});

describe('a dnsmasq that is bound to the address alone', () => {
  beforeAll(async () => {
    dnsmasq = spawn(
      'ip',
      [
        'netns',
        'exec',
        `${prefix}host`,
        'dnsmasq',
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--bind-interfaces',
        '--interface=vn0',
        '--except-interface=lo',
        '--no-resolv',
        '--no-hosts',
        '--address=/name.test/192.0.2.7',
        '--pid-file=',
      ],
      { stdio: 'ignore' },
    );
    for (const deadline = Date.now() + 5000; Date.now() < deadline && !answers('nat');) await new Promise((done) => setTimeout(done, 50));
  });

  for (const [from, served] of [
    ['nat', true],
    ['host', true],
    ['outside', false],
    ['nat2', false],
    ['isolated', false],
    ['routed', false],
  ] as const) {
    test(`${served ? 'answers' : 'is out of reach of'} ${from === 'nat' ? 'its guests' : from}`, () => {
      expect(answers(from)).toBe(served);
    });
  }

  test('would answer the outside without the guard', () => {
    inside('host', 'nft flush set inet viaduct listeners4');
    expect(answers('outside')).toBe(true);
    table.change(new Map(Object.values(networks).map((network) => [network.bridge!.name!, nftNetwork(network)])));
    expect(answers('outside')).toBe(false);
  });
});
