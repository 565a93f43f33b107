import type { Finding, HostHealth } from '../../model/doctor.ts';
import { whoDrops, type Passing } from '../packet-filter.ts';
import { dropWords } from './accept.ts';
import { familyNames } from './bridge-filter.ts';
import { finding } from './findings.ts';

type Network = HostHealth['networks'][number];
type Uplink = HostHealth['uplinks'][number];

/** Whether guests of networks that lead out get there: the host has a way out itself, and nobody drops what takes it. */
export function wayOutFindings(health: HostHealth): Finding[] {
  const networks = health.networks.filter(({ mode }) => mode === 'nat' || mode === 'route' || mode === 'open');
  const findings = networks.map((network) => wayOut(health, network));
  if (health.filters !== undefined || networks.length === 0) return findings;
  return [...findings, finding('way-out', 'firewall-unread', { verdict: 'note', object: 'nft' })];
}

/** The first thing that stands in a network's way. */
function wayOut(health: HostHealth, network: Network): Finding {
  const { name, uplink } = network;
  const families = [...new Set(network.subnets.map(({ family }) => family))];
  const tell = (code: Finding['code'], verdict: Finding['verdict'], params: Readonly<Record<string, string>>): Finding =>
    finding('way-out', code, { verdict, object: `network ${name}`, params: { network: name, ...params } });
  if (uplink !== undefined && !health.uplinks.some((one) => one.name === uplink)) return tell('way-out-missing', 'problem', { uplink });
  let perhaps: Finding | undefined;
  const used = new Set<string>();
  for (const family of families) {
    const outs = health.uplinks.filter((one) => (uplink === undefined ? one.defaults.includes(family) : one.name === uplink));
    // A host may well have no IPv6 outside, but then it has IPv4.
    if (outs.length === 0 && (family === 'ipv4' || families.length === 1))
      return tell('way-out-none', 'problem', { family: familyNames[family] });
    for (const out of outs) {
      used.add(out.name);
      if (!out.up || !out.carrier) return tell(out.up ? 'way-out-unplugged' : 'way-out-down', 'problem', { uplink: out.name });
      const dropped = firstDrop(health, network, out, family);
      if (dropped?.code === 'way-out-dropped') return dropped;
      perhaps ??= dropped;
    }
  }
  return perhaps ?? tell('way-out-well', 'ok', { uplink: [...used].join(', ') || '-' });
}

function firstDrop(health: HostHealth, { name, bridge, subnets }: Network, out: Uplink, family: 'ipv4' | 'ipv6'): Finding | undefined {
  const guests = subnets.find((subnet) => subnet.family === family);
  if (guests === undefined) return undefined;
  const ways: Passing[] = [
    { family, in: bridge, out: out.name, from: guests, state: 'new', bridged: false },
    { family, in: out.name, out: bridge, to: guests, state: 'established', bridged: false },
  ];
  for (const way of ways) {
    const dropped = whoDrops(health.filters ?? [], way);
    if (dropped === undefined) continue;
    return finding('way-out', dropped.perhaps ? 'way-out-may-drop' : 'way-out-dropped', {
      verdict: dropped.perhaps ? 'warning' : 'problem',
      object: `network ${name}`,
      params: {
        network: name,
        in: way.in,
        out: way.out,
        family: familyNames[family],
        ...dropWords(dropped, way.in, way.out),
      },
    });
  }
  return undefined;
}
