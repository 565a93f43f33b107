import type { Catalog } from '../model/catalog.ts';
import type { LinkFacts } from '../model/link.ts';
import type { Plug, Port } from '../model/port.ts';
import type { IfName, Uuid } from '../model/units.ts';

/**
 * Remembers by which link a hypervisor has plugged each of its ports in, and since when that link is gone: a tap or
 * macvtap of libvirt's ends with the process that holds it, so then the machine has ended, or was unplugged. Both are
 * told by deleting the port; where nobody does, `gone.ts` does it after a while. A port that never had a wire is left alone:
 * it may be one that somebody made by hand, and a PCI device has none.
 *
 * @param looked As for `withGuests`.
 */
export function withWires(catalog: Catalog, links: readonly LinkFacts[], looked: ReadonlySet<string> | undefined, now: number): Catalog {
  let ports: Map<Uuid, Port> | undefined;
  for (const port of catalog.ports.values()) {
    if (port.link !== undefined) continue;
    const wire = findWire(port, links);
    const isLost = wire === undefined && port.wire !== undefined && (looked === undefined || looked.has(port.wire));
    const { goneSince, ...rest } = port;
    const next = wire !== undefined ? { ...rest, wire } : isLost && goneSince === undefined ? { ...port, goneSince: now } : port;
    if (next.wire === port.wire && next.goneSince === goneSince) continue;
    ports ??= new Map(catalog.ports);
    ports.set(port.uuid, next);
  }
  return ports === undefined ? catalog : { ...catalog, ports };
}

/** The host's half of a card whose wire the hypervisor makes: on the port's bridge or device, with the guest's address. */
export function findWire({ mac, plug, wire }: Port, links: readonly LinkFacts[]): IfName | undefined {
  // A tap has the guest's address with `fe` in front. Off its bridge it is known by its name too.
  const fits = (link: LinkFacts): boolean =>
    link.mac?.slice(2) === mac.slice(2) &&
    link.type !== 'bridge' &&
    (isPluggedInto(plug, link) || (link.name === wire && link.master === undefined));
  return links.find(fits)?.name;
}

function isPluggedInto(plug: Plug, { type, master, lower }: LinkFacts): boolean {
  switch (plug.type) {
    case 'network':
    case 'bridge':
      return master === plug.bridge;
    case 'direct':
      return (type === 'macvtap' || type === 'macvlan') && lower === plug.dev;
    case 'none':
    case 'hostdev-pci':
      return false;
  }
}
