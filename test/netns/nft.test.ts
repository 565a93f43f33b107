import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nftNetwork } from '../../src/compile/linux/nftables.ts';
import { nftText } from '../../src/compile/linux/nft-text.ts';
import { ViaductError } from '../../src/model/errors.ts';
import { nftSkeleton } from '../../src/model/nft-skeleton.ts';
import type { NftNetwork } from '../../src/model/nft.ts';
import { openNft } from '../../src/system/kernel/nft.ts';
import type { NftTable } from '../../src/system/kernel/nft.ts';
import { everyKind, ipv4, ipv6, networkOf } from '../unit/compile/nft-networks.ts';

const netns = `vnft-${process.pid}`;
let table: NftTable;

beforeEach(() => {
  execFileSync('ip', ['netns', 'add', netns]);
  table = openNft({ netns });
});
afterEach(() => {
  table.close();
  execFileSync('ip', ['netns', 'delete', netns]);
});

function nft(...argv: string[]): string {
  return execFileSync('ip', ['netns', 'exec', netns, 'nft', ...argv], { encoding: 'utf8', maxBuffer: 1 << 28 });
}

function load(text: string): void {
  execFileSync('ip', ['netns', 'exec', netns, 'nft', '-f', '/dev/stdin'], { input: text });
}

/** nft's own reading of our table, without handles, counts and the order of elements and chains. */
function listing(): unknown[] {
  const { nftables }: { nftables: unknown[] } = JSON.parse(nft('-j', 'list', 'table', 'inet', 'viaduct'), (key, value: unknown) =>
    key === 'handle'
      ? undefined
      : key === 'packets' || key === 'bytes'
        ? 0
        : key === 'elem' && Array.isArray(value)
          ? sorted(value)
          : value,
  );
  return sorted(nftables);
}

