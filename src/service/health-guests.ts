import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from '../model/catalog.ts';
import type { HostHealth } from '../model/doctor.ts';
import type { LinkFacts } from '../model/link.ts';
import type { Network } from '../model/network.ts';
import type { Topology } from '../model/topology.ts';
import { pciFunction } from '../system/sriov.ts';

type GuestHealth = Pick<HostHealth, 'given' | 'domains' | 'astray'>;

/** Guests and what they hang on, for the doctor. */
export function guestHealth(catalog: Catalog, topology: Topology, links: readonly LinkFacts[]): GuestHealth {
  return { given: givenCards(catalog, topology), domains: domainsOf(topology), astray: astrayPorts(catalog, links) };
}

function givenCards({ networks }: Catalog, { nodes }: Topology): GuestHealth['given'] {
  const carriers = new Set(nodes.flatMap((node) => ('carriesDefaultRoute' in node && node.carriesDefaultRoute ? [node.link] : [])));
  return [...networks.values()].flatMap((entry) => {
    const network = entry.live ?? entry.config;
    if (network === undefined) return [];
    return [...new Set(exclusiveCards(network))].filter((card) => carriers.has(card)).map((card) => ({ network: network.name, card }));
  });
}

/** Cards that a network gives to one guest each, so that nobody else has them. Virtual functions are there to be given. */
function exclusiveCards({ forward }: Network): string[] {
  if (forward.mode === 'passthrough') return [...forward.interfaces];
  if (forward.mode !== 'hostdev') return [];
  return forward.addresses.flatMap((address) => {
    const { path, isVirtual } = pciFunction(address);
    return isVirtual ? [] : cardsOf(path);
  });
}

function cardsOf(device: string): string[] {
  try {
    return readdirSync(join(device, 'net'));
  } catch {
    return []; // Without a driver of the host it has no card there, and nothing to lose.
  }
}

function domainsOf({ nodes, edges }: Topology): GuestHealth['domains'] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'switch') return [];
    const beside = edges.flatMap(({ from, to }) => (from === node.id ? [to] : to === node.id ? [from] : []));
    const there = nodes.filter(({ id }) => beside.includes(id));
    const guests = there.flatMap((one) => (one.kind === 'guest' ? [{ name: one.guest ?? one.tap, addresses: one.addresses }] : []));
    const leadsOn = there.some(({ kind }) => kind !== 'guest');
    const addresses = (node.hostPort?.addresses ?? []).filter((address) => !address.startsWith('fe80:'));
    return [{ bridge: node.bridge ?? node.label, mayHaveRouter: leadsOn || addresses.length > 0, guests }];
  });
}

function astrayPorts({ networks, ports }: Catalog, links: readonly LinkFacts[]): GuestHealth['astray'] {
  const byName = new Map<string, LinkFacts>(links.map((link) => [link.name, link]));
  return [...ports.values()].flatMap(({ network, plug, link, wire, owner }) => {
    const bridge = networks.get(network)?.live?.bridge?.name;
    const found = byName.get(link?.name ?? wire ?? '');
    // Ports of Open vSwitch are rows of its database.
    if (bridge === undefined || found === undefined || plug.type === 'direct' || plug.type === 'hostdev-pci') return [];
    if (found.master === bridge || found.master === 'ovs-system') return [];
    return [{ guest: owner.name, link: found.name, bridge, ...(found.master !== undefined && { master: found.master }) }];
  });
}
