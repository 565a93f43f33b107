import { interfaceSupports } from '../compile/supports.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostFacts } from '../model/facts.ts';
import type { HostInterface, VlanPart } from '../model/host-interface.ts';
import type { LinkFacts } from '../model/link.ts';

type Links = ReadonlyMap<string, LinkFacts>;

/** Refuses VLAN devices that an interface cannot have here: for want of kernel or card, or because somebody has this one. */
export function refuseVlans(definition: HostInterface, links: Links, facts: HostFacts): void {
  const refusal = interfaceSupports(definition, facts);
  if (refusal !== undefined) throw refusal;
  for (const device of vlanDevices(definition)) refuseDevice(definition.name, device, links);
}

/** The VLAN devices that a definition makes. */
export function vlanDevices(definition: HostInterface): readonly (VlanPart & { readonly name: string })[] {
  if (definition.type === 'vlan') return [definition];
  return definition.type === 'bridge' ? definition.ports.flatMap((part) => (part.type === 'vlan' ? [part] : [])) : [];
}

function refuseDevice(wanted: string, { name, tag, lower }: VlanPart & { readonly name: string }, links: Links): void {
  const failed = `cannot start interface '${wanted}'`;
  const params = { interface: wanted, link: lower, vlan: tag };
  const below = links.get(lower);
  if (below === undefined)
    throw new ViaductError('kernel-refused', `${failed}: there is no interface ${lower}`, {
      hint: "See 'ip link' for the interfaces of this host.",
      params,
    });
  if (below.wireless === true)
    throw new ViaductError('operation-unsupported', `${failed}: ${lower} is a Wi-Fi card, and an access point passes no tags on`, {
      hint: 'Use a cable, or give guests a network with forward mode nat or route.',
      params,
    });
  const filter = below.master === undefined ? undefined : links.get(below.master);
  if (filter?.bridge?.vlanFiltering === true)
    throw new ViaductError('operation-invalid', `${failed}: ${lower} is a port of ${filter.name}, which has VLAN ${tag} for itself`, {
      hint: `Stand on the bridge: --uplink ${filter.name}, or give a network on it <vlan><tag id='${tag}'/></vlan>.`,
      params,
    });
  const holder = holderOf({ tag, lower }, links.values());
  if (holder === undefined || holder.name === name) return;
  throw new ViaductError('name-in-use', `${failed}: VLAN ${tag} of ${lower} is ${holder.name} already`, {
    hint: `One VLAN of a card has one device. ${holder.master === undefined ? `Use ${holder.name}` : `Use ${holder.master}, of which it is a port`}, or remove it.`,
    params: { ...params, holder: holder.name },
  });
}

/** The device that has this VLAN of this link. */
export function holderOf({ tag, lower }: VlanPart, links: Iterable<LinkFacts>): LinkFacts | undefined {
  for (const link of links) if (link.type === 'vlan' && link.lower === lower && link.vlanTag === tag) return link;
  return undefined;
}