function sorted(list: unknown[]): unknown[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function rulesOf(network: Parameters<typeof nftNetwork>[0]): NftNetwork {
  const rules = nftNetwork(network);
  if (rules === undefined) throw new Error(`${network.name} has no rules`);
  return rules;
}

const all = new Map(everyKind.map(({ network }) => [network.bridge!.name!, rulesOf(network)]));

describe('encoding', () => {
  for (const { kind, network } of everyKind) {
    test(`${kind}: netlink and nft's text load the same rules, and they read back as they were`, () => {
      const bridge = network.bridge!.name!;
      table.put(bridge, rulesOf(network));
      const ours = listing();
      expect(table.observe([bridge])).toEqual(new Map([[bridge, rulesOf(network)]]));
      nft('delete', 'table', 'inet', 'viaduct');
      load(nftText(nftSkeleton, [rulesOf(network)]));
      expect(ours).toEqual(listing());
    });
  }

  test('the skeleton alone is the same by netlink and by text', () => {
    table.ensureSkeleton();
    const ours = listing();
    nft('delete', 'table', 'inet', 'viaduct');
    load(nftText(nftSkeleton, []));
    expect(ours).toEqual(listing());
  });
});

const one = rulesOf(everyKind[0]!.network);
const other = rulesOf(everyKind[2]!.network);

describe('changes', () => {
  test('a network that is put again as it is keeps its very rules', () => {
    table.put('virbr0', one);
    const handles = nft('-a', 'list', 'table', 'inet', 'viaduct');
    table.put('virbr0', one);
    expect(nft('-a', 'list', 'table', 'inet', 'viaduct')).toBe(handles);
  });

  for (const { kind: before, network: from } of everyKind) {
    test(`every kind can replace ${before} on its bridge, and goes without a trace`, () => {
      table.ensureSkeleton();
      const empty = listing();
      for (const { kind, network } of everyKind) {
        const start = rulesOf({ ...from, bridge: { name: 'virbr0' } });
        const end = rulesOf({ ...network, bridge: { name: 'virbr0' } });
        table.put('virbr0', start);
        table.put('virbr0', end);
        expect(table.observe(['virbr0']).get('virbr0'), kind).toEqual(end);
        table.remove('virbr0');
        expect(table.observe(['virbr0']), kind).toEqual(new Map());
        expect(listing(), kind).toEqual(empty);
      }
    });
  }

  test('all kinds stand side by side, put and removed in one transaction each', () => {
    table.change(all);
    expect(table.observe(all.keys())).toEqual(all);
    table.change(new Map([...all.keys()].map((bridge) => [bridge, undefined])));
    expect(table.observe(all.keys())).toEqual(new Map());
  });

  test('removing what is not there succeeds', () => {
    table.remove('virbr99');
    expect(table.observe(['virbr99'])).toEqual(new Map());
  });

  test('a refused transaction changes nothing and names the part that was refused', () => {
    table.put('virbr0', one);
    const before = nft('-a', 'list', 'ruleset');
    const broken: NftNetwork = {
      chains: other.chains,
      elements: [...other.elements, { into: 'to_guests', key: ['virbr9'], jump: 'to_nowhere' }],
    };
    const refused = catching(() =>
      table.change(
        new Map([
          ['virbr0', undefined],
          ['virbr2', broken],
        ]),
      ),
    );
    expect(refused).toBeInstanceOf(ViaductError);
    expect(refused).toMatchObject({ code: 'kernel-refused', params: { errno: 'ENOENT', object: 'element virbr9 of to_guests' } });
    expect(nft('-a', 'list', 'ruleset')).toBe(before);
    table.put('virbr2', other);
    expect(table.observe(['virbr0', 'virbr2'])).toEqual(
      new Map([
        ['virbr0', one],
        ['virbr2', other],
      ]),
    );
  });

  test('an address that another network has is refused, and changes hands when that gives it up at the same time', () => {
    const same = rulesOf({ ...everyKind[0]!.network, bridge: { name: 'virbr1' } });
    table.put('virbr0', one);
    expect(catching(() => table.put('virbr1', same))).toMatchObject({
      code: 'kernel-refused',
      params: { errno: 'EEXIST', object: 'element 192.168.122.1 of nat_hosts4' },
    });
    expect(table.observe(['virbr0', 'virbr1'])).toEqual(new Map([['virbr0', one]]));
    table.change(
      new Map([
        ['virbr1', same],
        ['virbr0', undefined],
      ]),
    );
    expect(table.observe(['virbr0', 'virbr1'])).toEqual(new Map([['virbr1', same]]));
  });

  test("other tables stay byte for byte what they are, though they look like Docker's and firewalld's", () => {
    load(lookalikes);
    const before = foreign();
    table.change(all);
    table.put('virbr0', rulesOf(networkOf('virbr0', { mode: 'route' }, [ipv4('192.168.122.1')])));
    table.change(new Map([...all.keys()].map((bridge) => [bridge, undefined])));
    expect(foreign()).toEqual(before);
  });
});

describe('drift', () => {
  const damage: readonly { readonly name: string; readonly by: readonly string[]; readonly seen?: 'all' }[] = [
    { name: 'a flushed chain', by: ['flush', 'chain', 'inet', 'viaduct', 'nat_virbr0'] },
    { name: 'a deleted rule', by: ['delete', 'rule', 'inet', 'viaduct', 'from_virbr0', 'handle', 'LAST'] },
    { name: 'a rule of somebody else in front', by: ['insert', 'rule', 'inet', 'viaduct', 'from_virbr0', 'tcp', 'dport', '25', 'drop'] },
    { name: 'a rule of somebody else that we could have made', by: ['add', 'rule', 'inet', 'viaduct', 'to_virbr0', 'counter', 'accept'] },
    { name: 'a removed way to the rules', by: ['delete', 'element', 'inet', 'viaduct', 'to_guests', '{ "virbr0" }'] },
    { name: 'a removed address', by: ['delete', 'element', 'inet', 'viaduct', 'listeners4', '{ 192.168.122.1 }'] },
    { name: 'a removed service', by: ['delete', 'element', 'inet', 'viaduct', 'services', '{ "virbr0" . udp . 67 }'] },
    { name: 'a flushed set', by: ['flush', 'set', 'inet', 'viaduct', 'nat_hosts4'], seen: 'all' },
    { name: 'a flushed chain of the skeleton', by: ['flush', 'chain', 'inet', 'viaduct', 'forward'], seen: 'all' },
    { name: 'a rule put into the skeleton', by: ['insert', 'rule', 'inet', 'viaduct', 'forward', 'accept'], seen: 'all' },
    {
      name: 'a service port that is no longer guarded',
      by: ['delete', 'element', 'inet', 'viaduct', 'guarded', '{ udp . 53 }'],
      seen: 'all',
    },
    { name: 'a dropping policy', by: ['add', 'chain', 'inet', 'viaduct', 'forward', '{ policy drop; }'], seen: 'all' },
    { name: 'a flushed table', by: ['flush', 'table', 'inet', 'viaduct'], seen: 'all' },
    { name: 'a deleted table', by: ['delete', 'table', 'inet', 'viaduct'], seen: 'all' },
    { name: 'a flushed rule set', by: ['flush', 'ruleset'], seen: 'all' },
  ];
  for (const { name, by, seen } of damage) {
    test(`${name} is seen and repaired, and nothing else is taken for drift`, () => {
      const wanted = new Map([
        ['virbr0', one],
        ['virbr2', other],
      ]);
      table.change(wanted);
      const whole = listing();
      const last = /.*from_virbr0 \{[^}]*handle (\d+)\n\t\}/.exec(nft('-a', 'list', 'chain', 'inet', 'viaduct', 'from_virbr0'))?.[1] ?? '';
      nft(...by.map((word) => (word === 'LAST' ? last : word)));
      const observed = table.observe(wanted.keys());
      expect(observed.get('virbr0')).not.toEqual(one);
      if (seen === undefined) expect(observed.get('virbr2')).toEqual(other);
      table.put('virbr0', one);
      table.put('virbr2', other);
      expect(table.observe(wanted.keys())).toEqual(wanted);
      expect(listing()).toEqual(whole);
    });
  }

  test('a table of another make is made anew', () => {
    load('table inet viaduct {\nset to_guests { type ipv4_addr; }\nchain forward { type filter hook forward priority 5; }\n}');
    expect(table.observe(['virbr0'])).toEqual(new Map());
    table.put('virbr0', one);
    expect(table.observe(['virbr0'])).toEqual(new Map([['virbr0', one]]));
  });

  test('a new process finds what an older one left, addresses included', () => {
    table.change(all);
    using later = openNft({ netns });
    expect(later.observe(all.keys())).toEqual(all);
    later.change(new Map([...all.keys()].map((bridge) => [bridge, undefined])));
    expect(table.observe(all.keys())).toEqual(new Map());
  });

  test('the watch hears of foreign changes to our table, of no other table, and not of our own', async () => {
    table.put('virbr0', one);
    let heard = 0;
    using watch = table.watch(() => heard++);
    expect(watch).toBeDefined();
    table.put('virbr2', other);
    nft('add', 'table', 'inet', 'theirs');
    nft('add', 'table', 'ip', 'viaduct');
    table.remove('virbr2');
    await pause();
    expect(heard).toBe(0);
    nft('flush', 'chain', 'inet', 'viaduct', 'to_virbr0');
    await pause();
    expect(heard).toBe(1);
    table.put('virbr0', one);
    nft('flush', 'ruleset');
    await pause();
    expect(heard).toBe(2);
  });
});

