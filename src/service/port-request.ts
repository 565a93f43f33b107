import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { PortLink } from '../model/port.ts';
import { isMulticastMac, parseIfName, parseMac, parseUuid, type IfName, type Mac, type Uuid } from '../model/units.ts';
import { newMac, newUuid } from './ids.ts';
import { currentOf } from './lookup.ts';
import type { PortRequest } from './operation-types.ts';
import type { PortDraft } from './port-edits.ts';
import { choosePlug } from './plug.ts';

/** Completes a request for a port. `names` are the host's devices, so that a chosen name is free. */
export function requestedPort(catalog: Catalog, entry: NetworkEntry, request: PortRequest, names: ReadonlySet<string>): PortDraft {
  const link = request.link && requestedLink(catalog, entry, request.link, names);
  return {
    uuid: request.uuid === undefined ? newUuid(catalog) : checkedUuid(request.uuid),
    mac: request.mac === undefined ? newMac(catalog) : checkedMac(request.mac),
    owner: {
      name: request.owner?.name ?? 'viaduct',
      uuid: request.owner?.uuid === undefined ? newUuid(catalog) : checkedUuid(request.owner.uuid),
    },
    ...(request.group !== undefined && { group: request.group }),
    ...(request.isolated !== undefined && { isolated: request.isolated }),
    ...(link !== undefined && { link }),
  };
}

function requestedLink(catalog: Catalog, entry: NetworkEntry, wanted: NonNullable<PortRequest['link']>, names: ReadonlySet<string>): PortLink {
  const taken = new Set([...names, ...[...catalog.ports.values()].map(({ link }) => link?.name)]);
  const name = wanted.name === undefined ? freeName(wanted.kind === 'macvtap' ? 'macvtap' : 'vnet', taken) : checkedIfName(wanted.name);
  if (taken.has(name)) {
    throw new ViaductError('name-in-use', `A device named '${name}' is there already.`, { hint: 'Leave the name out to get a free one.', params: { link: name } });
  }
  if (wanted.kind === 'tap') return { ...wanted, name };
  if (wanted.kind === 'veth') return { ...wanted, name, inside: checkedIfName(wanted.inside) };
  const network = currentOf(entry);
  const plug = choosePlug(network, undefined, [...catalog.ports.values()].filter((port) => port.network === network.uuid));
  if (plug.type !== 'direct') {
    throw new ViaductError('config-unsupported', `Network '${network.name}' has a bridge; a macvtap cannot be plugged into it.`, { hint: 'Ask for a tap.' });
  }
  return { kind: 'macvtap', name, lower: checkedIfName(plug.dev), mode: plug.mode === 'passthrough' ? 'passthru' : plug.mode };
}

function freeName(prefix: string, taken: ReadonlySet<string | undefined>): IfName {
  for (let number = 0; ; number += 1) {
    const name = `${prefix}${number}`;
    if (!taken.has(name)) return checkedIfName(name);
  }
}

function checkedIfName(text: string): IfName {
  const name = parseIfName(text);
  if (name === undefined) throw new ViaductError('invalid-argument', `'${text}' is no name for a network device.`, { hint: 'Use 1 to 15 characters without blanks, slashes and colons.' });
  return name;
}

function checkedUuid(text: string): Uuid {
  const uuid = parseUuid(text);
  if (uuid === undefined) throw new ViaductError('invalid-argument', `'${text}' is no UUID.`);
  return uuid;
}

function checkedMac(text: string): Mac {
  const mac = parseMac(text);
  if (mac === undefined || isMulticastMac(mac)) {
    throw new ViaductError('mac-invalid', text, { hint: 'A guest needs an address like 52:54:00:12:34:56, with an even first byte.' });
  }
  return mac;
}
