import { setTimeout } from 'node:timers/promises';
import type { FilesWish } from '../hostconfig/plan.ts';
import { ViaductError } from '../model/errors.ts';
import type { HostRoute } from '../model/facts.ts';
import type { HostInterface } from '../model/host-interface.ts';
import type { LinkFacts } from '../model/link.ts';
import type { IfName } from '../model/units.ts';
import { askNeighbour } from '../system/ask-neighbour.ts';
import type { System } from '../system/system.ts';
import type { HostChangeWay } from './operation-types.ts';

/** A DHCP server may be asked more than once; a spanning tree is waited for besides. */
const withinMs = 30_000;
/** What the kernel has known for a while it uses for five seconds more before it asks, three times, a second apart (arp(7)). */
const answerMs = 9000;
const lookEveryMs = 125;

/** The way out of one family, whose gateway answers. */
export interface Gateway {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * The gateways of the default routes that answer ARP or neighbour discovery now. One that a router advertised comes
 * again when the router sends its next advertisement, and is not waited for.
 */
export async function answeringGateways(system: System): Promise<readonly Gateway[]> {
  const found = await Promise.all(
    (await waysOut(system))
      .filter(({ address }) => !isAdvertised(address))
      .map(async ({ link, ...gateway }) => ((await answers(system, gateway.address, link)) ? [gateway] : [])),
  );
  return found.flat();
}

/**
 * Waits until the kernel is as the files say: devices, ports, addresses, gateways. Resolves to the extra time that a spanning
 * tree takes before anything can be heard, milliseconds.
 *
 * @throws `verify-failed`, naming what is missing.
 */
export async function expectKernel(system: System, { wanted, removed }: FilesWish): Promise<number> {
  const quietMs = Math.max(0, ...wanted.map((one) => (one.type === 'bridge' && one.stp === true ? (one.delay ?? 15) * 2000 : 0)));
  const until = Date.now() + withinMs + quietMs;
  for (;;) {
    const missing = await missingIn(system, wanted, removed);
    if (missing.length === 0) return quietMs;
    if (Date.now() > until)
      throw new ViaductError(
        'verify-failed',
        `The host's own tools took the files, but the kernel is not as they say: ${missing.join('; ')}.`,
        {
          hint: 'Everything was put back. The log of the back end may say why.',
        },
      );
    await setTimeout(250);
  }
}

/**
 * Waits until each family that had a gateway which answered has one again.
 *
 * @throws `verify-failed`, naming the gateway that is lost, or does not answer.
 */
export async function expectAnswers(system: System, before: readonly Gateway[], quietMs: number): Promise<void> {
  const until = Date.now() + answerMs + quietMs;
  for (let open = before; open.length > 0;) {
    const ways = await waysOut(system);
    const answered = await Promise.all(ways.map(async (way) => ({ ...way, answers: await answers(system, way.address, way.link) })));
    open = open.filter(({ family }) => !answered.some((way) => way.family === family && way.answers));
    const [lost] = open;
    if (lost !== undefined && Date.now() > until) throw gatewayLost(lost, ways);
  }
}

/**
 * Looks whether the address that the caller's own session goes to is still one of this host's.
 *
 * @throws `verify-failed` when it is not.
 */
export async function expectSession(system: System, session: HostChangeWay['session']): Promise<void> {
  if (session === undefined) return;
  const { from, own } = session;
  if ((await system.links()).some(({ addresses }) => addresses.some(({ address }) => address === own))) return;
  throw new ViaductError(
    'verify-failed',
    `your own session from ${from} goes to ${own}, which would no longer be an address of this host`,
    {
      hint: 'Everything was put back. Where that is meant, say --for 0: then nobody looks.',
      params: { address: own },
    },
  );
}

function gatewayLost({ address, family }: Gateway, ways: readonly Gateway[]): ViaductError {
  const silent = ways.filter((way) => way.family === family).map((way) => way.address);
  const message =
    silent.length === 0
      ? `${address} was the gateway of this host, and now it has none for ${family}`
      : `the gateway ${silent.join(' and ')} does not answer; ${address} did before`;
  return new ViaductError('verify-failed', message, {
    hint: 'Everything was put back. Where that is meant, say --for 0: then nobody looks.',
  });
}

async function waysOut(system: System): Promise<readonly (Gateway & { readonly link: IfName })[]> {
  return (await system.routes()).flatMap(({ destination, gateway, link }) =>
    gateway === undefined || !destination.endsWith('/0')
      ? []
      : [{ address: gateway, link, family: gateway.includes(':') ? 'ipv6' : 'ipv4' }],
  );
}

async function missingIn(system: System, wanted: readonly HostInterface[], removed: readonly string[]): Promise<readonly string[]> {
  const links = new Map((await system.links()).map((link) => [link.name as string, link]));
  const routes = await system.routes();
  const missing = removed.flatMap((name) => (links.get(name)?.type === '' || !links.has(name) ? [] : [`${name} is still there`]));
  for (const one of wanted) {
    const link = links.get(one.name);
    if (link === undefined) missing.push(`there is no ${one.name}`);
    else missing.push(...wrongPorts(one, links, routes), ...wrongAddresses(one, link));
    for (const { family, gateway } of one.protocols) {
      const isThere = routes.some((route) => route.destination.endsWith('/0') && route.gateway === gateway && route.link === one.name);
      if (gateway !== undefined && !isThere) missing.push(`the way out for ${family} over ${one.name} is not by ${gateway}`);
    }
  }
  return missing;
}

/** A port that has not let go of its way out yet would make a gateway seem to answer that nobody can reach. */
function wrongPorts(one: HostInterface, links: ReadonlyMap<string, LinkFacts>, routes: readonly HostRoute[]): string[] {
  if (one.type !== 'bridge' && one.type !== 'bond') return [];
  return one.ports.flatMap(({ name }) => {
    const via = routes.find(({ link, gateway }) => link === name && gateway !== undefined && !isAdvertised(gateway))?.gateway;
    return [
      ...(links.get(name)?.master === one.name ? [] : [`${name} is no port of ${one.name}`]),
      ...(via === undefined ? [] : [`${name} still has a way by ${via}`]),
    ];
  });
}

function wrongAddresses({ name, protocols }: HostInterface, link: LinkFacts): string[] {
  const has = new Set(link.addresses.map(({ address }) => address));
  return protocols.flatMap(({ family, dhcp, ips }) => [
    ...ips.flatMap(({ address }) => (has.has(address) ? [] : [`${name} has not got ${address}`])),
    ...(dhcp === undefined || [...has].some((address) => address.includes(':') === (family === 'ipv6') && !address.startsWith('fe80:'))
      ? []
      : [`${name} has no address by DHCP`]),
  ]);
}

/** Routers give themselves in their advertisements by an address of the link alone (RFC 4861). */
function isAdvertised(gateway: string): boolean {
  return gateway.startsWith('fe80:');
}

async function answers(system: System, address: string, link: IfName): Promise<boolean> {
  for (let asked = 0; asked < answerMs / lookEveryMs; asked++) {
    if (asked % (1000 / lookEveryMs) === 0) askNeighbour(address, link);
    await setTimeout(lookEveryMs);
    const known = await system.neighbours(link).catch(() => []);
    if (known.some((one) => one.address === address && one.reachable)) return true;
  }
  return false;
}
