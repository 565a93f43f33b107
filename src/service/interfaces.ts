import { formatInterface } from '../formats/libvirt/interface.ts';
import { parseAddress } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface, InterfacePart, InterfaceProtocol, LinkStatus } from '../model/host-interface.ts';
import type { HostObject } from '../model/host-state.ts';
import type { LinkFacts } from '../model/link.ts';
import { parseMac } from '../model/units.ts';
import { linkSpeed } from '../system/link-speed.ts';
import type { Context } from './context.ts';
import type { Input, InterfaceSummary } from './operation-types.ts';

/** The host's devices without bridge members and guests' taps, and the definitions that have no device now. */
export async function listInterfaces({ system, store }: Context, filter: Input<'interface.list'>): Promise<readonly InterfaceSummary[]> {
  const all = filter.active !== true && filter.inactive !== true;
  const links = await system.links();
  const vague =
    filter.down === true ? new Set<string>(links.filter(({ operState }) => operState === 'unknown').map(({ name }) => name)) : undefined;
  return listed(links, store.catalog()).filter(
    ({ name, active }) => all || (active ? filter.active === true : filter.inactive === true && vague?.has(name) !== true),
  );
}

export async function getInterface({ system, store }: Context, input: Input<'interface.get'>): Promise<InterfaceSummary> {
  return findInterface(listed(await system.links(), store.catalog()), input.interface);
}

/** By name or MAC address. */
export async function nameOf(context: Context, text: string): Promise<string> {
  return (await getInterface(context, { interface: text })).name;
}

/** What runs now; `inactive`, and where nothing runs, the definition that is kept. */
export async function interfaceXml({ system, store }: Context, input: Input<'interface.xml'>): Promise<{ xml: string }> {
  const found = await system.links();
  const { name } = findInterface(listed(found, store.catalog()), input.interface);
  const config = store.catalog().interfaces.get(name)?.config;
  const present = found.some((link) => link.name === name);
  if (config !== undefined && (input.inactive === true || !present)) return { xml: formatInterface(config) };
  const links = await withSpeeds(found, name);
  const link = links.find((candidate) => candidate.name === name);
  if (link === undefined) throw new TypeError(`'${name}' was listed without definition and device.`);
  return { xml: formatInterface(describe(link, links, await system.belongings(link.name))) };
}

/** What is kept of an interface, or what the kernel says of one that Viaduct does not keep. */
export async function definitionOf({ system, store }: Context, name: string): Promise<HostInterface> {
  const config = store.catalog().interfaces.get(name)?.config;
  if (config !== undefined) return config;
  const links = await system.links();
  const link = links.find((candidate) => candidate.name === name);
  if (link === undefined) throw notFound(name);
  return describe(link, links, await system.belongings(link.name));
}

function listed(links: readonly LinkFacts[], { interfaces }: Catalog): readonly InterfaceSummary[] {
  const bridges = new Set(links.filter(({ type }) => type === 'bridge').map(({ name }) => name));
  const devices = links.filter(({ type, master }) => type !== 'tun' && (master === undefined || !bridges.has(master)));
  const present = new Set<string>(links.map(({ name }) => name));
  return [
    ...devices.map((link) => summarize(link, interfaces.get(link.name)?.live !== undefined)),
    ...[...interfaces].flatMap(([name, { config }]) => {
      if (present.has(name)) return [];
      return [{ name, mac: (config?.type === 'ethernet' || config?.type === 'bridge' ? config.mac : undefined) ?? '', active: false }];
    }),
  ];
}

/** By MAC where the text is one, else by name. */
function findInterface(all: readonly InterfaceSummary[], text: string): InterfaceSummary {
  const mac = parseMac(text);
  const found = all.filter((one) => (mac === undefined ? one.name === text : one.mac === mac));
  const [first] = found;
  if (first === undefined) throw notFound(text);
  if (found.length > 1) {
    throw new ViaductError('interface-ambiguous', `multiple interfaces with MAC address '${mac}'`, {
      hint: `Name one of them: ${found.map(({ name }) => name).join(', ')}.`,
    });
  }
  return first;
}

function notFound(text: string): ViaductError {
  const mac = parseMac(text);
  return new ViaductError(
    'interface-not-found',
    mac === undefined ? `couldn't find interface named '${text}'` : `couldn't find interface with MAC address '${mac}'`,
    {
      params: { interface: text },
    },
  );
}

/** A bridge without carrier and the loopback are not `up` to the kernel, and so inactive to libvirt; what Viaduct brought up is active. */
function summarize({ name, mac, operState, up }: LinkFacts, ours: boolean): InterfaceSummary {
  return { name, mac: mac ?? '00:00:00:00:00:00', active: ours ? up : operState === 'up' };
}

function describe(link: LinkFacts, links: readonly LinkFacts[], belongings: readonly HostObject[]): HostInterface {
  const { name, mtu, bridge } = link;
  const below = links.filter(({ master }) => master === name).map((port) => part(port, links));
  const base = { name, mtu, protocols: protocolsOf(belongings), link: status(link) };
  if (bridge !== undefined) return { ...base, type: 'bridge', stp: bridge.stp, delay: bridge.forwardDelay / 100, ports: below };
  const own = part(link, links);
  return { ...base, ...own };
}

function protocolsOf(belongings: readonly HostObject[]): readonly InterfaceProtocol[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const ips = belongings.flatMap((object) =>
      object.kind === 'address' && parseAddress(object.address)?.family === family
        ? [{ address: object.address, prefix: object.prefix }]
        : [],
    );
    const destination = family === 'ipv4' ? '0.0.0.0/0' : '::/0';
    const gateway = belongings.flatMap((object) =>
      object.kind === 'route' && object.destination === destination && object.gateway !== '' ? [object.gateway] : [],
    )[0];
    return ips.length === 0 && gateway === undefined ? [] : [{ family, ips, ...(gateway !== undefined && { gateway }) }];
  });
}

function part(link: LinkFacts, links: readonly LinkFacts[]): InterfacePart {
  const { name, type, mac, lower } = link;
  const base = { name, link: status(link) };
  if (type === 'bond')
    return { ...base, type: 'bond', ports: links.filter(({ master }) => master === name).map((port) => part(port, links)) };
  const tag = /\.(\d+)$/.exec(name)?.[1];
  if (type === 'vlan' && lower !== undefined && tag !== undefined) return { ...base, type: 'vlan', tag: Number(tag), lower };
  return { ...base, type: 'ethernet', ...(mac !== undefined && { mac }) };
}

/** Measures a device, its ports and theirs. */
async function withSpeeds(links: readonly LinkFacts[], top: string): Promise<readonly LinkFacts[]> {
  const names = new Set<string>([top, ...links.filter(({ master }) => master === top).map(({ name }) => name)]);
  const asked = ({ name, master, operState }: LinkFacts) =>
    operState === 'up' && (names.has(name) || (master !== undefined && names.has(master)));
  const measure = async (link: LinkFacts): Promise<LinkFacts> => {
    const speed = await linkSpeed(link.name);
    return { ...link, ...(speed !== undefined && { speed }) };
  };
  return Promise.all(links.map((link) => (asked(link) ? measure(link) : Promise.resolve(link))));
}

function status({ operState, speed }: LinkFacts): LinkStatus {
  return { ...(speed !== undefined && { speed }), state: operState as NonNullable<LinkStatus['state']> };
}
