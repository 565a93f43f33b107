import type { ChildProcess } from 'node:child_process';

import { nftNetwork } from '../src/compile/linux/nftables.ts';
import { parseNetwork } from '../src/formats/libvirt/network.ts';
import { run } from '../src/lab/command.ts';
import { Space, within } from '../src/lab/space.ts';
import type { NftNetwork } from '../src/model/nft.ts';
import { parseUuid } from '../src/model/units.ts';
import { openNft } from '../src/system/kernel/nft.ts';
import { connectAndReset, PacketSender } from './dataplane-load.ts';
import type { Stretch } from './dataplane-load.ts';
import { natNetwork, numbers, subnetOf } from './networks.ts';

/** Rules of so many NAT networks as the daemon loads them, or others in nft's language. */
export type Loaded = { readonly networks: number } | { readonly text: string };

const outsideAddress = '198.51.100.2';
/** Lists are walked from the youngest, so the oldest network comes last. */
const measured = natNetwork(0);
const subnet = subnetOf(0);

/** Three namespaces in a row: a guest, a host with one bridge, the outside. */
export class DataPlaneRig {
  readonly #guest: Space;
  readonly #outside: Space;
  readonly #spaces: readonly Space[];
  readonly #iperf: ChildProcess | undefined;
  readonly #sender: PacketSender;

  private constructor(spaces: readonly Space[], guest: Space, outside: Space, iperf: ChildProcess | undefined) {
    this.#spaces = spaces;
    this.#guest = guest;
    this.#outside = outside;
    this.#iperf = iperf;
    this.#sender = new PacketSender(guest.name, outsideAddress);
  }

  static async create(name: string, rules: Loaded): Promise<DataPlaneRig> {
    const [host, guest, outside] = [spaceOf(`${name}-host`), spaceOf(`${name}-guest`), spaceOf(`${name}-outside`)];
    const spaces = [host, guest, outside];
    for (const space of spaces) await run(['ip', 'netns', 'add', space.name]);
    await run(['taskset', '-cp', '0', String(process.pid)]);
    await build(host, guest, outside);
    if ('text' in rules) await host.must(['nft', '-f', '/dev/stdin'], { input: rules.text });
    else {
      using table = openNft({ netns: host.name });
      table.change(new Map(numbers(rules.networks).map(rulesOf)));
    }
    if (!(await guest.ping(outsideAddress, { tries: 5 }))) throw new Error(`The guest of rig ${name} does not reach the outside.`);
    return new DataPlaneRig(spaces, guest, outside, await startIperf(outside));
  }

  sendPackets(): Stretch {
    return this.#sender.stretch();
  }

