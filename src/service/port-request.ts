import { portsByWire } from '../compile/catalog.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Port, PortLink, ProcessId } from '../model/port.ts';
import { isMulticastMac, parseIfName, parseMac, parseUuid, type IfName, type Mac, type Uuid } from '../model/units.ts';
import { validateTags } from '../model/validate.ts';
import { newMac, newUuid } from './ids.ts';
import { currentOf, portsOf } from './lookup.ts';
import type { PortRequest } from './operation-types.ts';
import type { PortDraft } from './port-edits.ts';
import { freePortName, portLabel } from './port-names.ts';
import { choosePlug } from './plug.ts';

/** What a request is completed from besides the catalog. */
export interface PortHost {
  /** Whether the host has a device of that name, asked of the kernel at that moment. */
  readonly hasLink: (name: string) => boolean;
  readonly holder?: ProcessId;
  readonly creator?: number;
  /** The card's model, held to what the host has. */
  readonly model?: string;
}

/** Completes a request for a port. */
export function requestedPort(catalog: Catalog, entry: NetworkEntry, request: PortRequest, host: PortHost): PortDraft {
  const { name, owner, group, isolated, vlan } = request;
  if (vlan !== undefined) validateTags(vlan);
  const wanted = wantedLink(request);
  const link = wanted && requestedLink(catalog, entry, wanted, host.hasLink);
  if (link !== undefined) refuseMisfit(request, link);
  return {
    uuid: request.uuid === undefined ? newUuid(catalog) : checkedUuid(request.uuid),
    mac: request.mac === undefined ? newMac(catalog) : checkedMac(request.mac),
    owner: {
      name: owner?.name ?? name ?? 'viaduct',
      uuid: owner?.uuid === undefined ? ownerUuid(catalog, owner?.name ?? name) : checkedUuid(owner.uuid),
    },
    ...(name !== undefined && { name: freePortName(catalog, name) }),
    ...(request.for !== undefined && { client: request.for }),
    ...(group !== undefined && { group }),
    ...(isolated !== undefined && { isolated }),
    ...(vlan !== undefined && { vlan }),
    ...(link !== undefined && { link }),
    ...(host.model !== undefined && { model: host.model }),
    ...(host.holder !== undefined && { holder: host.holder }),
    ...(host.creator !== undefined && { creator: host.creator }),
  };
}

/** A port for a program wants a wire, also where nothing is said about it. */
export function wantedLink({ link, for: client }: PortRequest): PortRequest['link'] {
  return link ?? (client === undefined ? undefined : { kind: 'auto' });
}

export function checkedMac(text: string): Mac {
  const mac = parseMac(text);
  if (mac === undefined || isMulticastMac(mac)) {
    throw new ViaductError('mac-invalid', text, { hint: 'A guest needs an address like 52:54:00:12:34:56, with an even first byte.' });
  }
  return mac;
}

/** Two ports of one guest have one owner. */
function ownerUuid(catalog: Catalog, guest: string | undefined): Uuid {
  for (const { owner, link } of guest === undefined ? [] : catalog.ports.values())
    if (link !== undefined && owner.name === guest) return owner.uuid;
  return newUuid(catalog);
}

function requestedLink(
  catalog: Catalog,
  entry: NetworkEntry,
  wanted: NonNullable<PortRequest['link']>,
  hasLink: (name: string) => boolean,
): PortLink {
  const network = currentOf(entry);
  const plug = choosePlug(network, undefined, portsOf(catalog, network.uuid));
  if (plug.type === 'hostdev-pci') {
    throw new ViaductError('config-unsupported', `Network '${network.name}' hands out PCI devices; there is no wire to make for them.`, {
      hint: 'Leave the port to the hypervisor.',
    });
  }
  const kind = wanted.kind !== 'auto' ? wanted.kind : plug.type === 'direct' ? 'macvtap' : 'tap';
  if ((kind === 'macvtap') !== (plug.type === 'direct')) {
    const [has, lacks, way] = plug.type === 'direct' ? ['no bridge', kind, 'macvtap'] : ['a bridge', 'macvtap', 'tap'];
    throw new ViaductError('config-unsupported', `Network '${network.name}' has ${has}; a ${lacks} cannot be plugged into it.`, {
      hint: `Ask for a ${way}.`,
    });
  }
  const name = chosenName(catalog, kind === 'macvtap' ? 'macvtap' : 'vnet', wanted.name, hasLink);
  if (wanted.kind === 'veth') return { ...wanted, netns: checkedNetns(wanted.netns), name, inside: checkedIfName(wanted.inside ?? 'eth0') };
  if (plug.type === 'direct')
    return { kind: 'macvtap', name, lower: checkedIfName(plug.dev), mode: plug.mode === 'passthrough' ? 'passthru' : plug.mode };
  return { ...wanted, kind: 'tap', name };
}

/** What a program cannot take is refused before there is a wire. */
function refuseMisfit({ for: client }: PortRequest, link: PortLink): void {
  if (client !== 'firecracker') return;
  const misfit =
    link.kind === 'macvtap' ? 'a macvtap' : link.kind === 'tap' && link.multiQueue === true ? 'a tap with several queues' : undefined;
  if (misfit === undefined) return;
  throw new ViaductError('config-unsupported', `Firecracker cannot use ${misfit}.`, {
    hint: 'Use a network with a bridge, and one queue.',
  });
}

function chosenName(catalog: Catalog, prefix: string, wanted: string | undefined, hasLink: (name: string) => boolean): IfName {
  const wires = portsByWire(catalog.ports);
  const holderOf = (name: string): Port | undefined => {
    const port = wires.get(name);
    return port?.link === undefined ? undefined : port;
  };
  if (wanted === undefined) {
    for (let number = 0; ; number += 1) {
      const name = `${prefix}${number}`;
      if (holderOf(name) === undefined && !hasLink(name)) return checkedIfName(name);
    }
  }
  const name = checkedIfName(wanted);
  const holder = holderOf(name);
  if (holder === undefined && !hasLink(name)) return name;
  const whose = holder === undefined ? "It is not Viaduct's, and was left alone." : `It belongs to ${portLabel(holder)}.`;
  throw new ViaductError('name-in-use', `A device named '${name}' is there already.`, {
    hint: `${whose} Leave the name out to get a free one.`,
    params: { link: name },
  });
}

function checkedIfName(text: string): IfName {
  const name = parseIfName(text);
  if (name === undefined)
    throw new ViaductError('invalid-argument', `'${text}' is no name for a network device.`, {
      hint: 'Use 1 to 15 characters without blanks, slashes and colons.',
    });
  return name;
}

/** A name becomes part of a path. */
function checkedNetns(text: string): string {
  if (/^[\w@+:-][\w.@+:-]*$/.test(text)) return text;
  throw new ViaductError('invalid-argument', `'${text}' is neither the name of a network namespace nor a process id.`, {
    hint: '`ip netns list` shows the names.',
  });
}

function checkedUuid(text: string): Uuid {
  const uuid = parseUuid(text);
  if (uuid === undefined) throw new ViaductError('invalid-argument', `'${text}' is no UUID.`);
  return uuid;
}
