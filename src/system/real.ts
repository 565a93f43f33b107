import { join } from 'node:path';
import type { HostFacts, HostRoute } from '../model/facts.ts';
import type { Change, HostObject, HostState } from '../model/host-state.ts';
import type { Lease } from '../model/lease.ts';
import type { IfName } from '../model/units.ts';
import { addressKeeper, bridgePortKeeper, routeKeeper, sysctlKeeper } from './address-keepers.ts';
import type { Keepers } from './executor.ts';
import { observeAll, performAll } from './executor.ts';
import { gatherFacts } from './facts.ts';
import { ensureFolder, fileKeeper, readText } from './files.ts';
import { parseLeases } from './lease-file.ts';
import type { LinkTools } from './link-keepers.ts';
import { bridgeKeeper, macvtapKeeper, missingLink, tapKeeper, vethKeeper } from './link-keepers.ts';
import { Inventory } from './kernel/inventory.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { getLink } from './kernel/link-facts.ts';
import { ourMark, setLink } from './kernel/links.ts';
import { monitorKernel } from './kernel/monitor.ts';
import { dumpFdb, dumpNeighbours } from './kernel/neighbours.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { NETLINK_ROUTE, openNetlink } from './kernel/netlink.ts';
import { dumpRoutes, RT_TABLE_LOCAL } from './kernel/routes.ts';
import { refusal } from './refusal.ts';
import { slowRemover } from './slow-remover.ts';
import type { Bell, LinkFacts, System } from './system.ts';

export interface SystemOptions {
  /** Absolute. Files that objects name are relative to it. */
  readonly runDir: string;
  /** Where dnsmasq keeps its leases; survives a restart of the machine where the administrator's folder does. */
  readonly leaseDir: string;
  readonly log?: SystemLog;
}

export interface SystemLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Opens this machine: the network namespace that the process is in. */
export async function openSystem(options: SystemOptions): Promise<System & AsyncDisposable> {
  ensureFolder(options.runDir);
  ensureFolder(options.leaseDir);
  const socket = openNetlink(NETLINK_ROUTE);
  const facts = await gatherFacts(options.runDir, ownAddresses(socket));
  return new RealSystem(options, socket, facts);
}

class RealSystem implements System, AsyncDisposable {
  readonly #options: SystemOptions;
  readonly #socket: NetlinkSocket;
  readonly #slow = openNetlink(NETLINK_ROUTE);
  readonly #keepers: Keepers;
  #facts: HostFacts;

  constructor(options: SystemOptions, socket: NetlinkSocket, facts: HostFacts) {
    this.#options = options;
    this.#socket = socket;
    this.#facts = facts;
    const tools: LinkTools = { socket, removeLinks: slowRemover(this.#slow), facts: () => this.#facts };
    this.#keepers = {
      bridge: bridgeKeeper(tools),
      tap: tapKeeper(tools),
      veth: vethKeeper(tools),
      macvtap: macvtapKeeper(tools),
      'bridge-port': bridgePortKeeper(socket),
      address: addressKeeper(socket),
      route: routeKeeper(socket),
      sysctl: sysctlKeeper(),
      file: fileKeeper(options.runDir),
    } as unknown as Keepers;
  }

  facts(): HostFacts {
    return this.#facts;
  }

  async refreshFacts(): Promise<HostFacts> {
    this.#facts = await gatherFacts(this.#options.runDir, ownAddresses(this.#socket));
    return this.#facts;
  }

  async observe(wanted: Iterable<HostObject>): Promise<HostState> {
    const objects = [...wanted];
    return observeAll(this.#keepers, objects, new Inventory(this.#socket, objects.length));
  }

  async perform(changes: readonly Change[], options: { carryOn?: boolean } = {}): Promise<readonly (Error | undefined)[]> {
    return performAll(this.#keepers, changes, options.carryOn ?? false);
  }

  monitor(onBell: (bell: Bell) => void): Disposable {
    return monitorKernel(onBell);
  }

  async routes(): Promise<readonly HostRoute[]> {
    const look = new Inventory(this.#socket, Number.POSITIVE_INFINITY);
    return dumpRoutes(this.#socket).flatMap(({ destination, link, table }) => {
      const name = look.nameAt(link);
      return name === undefined || table === RT_TABLE_LOCAL || destination.endsWith('/0') ? [] : [{ destination, link: name }];
    });
  }

  async links(): Promise<readonly LinkFacts[]> {
    const look = new Inventory(this.#socket, Number.POSITIVE_INFINITY);
    return look.all().map((link) => asLinkFacts(link, look));
  }

  async fdb(bridge: IfName): ReturnType<System['fdb']> {
    const { index } = this.#linkNamed(bridge, 'cannot read the forwarding database');
    const look = new Inventory(this.#socket, 0);
    return dumpFdb(this.#socket, index, (port) => look.nameAt(port));
  }

  async neighbours(link: IfName): ReturnType<System['neighbours']> {
    return dumpNeighbours(this.#socket, this.#linkNamed(link, 'cannot read neighbours').index);
  }

  async leases(bridge: IfName): Promise<readonly Lease[]> {
    return parseLeases(readText(join(this.#options.leaseDir, `${bridge}.leases`)) ?? '');
  }

  async releaseLease(_bridge: IfName, _lease: Lease): Promise<void> {}

  async bounceLink(link: IfName): Promise<void> {
    await this.setLinkUp(link, false);
    await this.setLinkUp(link, true);
  }

  async setLinkUp(link: IfName, up: boolean): Promise<void> {
    const failed = `cannot set ${link} ${up ? 'up' : 'down'}`;
    this.#linkNamed(link, failed);
    try {
      setLink(this.#socket, link, { up });
    } catch (error) {
      throw refusal(failed, error, { params: { link } });
    }
  }

  async close(): Promise<void> {
    this.#socket[Symbol.dispose]();
    this.#slow[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #linkNamed(name: IfName, failed: string): KernelLink {
    const link = getLink(this.#socket, name);
    if (link === undefined) throw missingLink(failed, name);
    return link;
  }
}

/** Addresses of the bridges that Viaduct made. */
function ownAddresses(socket: NetlinkSocket): ReadonlySet<string> {
  const look = new Inventory(socket, Number.POSITIVE_INFINITY);
  const ours = look.all().filter(({ type, alias }) => type === 'bridge' && alias === ourMark);
  return new Set(ours.flatMap(({ index }) => look.addresses(index).map(({ address }) => address)));
}

function asLinkFacts(link: KernelLink, look: Inventory): LinkFacts {
  const { index, name, type, mac, mtu, up, carrier, operState, stats, bridge, bridgePort } = link;
  const master = look.nameAt(link.master);
  const lower = link.lowerElsewhere ? undefined : look.nameAt(link.lower);
  return {
    index,
    name,
    type,
    mtu,
    up,
    carrier,
    operState,
    stats,
    addresses: look.addresses(index).map(({ address, prefix }) => ({ address, prefix })),
    ...(mac !== undefined && { mac }),
    ...(master !== undefined && { master }),
    ...(lower !== undefined && { lower }),
    ...(bridge !== undefined && { bridge }),
    ...(bridgePort !== undefined && { bridgePort }),
  };
}