test('putting, observing and removing a network takes milliseconds, alone and beside 1000 others', () => {
  const measure = (): Record<'put' | 'observe' | 'remove', number> => {
    const times = { put: [] as number[], observe: [] as number[], remove: [] as number[] };
    for (let round = 0; round < 40; round++) {
      const [name, rules] = numbered(5000 + round);
      const began = performance.now();
      table.put(name, rules);
      const put = performance.now();
      expect(table.observe([name]).size).toBe(1);
      const observed = performance.now();
      table.remove(name);
      times.put.push(put - began);
      times.observe.push(observed - put);
      times.remove.push(performance.now() - observed);
    }
    return { put: median(times.put), observe: median(times.observe), remove: median(times.remove) };
  };
  table.ensureSkeleton();
  measure();
  const alone = measure();
  const began = performance.now();
  for (let index = 0; index < 100; index++) table.put(...numbered(index));
  const hundred = measure();
  table.change(new Map(Array.from({ length: 900 }, (_, index) => numbered(100 + index))));
  const loaded = performance.now() - began;
  const thousand = measure();
  const again = performance.now();
  expect(table.observe(Array.from({ length: 1000 }, (_, index) => `vb${index}`)).size).toBe(1000);
  console.log({
    'ms alone': alone,
    'beside 100': hundred,
    'beside 1000': thousand,
    'loading 1000': loaded,
    'reading 1000 back': performance.now() - again,
  });
  for (const cost of [alone, hundred, thousand]) for (const ms of Object.values(cost)) expect(ms).toBeLessThan(25);
});

const lookalikes = `
table ip nat {
  chain DOCKER { }
  chain POSTROUTING {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 172.17.0.0/16 oifname != "docker0" counter masquerade
  }
}
table inet firewalld {
  map from_guests {
    type ifname : verdict
    elements = { "virbr0" : drop }
  }
  chain filter_FORWARD {
    type filter hook forward priority filter + 10; policy accept;
    ct state { established, related } accept
    iifname vmap @from_guests
  }
}
table ip viaduct {
  chain forward {
    type filter hook forward priority filter; policy drop;
  }
}
`;

function numbered(index: number): [string, NftNetwork] {
  const name = `vb${index}`;
  return [
    name,
    rulesOf(networkOf(name, { mode: 'nat' }, [ipv4(`10.${index >> 8}.${index & 255}.1`), ipv6(`2001:db8:${index.toString(16)}::1`)])),
  ];
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function foreign(): string[] {
  return ['ip nat', 'inet firewalld', 'ip viaduct'].map((name) => nft('-a', 'list', 'table', ...name.split(' ')));
}

function catching(body: () => void): unknown {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 100));
}
