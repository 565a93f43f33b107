import { formatInterface } from '../formats/libvirt/interface.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostInterface, InterfacePart, LinkStatus } from '../model/host-interface.ts';
import type { LinkFacts } from '../model/link.ts';
import { parseMac } from '../model/units.ts';
import type { Context } from './context.ts';
import type { Input, InterfaceSummary } from './operation-types.ts';

/** The host's devices as libvirt's read-only back end lists them: without bridge members and guests' taps. */
export async function listInterfaces({ system }: Context, filter: Input<'interface.list'>): Promise<readonly InterfaceSummary[]> {
  const all = filter.active !== true && filter.inactive !== true;
  return listed(await system.links())
    .map(summarize)
    .filter(({ active }) => all || (active ? filter.active === true : filter.inactive === true));
}

export async function getInterface({ system }: Context, input: Input<'interface.get'>): Promise<InterfaceSummary> {
  return summarize(findInterface(await system.links(), input.interface));
}

/** What runs now; nothing on this host keeps another, inactive, definition. */
export async function interfaceXml({ system }: Context, input: Input<'interface.xml'>): Promise<{ xml: string }> {
  const links = await system.links();
  return { xml: formatInterface(describe(findInterface(links, input.interface), links)) };
}

export function noHostConfiguration(): never {
  throw new ViaductError('no-driver-support', 'host interfaces can be looked at, but nothing on this host keeps definitions of them', {
    hint: "Change them with the host's own tools.",
  });
}

function listed(links: readonly LinkFacts[]): readonly LinkFacts[] {
  const bridges = new Set(links.filter(({ type }) => type === 'bridge').map(({ name }) => name));
  return links.filter(({ master, type }) => type !== 'tun' && (master === undefined || !bridges.has(master)));
}

/** By MAC where the text is one, else by name. */
function findInterface(links: readonly LinkFacts[], text: string): LinkFacts {
  const mac = parseMac(text);
  const found = listed(links).filter((link) => (mac === undefined ? link.name === text : link.mac === mac));
  const [first] = found;
  if (first === undefined) {
    throw new ViaductError('interface-not-found', mac === undefined ? `couldn't find interface named '${text}'` : `couldn't find interface with MAC address '${mac}'`, {
      params: { interface: text },
    });
  }
  if (found.length > 1) {
    throw new ViaductError('interface-ambiguous', `multiple interfaces with MAC address '${mac}'`, {
      hint: `Name one of them: ${found.map(({ name }) => name).join(', ')}.`,
    });
  }
  return first;
}

/** A bridge without carrier and the loopback are not `up` to the kernel, and so inactive to libvirt. */
function summarize({ name, mac, operState }: LinkFacts): InterfaceSummary {
  return { name, mac: mac ?? '00:00:00:00:00:00', active: operState === 'up' };
}

function describe(link: LinkFacts, links: readonly LinkFacts[]): HostInterface {
  const { name, mtu, bridge } = link;
  const below = links.filter(({ master }) => master === name).map((port) => part(port, links));
  const base = { name, mtu, protocols: [], link: status(link) };
  if (bridge !== undefined) return { ...base, type: 'bridge', stp: bridge.stp, delay: bridge.forwardDelay / 100, ports: below };
  const own = part(link, links);
  return { ...base, ...own };
}

function part(link: LinkFacts, links: readonly LinkFacts[]): InterfacePart {
  const { name, type, mac, lower } = link;
  const base = { name, link: status(link) };
  if (type === 'bond') return { ...base, type: 'bond', ports: links.filter(({ master }) => master === name).map((port) => part(port, links)) };
  const tag = /\.(\d+)$/.exec(name)?.[1];
  if (type === 'vlan' && lower !== undefined && tag !== undefined) return { ...base, type: 'vlan', tag: Number(tag), lower };
  return { ...base, type: 'ethernet', ...(mac !== undefined && { mac }) };
}

function status({ operState }: LinkFacts): LinkStatus {
  return { state: operState as NonNullable<LinkStatus['state']> };
}
