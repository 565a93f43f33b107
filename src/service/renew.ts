import { setTimeout } from 'node:timers/promises';
import { canonicalAddress } from '../model/address.ts';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Lease } from '../model/lease.ts';
import type { LinkFacts } from '../model/link.ts';
import type { DhcpHost, Network } from '../model/network.ts';
import { parseIfName, type IfName, type Mac } from '../model/units.ts';
import type { GuestCard } from '../system/qemu.ts';
import type { Context } from './context.ts';
import { findNetwork, findPort } from './lookup.ts';
import { entryOf } from './network-edits.ts';
import type { Input } from './operation-types.ts';
import type { Renewal } from './reach-types.ts';

/** The kernel tells of a lost carrier once a second at most: one that comes back sooner may go unnoticed. */
const withoutCarrierMs = 1200;
/** A client that noticed asks within this time. */
const askWithinMs = 10_000;

export async function renewPort(context: Context, input: Input<'port.renew'>): Promise<Renewal> {
  const catalog = context.store.catalog();
  const port = findPort(catalog, input.network === undefined ? undefined : findNetwork(catalog, input.network).uuid, input.port);
  const { live, config } = entryOf(catalog, port.network);
  if (live === undefined) throw new ViaductError('operation-invalid', `network '${config?.name}' is not active`);
  const [renewal, done] = await freeAndBounce(context, live, [port.mac]);
  if (renewal?.link === undefined) {
    throw new ViaductError(
      'operation-invalid',
      `Nobody knows the wire of port ${input.port}: its guest has to ask for an address by itself`,
      {
        hint: 'Start the guest, or restart its network.',
        params: { port: input.port },
      },
    );
  }
  if (renewal.asked === 'none') return renewal;
  await done;
  const to = await newLease(context, live, port.mac);
  return { ...renewal, ...(to !== undefined && { to }) };
}

/**
 * Makes guests ask again whose reservation a change has moved away from the address they have. Answers at
 * once; the guests' wires lose their carrier for a moment meanwhile.
 */
export async function renewMoved(context: Context, before: Catalog, after: Catalog): Promise<readonly Renewal[]> {
  const renewals: Renewal[] = [];
  for (const [uuid, { live }] of after.networks) {
    const was = before.networks.get(uuid)?.live;
    if (live === undefined || was === undefined || was.ips === live.ips) continue;
    const moved = movedHosts(was, live);
    if (moved.size === 0) continue;
    const leases = await leasesOn(context, live);
    const macs = leases
      .filter(({ mac, address }) => mac !== undefined && moved.has(mac) && moved.get(mac) !== address)
      .flatMap(({ mac }) => mac ?? []);
    const asked = await askSoon(context, live, macs);
    renewals.push(...asked.map((renewal) => ({ ...renewal, to: moved.get(renewal.mac)! })));
  }
  return renewals;
}

/** Makes guests ask, and waits neither for the wires nor for the guests. */
export async function askSoon(context: Context, network: Network, macs: readonly Mac[]): Promise<readonly Renewal[]> {
  const [, done, renewals] = await freeAndBounce(context, network, macs);
  done.catch((cause: unknown) =>
    context.log.warn({ err: cause, network: network.name }, 'A guest could not be made to ask for its new address.'),
  );
  return renewals;
}

/** IPv4 reservations by MAC that name another address than before; one that is gone moves nobody. */
function movedHosts(before: Network, after: Network): ReadonlyMap<Mac, string> {
  const old = reservations(before);
  return new Map([...reservations(after)].filter(([mac, address]) => old.get(mac) !== address));
}

function reservations({ ips }: Network): ReadonlyMap<Mac, string> {
  const hosts: DhcpHost[] = ips.flatMap(({ dhcp }) => dhcp?.hosts ?? []);
  return new Map(hosts.flatMap(({ mac, ip }) => (mac === undefined || ip === undefined ? [] : [[mac, canonicalAddress(ip)]])));
}

