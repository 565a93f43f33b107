import { interfaceRefusal } from '../compile/interfaces.ts';
import { addressObjects, takenLinks, usedLinks } from '../compile/linux/interface.ts';
import { contains, parseAddress, parseSubnet } from '../model/address.ts';
import type { RunningInterface } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface } from '../model/host-interface.ts';
import type { AddressObject, HostObject, RouteObject, SysctlObject } from '../model/host-state.ts';
import type { LinkFacts } from '../model/link.ts';
import type { IfName } from '../model/units.ts';
import type { System } from '../system/system.ts';
import { refuseVlans } from './vlan-devices.ts';

/** What bringing up a definition takes of the host's cards, and what comes with them; refuses what cannot work. */
export async function prepareStart(system: System, definition: HostInterface): Promise<RunningInterface> {
  const refusal = interfaceRefusal(definition);
  if (refusal !== undefined) throw refusal;
  const links = await refuseCards(system, definition);
  const taken = takenLinks(definition);
  const borrowed: HostObject[] = [];
  const habits: SysctlObject[] = [];
  for (const name of taken) {
    for (const object of await system.belongings(name)) {
      if (object.kind !== 'sysctl' || object.key.endsWith('.disable_ipv6')) borrowed.push(object);
      else if (name === taken[0]) habits.push({ ...object, key: object.key.replace(sysctlName(name), sysctlName(definition.name)) });
    }
  }
  const addresses = addressObjects(definition, definition.name as IfName);
  for (const name of usedLinks(definition))
    borrowed.push(...(await system.belongings(name)).filter((object) => isShared(object, definition, addresses)));
  return {
    definition: pinned(definition, links),
    carried: [...carriedRoutes(definition, addresses, borrowed), ...habits],
    borrowed,
  };
}

/** Refuses cards that are not there or cannot be taken, and VLANs that cannot be made. Resolves to the links of the host. */
export async function refuseCards(system: System, definition: HostInterface): Promise<ReadonlyMap<IfName, LinkFacts>> {
  const links = new Map((await system.links()).map((link) => [link.name, link]));
  refuseVlans(definition, links, system.facts());
  for (const name of takenLinks(definition)) refuseCard(definition.name, name, links);
  return links;
}

/** A bridge keeps the address of its first port, whatever joins it later: else its own changes with each guest. */
export function pinned(definition: HostInterface, links: ReadonlyMap<IfName, LinkFacts>): HostInterface {
  const mac = definition.type === 'bridge' && definition.mac === undefined ? macBelow(definition, links) : undefined;
  return mac === undefined ? definition : ({ ...definition, mac } as HostInterface);
}

function refuseCard(wanted: string, name: IfName, links: ReadonlyMap<IfName, LinkFacts>): void {
  const card = links.get(name);
  const failed = `cannot start interface '${wanted}'`;
  const params = { interface: wanted, link: name };
  if (card === undefined)
    throw new ViaductError('kernel-refused', `${failed}: there is no interface ${name}`, {
      hint: "See 'ip link' for the interfaces of this host.",
      params,
    });
  if (card.wireless === true) throw wirelessRefusal(failed, name);
  if (card.master !== undefined && card.master !== wanted) {
    throw new ViaductError('operation-invalid', `${failed}: ${name} is a port of ${card.master} already`, {
      hint: `Take it out of ${card.master} first.`,
      params,
    });
  }
}

/** An access point passes on only what comes from addresses that have logged in to it. */
export function wirelessRefusal(failed: string, name: string): ViaductError {
  return new ViaductError(
    'operation-unsupported',
    `${failed}: ${name} is a Wi-Fi card, and an access point drops what comes from any address but the card's own`,
    {
      hint: 'Use a cable, or give guests a network with forward mode nat or route.',
      params: { link: name },
    },
  );
}

/** Of a card that is only used, the settings, and what it has already of what the definition asks for. */
function isShared(object: HostObject, { name, protocols }: HostInterface, addresses: readonly AddressObject[]): boolean {
  if (object.kind === 'nic') return true;
  if (object.kind === 'address')
    return addresses.some(({ link, address, prefix }) => object.link === link && object.address === address && object.prefix === prefix);
  return (
    object.kind === 'route' && object.link === name && isDefault(object) && protocols.some(({ gateway }) => gateway === object.gateway)
  );
}

/**
 * Routes that move with the addresses they stand on. The default route is the definition's to say; that of the
 * card is only followed where both agree, and then keeps its metric.
 */
function carriedRoutes(
  { name, protocols }: HostInterface,
  addresses: readonly AddressObject[],
  borrowed: readonly HostObject[],
): readonly RouteObject[] {
  const subnets = addresses.flatMap(({ address, prefix }) => parseSubnet(`${address}/${prefix}`) ?? []);
  const routes = borrowed.flatMap((object): RouteObject[] => {
    if (object.kind !== 'route') return [];
    if (isDefault(object)) return protocols.some(({ gateway }) => gateway === object.gateway) ? [object] : [];
    const gateway = parseAddress(object.gateway);
    return gateway !== undefined && subnets.some((subnet) => contains(subnet, gateway)) ? [object] : [];
  });
  return routes.map((route) => ({ ...route, link: name as IfName }));
}

/** As it stands between the dots of a sysctl. */
function sysctlName(link: string): string {
  return `.${link.replaceAll('.', '/')}.`;
}

function isDefault({ destination }: RouteObject): boolean {
  return destination === '0.0.0.0/0' || destination === '::/0';
}

/** Neighbours know the address of the card that they spoke to so far: the bridge goes on with it. */
function macBelow({ ports }: Extract<HostInterface, { type: 'bridge' }>, links: ReadonlyMap<string, LinkFacts>): LinkFacts['mac'] {
  const [first] = ports;
  if (first === undefined) return undefined;
  const card = first.type === 'vlan' ? first.lower : first.type === 'bond' ? first.ports[0]?.name : first.name;
  return card === undefined ? undefined : links.get(card)?.mac;
}
