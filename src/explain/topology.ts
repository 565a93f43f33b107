import type { LinkFacts } from '../model/link.ts';
import type { ForwardMode } from '../model/network.ts';
import type { AddressSource, LinkOwner, Topology, TopologyEdge, TopologyNode } from '../model/topology.ts';
import type { PortVlan } from '../model/vlan.ts';
import { ownerOf } from './owner.ts';
import { vlanRoles } from './vlan-roles.ts';

/** What the picture is drawn from; everything observed, nothing guessed. */
export interface TopologyInputs {
  readonly links: readonly LinkFacts[];
  readonly networks: readonly {
    readonly name: string;
    readonly uuid: string;
    readonly mode: ForwardMode;
    readonly veryIsolated: boolean;
    readonly active: boolean;
    readonly bridge?: string;
    /** `forward dev`: the only way out. */
    readonly uplink?: string;
    readonly trouble?: string;
  }[];
  readonly ports: readonly { readonly uuid: string; readonly link?: string; readonly mac: string; readonly guest: string }[];
  /** MACs learnt behind a bridge port, without the bridge's own. */
  readonly macsByLink: ReadonlyMap<string, readonly string[]>;
  /** Addresses by MAC, from leases and neighbours. */
  readonly addressesByMac: ReadonlyMap<string, readonly string[]>;
  /** How those addresses are known. */
  readonly knownBy?: ReadonlyMap<string, Readonly<Record<string, AddressSource>>>;
  /** Guests of the hypervisor by their wire: it knows also those that asked for no port. */
  readonly guestsByLink?: ReadonlyMap<string, string>;
  /** What guests call themselves when they ask for an address, by MAC: the name of one that nobody has named. */
  readonly namesByMac?: ReadonlyMap<string, string>;
  /** What ports of bridges that filter VLANs carry. */
  readonly vlans?: ReadonlyMap<string, readonly PortVlan[]>;
  /** Devices that carry a default route. */
  readonly defaultUplinks: readonly string[];
}

