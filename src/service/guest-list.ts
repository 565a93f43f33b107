import { contains, parseAddress, subnetOf } from '../model/address.ts';
import { ViaductError } from '../model/errors.ts';
import { usualModel } from '../model/nic-model.ts';
import type { Uuid } from '../model/units.ts';
import type { Context } from './context.ts';
import { guestsOfHypervisor, type GuestNicAddresses, type HypervisorNic } from './hypervisor.ts';
import type { GuestInterface, GuestSummary, Input, PortSummary } from './operation-types.ts';
import { detailPorts } from './port-details.ts';

/** Guests whose wires Viaduct made, and those of the host's hypervisor; running ones first, as virsh lists them. */
export async function listGuests(context: Context): Promise<readonly GuestSummary[]> {
  const [ports, others] = await Promise.all([ownPorts(context), guestsOfHypervisor(context)]);
  const own = new Map<string, boolean>();
  for (const port of ports) own.set(port.owner.name, isAttached(port) || own.get(port.owner.name) === true);
  const guests: GuestSummary[] = [
    ...others.map(({ name, active, id }) => ({
      name,
      running: active,
      source: 'hypervisor' as const,
      ...(active && id !== undefined && { id }),
    })),
    ...[...own]
      .filter(([name]) => !others.some((other) => other.name === name))
      .map(([name, running]) => ({ name, running, source: 'viaduct' as const })),
  ];
  return guests.toSorted((a, b) => Number(b.running) - Number(a.running) || (a.id ?? 0) - (b.id ?? 0) || (a.name < b.name ? -1 : 1));
}

/** What `domiflist` shows: a wire has no name while nobody holds it. */
export async function guestInterfaces(
  context: Context,
  { guest, inactive = false }: Input<'guest.interfaces'>,
): Promise<readonly GuestInterface[]> {
  const own = (await ownPorts(context)).filter(({ owner }) => owner.name === guest);
  if (own.length > 0) return own.map((port) => asInterface(port, inactive));
  const nics: readonly HypervisorNic[] = await asked(context, guest, (hypervisor) => hypervisor.interfaces(guest, { inactive }));
  return nics.map(({ link, type, source, model, mac }) => ({
    type,
    ...(link !== undefined && !inactive && { link }),
    ...(source !== undefined && { source }),
    ...(model !== undefined && { model }),
    ...(mac !== undefined && { mac }),
  }));
}

/** What `domifaddr` shows. */
export async function guestAddresses(
  context: Context,
  { guest, source = 'lease' }: Input<'guest.addresses'>,
): Promise<readonly GuestNicAddresses[]> {
  const own = (await ownPorts(context)).filter(({ owner }) => owner.name === guest);
  if (own.length === 0) {
    const told = await asked(context, guest, (hypervisor) => hypervisor.addresses(guest, { source }));
    return source === 'arp' ? withSeen(context, guest, told) : told;
  }
  if (source === 'agent')
    throw new ViaductError('operation-unsupported', `Guest '${guest}' has no agent to ask.`, {
      hint: 'Ask with --source lease or --source arp.',
    });
  const wanted = source === 'lease' ? 'lease' : 'seen';
  return own
    .filter(isAttached)
    .map(({ device, mac, addresses = [], network }) => ({
      name: device ?? '',
      mac,
      addresses: addresses
        .filter((one) => one.source === wanted || (wanted === 'seen' && one.source === 'lease'))
        .map(({ address }) => {
          const family = address.includes(':') ? ('ipv6' as const) : ('ipv4' as const);
          return { family, address, prefix: prefixIn(context, network.uuid, address) ?? (family === 'ipv4' ? 32 : 128) };
        }),
    }))
    .filter(({ addresses }) => addresses.length > 0);
}

/** What a hypervisor knows by ARP is what its host has spoken to; on a bridge of the host guests speak to others. */
async function withSeen(context: Context, guest: string, told: readonly GuestNicAddresses[]): Promise<readonly GuestNicAddresses[]> {
  const nics = await asked(context, guest, (hypervisor) => hypervisor.interfaces(guest, { inactive: false }));
  const links = await context.system.links(new Set(nics.flatMap(({ link }) => link ?? [])));
  const seen = nics.flatMap(({ link: name, mac }): GuestNicAddresses[] => {
    const link = links.find((one) => one.name === name);
    const place = link?.type === 'macvtap' ? link.name : link?.master;
    const addresses = place === undefined || mac === undefined ? [] : (context.sightings.ask(place).get(mac) ?? []);
    const known = new Set(told.find((one) => one.mac === mac)?.addresses.map(({ address }) => address));
    const more = addresses.filter(({ address }) => !known.has(address));
    return name === undefined || mac === undefined || more.length === 0 ? [] : [{ name, mac, addresses: more.map(asHost) }];
  });
  const added = (mac: string | undefined) => seen.find((one) => one.mac === mac)?.addresses ?? [];
  return [
    ...told.map((one) => ({ ...one, addresses: [...one.addresses, ...added(one.mac)] })),
    ...seen.filter(({ mac }) => !told.some((one) => one.mac === mac)),
  ];
}

/** An address whose subnet nobody here knows. */
function asHost({ address }: { readonly address: string }): GuestNicAddresses['addresses'][number] {
  return address.includes(':') ? { family: 'ipv6', address, prefix: 128 } : { family: 'ipv4', address, prefix: 32 };
}

/** As long as the subnet that the address lies in. */
function prefixIn(context: Context, network: Uuid, address: string): number | undefined {
  const parsed = parseAddress(address);
  const subnets =
    context.store
      .catalog()
      .networks.get(network)
      ?.live?.ips.flatMap((ip) => subnetOf(ip) ?? []) ?? [];
  return parsed && subnets.find((subnet) => contains(subnet, parsed))?.prefix;
}

/** Ports that a hypervisor asked for are its guests' own business. */
async function ownPorts(context: Context): Promise<readonly PortSummary[]> {
  const catalog = context.store.catalog();
  return detailPorts(
    context,
    catalog,
    [...catalog.ports.values()].filter(({ link, goneSince }) => link !== undefined && goneSince === undefined),
  );
}

function isAttached({ attached }: PortSummary): boolean {
  return attached === true;
}

function asInterface(port: PortSummary, inactive: boolean): GuestInterface {
  const { attached, device, network, mac, link, model = usualModel } = port;
  const type = link?.kind === 'macvtap' ? 'direct' : 'network';
  const card = link?.kind === 'veth' ? {} : { model };
  return { ...(attached === true && !inactive && device !== undefined && { link: device }), type, source: network.name, ...card, mac };
}

async function asked<Answer>(
  { hypervisor }: Context,
  guest: string,
  ask: (hypervisor: NonNullable<Context['hypervisor']>) => Promise<Answer>,
): Promise<Answer> {
  const missing = (cause?: unknown) =>
    new ViaductError('guest-not-found', `no domain with matching name '${guest}'`, {
      hint: 'No hypervisor daemon of libvirt answers on this host, so only guests with ports of Viaduct are known: `viaduct list --all`.',
      params: { guest },
      ...(cause !== undefined && { cause }),
    });
  if (hypervisor === undefined) throw missing();
  try {
    return await ask(hypervisor);
  } catch (cause) {
    if (cause instanceof ViaductError && cause.code === 'unreachable') throw missing(cause);
    throw cause;
  }
}