/** What can be told to lose its carrier: the host's half, or the card of a guest that QEMU runs. */
interface Wire {
  readonly link: IfName;
  readonly card?: GuestCard;
}

/**
 * Frees at once the leases of guests that can be made to ask; the others go on with what they have, and dnsmasq
 * tells them when they ask. The promise inside ends when the wires have their carrier again.
 */
async function freeAndBounce(
  context: Context,
  network: Network,
  macs: readonly Mac[],
): Promise<readonly [Renewal | undefined, Promise<void>, readonly Renewal[]]> {
  const bridge = bridgeOf(network);
  if (macs.length === 0 || bridge === undefined) return [undefined, Promise.resolve(), []];
  const leases = await leasesOn(context, network);
  const links = await context.system.links();
  const renewals: Renewal[] = [];
  const wires: Wire[] = [];
  for (const mac of new Set(macs)) {
    const lease = leases.find((one) => one.mac === mac && one.family === 'ipv4');
    const link = await linkOf(context, mac, bridge, links);
    const wire = await wireOf(
      context,
      links.find(({ name }) => name === link),
    );
    if (wire !== undefined) wires.push(wire);
    if (wire !== undefined && lease !== undefined) await context.system.releaseLease(bridge, lease);
    const asked = wire === undefined ? 'none' : wire.card === undefined ? 'carrier' : 'qmp';
    renewals.push({ mac, ...(link !== undefined && { link }), asked, ...(lease !== undefined && { from: lease.address }) });
  }
  return [renewals[0], bounce(context, wires), renewals];
}

/**
 * The link that Viaduct made for the MAC, the port of the bridge it was heard at, or the tap that a hypervisor
 * gave the guest's address with another first byte.
 */
async function linkOf({ store, system }: Context, mac: Mac, bridge: IfName, links: readonly LinkFacts[]): Promise<IfName | undefined> {
  for (const port of store.catalog().ports.values()) if (port.mac === mac && port.link !== undefined) return port.link.name;
  const heard = (await system.fdb(bridge)).find((entry) => entry.mac === mac && !entry.local);
  return heard?.link ?? links.find((link) => link.master === bridge && link.mac?.slice(2) === mac.slice(2))?.name;
}

/** Seen with QEMU 7.2: a guest does not notice when its tap goes down, it has a cable of its own. Neither with a macvtap. */
async function wireOf({ system }: Context, link: LinkFacts | undefined): Promise<Wire | undefined> {
  if (link === undefined) return undefined;
  if (link.type !== 'tun' && link.type !== 'macvtap') return { link: link.name };
  const card = link.type === 'tun' ? await system.guestCard(link.name) : undefined;
  return card && { link: link.name, card };
}

/** In the queue of changes, so that nobody puts the wires right meanwhile; to its end, also when the caller has gone. */
async function bounce({ queue, system }: Context, wires: readonly Wire[]): Promise<void> {
  if (wires.length === 0) return;
  const set = ({ link, card }: Wire, up: boolean) => (card === undefined ? system.setLinkUp(link, up) : card.setCarrier(up));
  await queue.run(async () => {
    try {
      for (const wire of wires) await set(wire, false);
      await setTimeout(withoutCarrierMs);
    } finally {
      await Promise.allSettled(wires.map((wire) => set(wire, true)));
      for (const { card } of wires) card?.[Symbol.dispose]();
    }
  });
}

async function newLease(context: Context, network: Network, mac: Mac): Promise<string | undefined> {
  for (const deadline = Date.now() + askWithinMs; Date.now() < deadline; await setTimeout(100)) {
    const lease = (await leasesOn(context, network)).find((one) => one.mac === mac && one.family === 'ipv4');
    if (lease !== undefined) return lease.address;
  }
  return undefined;
}

async function leasesOn({ system }: Context, network: Network): Promise<readonly Lease[]> {
  const bridge = bridgeOf(network);
  return bridge === undefined || network.ips.length === 0 ? [] : system.leases(bridge);
}

function bridgeOf({ bridge }: Network): IfName | undefined {
  return parseIfName(bridge?.name ?? '');
}