/** Draws the host: outside → NICs → switches → guests. Cost is linear in links and networks. */
export function drawTopology(inputs: TopologyInputs): Topology {
  const nodes: TopologyNode[] = [];
  const edges: TopologyEdge[] = [];
  const networkByBridge = new Map(inputs.networks.filter(({ active }) => active).map((network) => [network.bridge, network]));
  const portByLink = new Map(inputs.ports.filter(({ link }) => link !== undefined).map((port) => [port.link, port]));
  // A hypervisor that asked for a port makes the wire itself.
  const portByMac = new Map(inputs.ports.filter(({ link }) => link === undefined).map((port) => [port.mac, port]));
  const switches = new Set(inputs.links.filter(({ type }) => type === 'bridge').map(({ name }) => name as string));
  const masters = new Set<string | undefined>(inputs.links.map(({ master }) => master));
  const drawn = new Set<string>();
  const roles = vlanRoles(inputs.links, inputs.vlans ?? new Map());

  const wire = (from: string, to: string, kind: TopologyEdge['kind'], link?: string): void => {
    edges.push({ id: `${from}>${to}`, from, to, kind, link });
  };

  for (const link of inputs.links) {
    if (link.name === 'lo') continue;
    const network = networkByBridge.get(link.name);
    const owner: LinkOwner =
      (network !== undefined && network.mode !== 'bridge') || portByLink.has(link.name) ? 'viaduct' : ownerOf(link.name, link.type);
    if (link.type === 'bridge') {
      nodes.push({
        id: `switch/${link.name}`,
        kind: 'switch',
        label: network?.name ?? link.name,
        owner,
        state: network?.trouble !== undefined ? 'trouble' : !link.up ? 'down' : masters.has(link.name) ? 'up' : 'idle',
        link: link.name,
        vlans: roles.get(link.name),
        bridge: link.name,
        network: network && { name: network.name, uuid: network.uuid, mode: network.mode, veryIsolated: network.veryIsolated },
        hostPort: { mac: link.mac, addresses: texts(link) },
        stp: link.bridge?.stp ?? false,
        trouble: network?.trouble,
      });
      drawn.add(link.name);
    } else if (isGuestLink(link, switches, portByLink.has(link.name))) {
      const port = portByLink.get(link.name) ?? portByMac.get(guestMacOf(link) ?? '');
      const mac = port?.mac ?? inputs.macsByLink.get(link.name)?.[0] ?? guestMacOf(link);
      const guest = port?.guest ?? inputs.guestsByLink?.get(link.name);
      const id = `guest/${link.name}`;
      nodes.push({
        id,
        kind: 'guest',
        label: guest ?? inputs.namesByMac?.get(mac ?? '') ?? link.name,
        owner,
        state: link.up && link.carrier ? 'up' : 'down',
        link: link.name,
        vlans: roles.get(link.name),
        tap: link.name,
        mac,
        addresses: mac === undefined ? [] : (inputs.addressesByMac.get(mac) ?? []),
        knownBy: mac === undefined ? undefined : inputs.knownBy?.get(mac),
        guest,
        portUuid: port?.uuid,
        portState: link.bridgePort?.state,
      });
      if (link.master !== undefined && switches.has(link.master)) wire(`switch/${link.master}`, id, 'wire', link.name);
      else if (link.lower !== undefined) wire(`link/${link.lower}`, id, 'child', link.name);
    } else {
      const id = `link/${link.name}`;
      const carriesDefaultRoute = inputs.defaultUplinks.includes(link.name);
      nodes.push({
        id,
        kind: link.type === 'vlan' ? 'vlan' : link.type === 'bond' ? 'bond' : 'nic',
        label: link.name,
        owner,
        state: link.up && link.carrier ? 'up' : 'down',
        link: link.name,
        vlans: roles.get(link.name),
        mac: link.mac,
        addresses: texts(link),
        carriesDefaultRoute,
      });
      drawn.add(link.name);
      if (link.master !== undefined)
        wire(id, switches.has(link.master) ? `switch/${link.master}` : `link/${link.master}`, 'wire', link.name);
      if (link.type === 'vlan' && link.lower !== undefined) wire(`link/${link.lower}`, id, 'child', link.name);
    }
  }

  const ways = nodes.filter((node) => node.link !== undefined && inputs.defaultUplinks.includes(node.link));
  if (ways.length > 0) {
    nodes.unshift({ id: 'outside', kind: 'outside', label: 'outside', owner: 'host', state: 'up' });
    for (const way of ways) {
      // A bridge that carries the default route reaches the outside through the NICs on it.
      const nics = edges.filter(({ from, to, kind }) => to === way.id && kind === 'wire' && from.startsWith('link/'));
      if (nics.length === 0) wire('outside', way.id, 'wire', way.link);
      for (const { from, link } of nics) wire('outside', from, 'wire', link);
    }
  }

  for (const network of inputs.networks) {
    const id =
      network.bridge !== undefined && switches.has(network.bridge) && (network.active || networkByBridge.get(network.bridge) === network)
        ? `switch/${network.bridge}`
        : `network/${network.uuid}`;
    if (id.startsWith('network/')) {
      nodes.push({
        id,
        kind: 'switch',
        label: network.name,
        owner: 'viaduct',
        state: network.trouble !== undefined ? 'trouble' : network.active ? 'up' : 'inactive',
        network: { name: network.name, uuid: network.uuid, mode: network.mode, veryIsolated: network.veryIsolated },
        stp: false,
        trouble: network.trouble,
      });
    }
    if (!network.active || (network.mode !== 'nat' && network.mode !== 'route' && network.mode !== 'open')) continue;
    const outs = network.uplink === undefined ? ways.map((way) => way.id) : drawn.has(network.uplink) ? [`link/${network.uplink}`] : [];
    for (const out of outs) if (out !== id) wire(out, id, network.mode === 'nat' ? 'nat' : 'route', network.bridge);
  }
  return { nodes, edges: edges.filter(endsExist(nodes)) };
}

/** A guest's wire: a tap or macvtap, a veth that is a bridge port and has no NIC's name (a container's host has those), or any link of one of our ports. */
export function isGuestLink(link: LinkFacts, switches: ReadonlySet<string>, isOurs: boolean): boolean {
  if (isOurs || link.type === 'tun' || link.type === 'macvtap') return true;
  return link.type === 'veth' && link.master !== undefined && switches.has(link.master) && !/^e(th|n)/.test(link.name);
}

/** A macvtap has its guest's MAC; hypervisors give a tap the same with the first byte fe, so that the bridge never takes it for its own. */
function guestMacOf(link: LinkFacts): string | undefined {
  if (link.type === 'macvtap') return link.mac;
  return link.type === 'tun' && link.mac?.startsWith('fe:54:00') ? `52${link.mac.slice(2)}` : undefined;
}

function texts(link: LinkFacts): readonly string[] {
  return link.addresses.map(({ address, prefix }) => `${address}/${prefix}`);
}

function endsExist(nodes: readonly TopologyNode[]): (edge: TopologyEdge) => boolean {
  const ids = new Set(nodes.map(({ id }) => id));
  return ({ from, to }) => ids.has(from) && ids.has(to);
}
