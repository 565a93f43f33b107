import { TestHost } from '../test/netns/harness.ts';
import { elapsed } from './figure.ts';
import { natNetwork, numbers, subnetOf } from './networks.ts';

/** Milliseconds that the kernel and dnsmasq alone take for `count` such networks, without any manager. */
export interface Floor {
  readonly links: number;
  readonly rules: number;
  readonly dnsmasq: number;
  readonly remove: number;
}

/** One `ip -batch`, one `nft -f`, one dnsmasq per network; removed as one group of links. */
export async function measureFloor(count: number): Promise<Floor> {
  await using host = await TestHost.create({ daemon: false });
  const all = numbers(count);
  const batch = host.file('links', all.map((number) => linkLines(number)).join(''));
  const rules = host.file('rules', `table inet floor {\n${all.map((number) => chains(number)).join('')}${maps(all)}}\n`);
  for (const number of all) host.file(`${number}.conf`, dnsmasqConf(number, host.folder));
  const links = await elapsed(() => host.host.must(['ip', '-batch', batch]));
  const rulesMs = await elapsed(() => host.host.must(['nft', '-f', rules]));
  const dnsmasq = await elapsed(() =>
    host.host.sh(`for n in $(seq 0 ${count - 1}); do dnsmasq --conf-file=${host.folder}/files/$n.conf; done`, { timeoutMs: 120_000 }),
  );
  const remove = await elapsed(() =>
    host.host.sh(`cat ${host.folder}/floor-*.pid | xargs kill; nft delete table inet floor; ip link delete group 77`, {
      timeoutMs: 120_000,
    }),
  );
  return { links, rules: rulesMs, dnsmasq, remove };
}

function linkLines(number: number): string {
  const { bridge } = natNetwork(number);
  return `link add ${bridge} up group 77 type bridge forward_delay 0 stp_state 0\naddress add ${subnetOf(number)}.1/24 dev ${bridge}\n`;
}

/** As many rules as a NAT network has, reached by verdict maps. */
function chains(number: number): string {
  const { bridge } = natNetwork(number);
  const subnet = `${subnetOf(number)}.0/24`;
  return `
  chain ${bridge}_in { ip saddr ${subnet} oifname != "${bridge}" accept; counter reject; }
  chain ${bridge}_out { ip daddr ${subnet} ct state established,related accept; iifname "${bridge}" accept; counter reject; }
  chain ${bridge}_nat { ip daddr 224.0.0.0/24 return; ip daddr 255.255.255.255 return; ip daddr != ${subnet} counter masquerade; }
`;
}

function maps(all: readonly number[]): string {
  const elements = (suffix: string): string =>
    all.map((number) => `"${natNetwork(number).bridge}" : jump ${natNetwork(number).bridge}_${suffix}`).join(', ');
  return `
  chain forward { type filter hook forward priority 0; iifname vmap { ${elements('in')} }; oifname vmap { ${elements('out')} }; }
  chain postrouting { type nat hook postrouting priority srcnat; ip saddr vmap { ${all.map((number) => `${subnetOf(number)}.0/24 : jump ${natNetwork(number).bridge}_nat`).join(', ')} }; }
`;
}

function dnsmasqConf(number: number, folder: string): string {
  const subnet = subnetOf(number);
  return `user=root
group=
pid-file=${folder}/floor-${number}.pid
no-resolv
no-hosts
no-ping
bind-interfaces
interface=${natNetwork(number).bridge}
except-interface=lo
dhcp-leasefile=${folder}/floor-${number}.leases
dhcp-range=${subnet}.2,${subnet}.254,255.255.255.0
`;
}