  /** TCP connections a second, opened, taken and reset one after the other. */
  connect(): number {
    return connectAndReset(this.#guest.name, this.#outside.name, outsideAddress);
  }

  /** Bits a second of one TCP connection; NaN without iperf3. */
  async transfer(): Promise<number> {
    if (this.#iperf === undefined) return NaN;
    const { end }: Iperf = JSON.parse(
      await this.#guest.must(['taskset', '-c', '0', 'iperf3', '--client', outsideAddress, '--time', '1', '--json']),
    );
    return end.sum_received.bits_per_second;
  }

  /** Packets that were lost on the way were not carried all the way: then the figures would mean nothing. */
  async checkArrived(): Promise<void> {
    const { sent } = this.#sender;
    const arrived = Number(/packets (\d+)/.exec(await this.#outside.must(['nft', 'list', 'table', 'ip', 'sink']))?.[1]);
    if (arrived < sent * 0.99) throw new Error(`Only ${arrived} of ${sent} packets arrived at ${this.#outside.name}.`);
  }

  async close(): Promise<void> {
    this.#sender.close();
    this.#iperf?.kill();
    for (const { name } of this.#spaces) await run(['ip', 'netns', 'delete', name]);
  }
}

interface Iperf {
  readonly end: { readonly sum_received: { readonly bits_per_second: number } };
}

function spaceOf(name: string): Space {
  return new Space(`bench-${name}`, within.netns(`bench-${name}`));
}

/** Packets to the discard port end as soon as they have reached the outside. */
const sink = `table ip sink {
  chain in {
    type filter hook prerouting priority raw; policy accept;
    udp dport 9 counter drop
  }
}
`;

async function build(host: Space, guest: Space, outside: Space): Promise<void> {
  const { bridge } = measured;
  await host.sh(`
    ip link add ${bridge} type bridge; ip link set ${bridge} up; ip addr add ${subnet}.1/24 dev ${bridge}
    ip link add g0 type veth peer name eth0 netns ${guest.name}; ip link set g0 master ${bridge} up
    ip link add up0 type veth peer name eth0 netns ${outside.name}; ip link set up0 up; ip addr add 198.51.100.1/24 dev up0
    echo 1 > /proc/sys/net/ipv4/ip_forward
    [ ! -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || echo 0 > /proc/sys/net/bridge/bridge-nf-call-iptables`);
  await guest.sh(`ip link set lo up; ip link set eth0 up; ip addr add ${subnet}.2/24 dev eth0; ip route add default via ${subnet}.1`);
  // Without rules nothing is translated, and answers to the guest's own address come back this way.
  await outside.sh(
    `ip link set lo up; ip link set eth0 up; ip addr add ${outsideAddress}/24 dev eth0; ip route add default via 198.51.100.1`,
  );
  await outside.must(['nft', '-f', '/dev/stdin'], { input: sink });
}

/** Listening; undefined where the program is missing. */
async function startIperf(space: Space): Promise<ChildProcess | undefined> {
  const { code } = await run(['iperf3', '--version']).catch(() => ({ code: 1 }));
  if (code !== 0) return undefined;
  const server = space.start(['taskset', '-c', '1', 'iperf3', '--server']);
  await space.sh('for i in $(seq 50); do ss -Hltn sport 5201 | grep -q . && exit; sleep 0.1; done; exit 1');
  return server;
}

const anyUuid = parseUuid('00000000-0000-4000-8000-000000000000')!;

function rulesOf(number: number): [string, NftNetwork] {
  const { bridge, xml } = natNetwork(number);
  return [bridge, nftNetwork({ ...parseNetwork(xml), uuid: anyUuid })!];
}

export const oneMasquerade = `table ip bench {
  chain out {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "up0" masquerade
  }
}
`;

/**
 * The networks as libvirt 10.4 and later load them with nftables, the youngest first. It names links by
 * index, which costs less than by name; but only the measured link exists here.
 */
export function linearRules(count: number): string {
  const all = numbers(count)
    .toReversed()
    .map((number) => ({ bridge: natNetwork(number).bridge, guests: `${subnetOf(number)}.0/24` }));
  return `table ip libvirt_network {
${chain(
  'guest_output',
  all.flatMap(({ bridge, guests }) => [`ip saddr ${guests} iifname "${bridge}" counter accept`, `iifname "${bridge}" counter reject`]),
)}
${chain(
  'guest_input',
  all.flatMap(({ bridge, guests }) => [
    `oifname "${bridge}" ip daddr ${guests} ct state related,established counter accept`,
    `oifname "${bridge}" counter reject`,
  ]),
)}
${chain(
  'guest_cross',
  all.map(({ bridge }) => `iifname "${bridge}" oifname "${bridge}" counter accept`),
)}
${chain('forward', ['type filter hook forward priority filter; policy accept;', 'counter jump guest_cross', 'counter jump guest_input', 'counter jump guest_output'])}
${chain('guest_nat', ['type nat hook postrouting priority srcnat; policy accept;', ...all.flatMap(({ guests }) => natList(guests))])}
}
`;
}

function natList(guests: string): string[] {
  return [
    `ip saddr ${guests} ip daddr 224.0.0.0/24 counter return`,
    `ip saddr ${guests} ip daddr 255.255.255.255/32 counter return`,
    `meta l4proto tcp ip saddr ${guests} ip daddr != ${guests} counter masquerade to :1024-65535`,
    `meta l4proto udp ip saddr ${guests} ip daddr != ${guests} counter masquerade to :1024-65535`,
    `ip saddr ${guests} ip daddr != ${guests} counter masquerade`,
  ];
}

function chain(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.join('\n')}\n}\n`;
}
