import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseLeases, serverDuid } from '../formats/leases.ts';
import { contains, parseAddress, parseSubnet } from '../model/address.ts';
import type { HostFacts, HostRoute } from '../model/facts.ts';
import type { Change, HostObject, HostState } from '../model/host-state.ts';
import type { Lease } from '../model/lease.ts';
import type { LinkFacts } from '../model/link.ts';
import type { NftCounter } from '../model/nft.ts';
import type { PciAddress } from '../model/network.ts';
import type { Sighting } from '../model/sighting.ts';
import type { IfName } from '../model/units.ts';
import type { PortVlan } from '../model/vlan.ts';
import { watchAddresses } from './address-watch.ts';
import { addressKeeper, bridgeFilterKeeper, routeKeeper, sysctlKeeper } from './address-keepers.ts';
import { bandwidthKeeper } from './bandwidth-keeper.ts';
import { belongings } from './belongings.ts';
import { bridgePortKeeper } from './bridge-port-keeper.ts';
import { dnsmasqKeeper } from './dnsmasq.ts';
import type { Keepers } from './executor.ts';
import { linksOf, observeAll, performAll } from './executor.ts';
import { gatherFacts } from './facts.ts';
import { ensureFolder, fileKeeper, readText, settingFileKeeper } from './files.ts';
import { sendRelease, sendRelease6 } from './lease-release.ts';
import type { LinkTools } from './link-keepers.ts';
import { bondKeeper, nicKeeper } from './host-links.ts';
import { bridgeKeeper, macvtapKeeper, missingLink, tapKeeper } from './link-keepers.ts';
import { vethKeeper } from './veth-keeper.ts';
import { Inventory } from './kernel/inventory.ts';
import type { KernelLink } from './kernel/link-facts.ts';
import { dumpLinkNames, getLink, hasLink, linkNameAt } from './kernel/link-facts.ts';
import { deleteLinks, ourMark, setLink } from './kernel/links.ts';
import { monitorKernel } from './kernel/monitor.ts';
import { networkRules, openNft, portGuards } from './kernel/nft.ts';
import { dumpFdb, dumpNeighbours } from './kernel/neighbours.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { NETLINK_ROUTE, openNetlink } from './kernel/netlink.ts';
import { dumpRoutes, RT_TABLE_LOCAL } from './kernel/routes.ts';
import { readSysctl } from './kernel/sysctl.ts';
import { dumpVlans } from './kernel/vlans.ts';
import { guardKeeper, nftKeeper } from './nft-keeper.ts';
import { findListeners, type Listener } from './listeners.ts';
import { namesKeeper } from './names-keeper.ts';
import { guestCard, type GuestCard } from './qemu.ts';
import { qemuCards } from './qemu-cards.ts';
import { OpenVSwitch } from './open-vswitch.ts';
import { ovsPortKeeper } from './ovs-port-keeper.ts';
import { refusal } from './refusal.ts';
import { Resolved } from './resolved.ts';
import { pciFunction, virtualFunctions, type VirtualFunction } from './sriov.ts';
import { slowRemover } from './slow-remover.ts';
import type { AddressWatch, Bell, System } from './system.ts';
import { acceptRaKey, advertisedUplinks } from './uplinks.ts';
import { vlanKeeper } from './vlan-keeper.ts';
import { watchFiles } from './watch-files.ts';

export interface SystemOptions {
  /** Absolute. Files that objects name are relative to it. */
  readonly runDir: string;
  /** Where dnsmasq keeps its leases; survives a restart of the machine where the administrator's folder does. */
  readonly leaseDir: string;
  readonly log?: { info(details: object, message: string): void };
}

/** Opens this machine: the network namespace that the process is in. */
export async function openSystem(options: SystemOptions): Promise<System & AsyncDisposable> {
  ensureFolder(options.runDir);
  ensureFolder(options.leaseDir);
  const socket = openNetlink(NETLINK_ROUTE);
  const resolved = new Resolved();
  const facts = await gatherFacts(options.runDir, ownAddresses(socket), resolved);
  options.log?.info({ facts }, 'This host, as far as it matters.');
  return new RealSystem(options, socket, resolved, facts);
}

/** Long enough for the other end to be told: a shorter gap may pass unnoticed. */
const carrierGapMs = 200;

class RealSystem implements System, AsyncDisposable {
  readonly #options: SystemOptions;
  readonly #socket: NetlinkSocket;
  readonly #slow = openNetlink(NETLINK_ROUTE);
  readonly #resolved: Resolved;
  readonly #nft = openNft({}, networkRules);
  readonly #guards = openNft({}, portGuards);
  readonly #openVSwitch = new OpenVSwitch();
  readonly #dnsmasq: ReturnType<typeof dnsmasqKeeper>;
  readonly #keepers: Keepers;
  readonly #listeners = new Set<(bell: Bell) => void>();
  #watches: Disposable[] = [];
  /** Until the kernel tells of another link, address or route. */
  #uplinks: readonly IfName[] | undefined;
  #facts: HostFacts;

  constructor(options: SystemOptions, socket: NetlinkSocket, resolved: Resolved, facts: HostFacts) {
    this.#options = options;
    this.#socket = socket;
    this.#resolved = resolved;
    this.#facts = facts;
    this.#dnsmasq = dnsmasqKeeper({
      runDir: options.runDir,
      leaseDir: options.leaseDir,
      program: () => this.#facts.dnsmasq.program,
      indexOf: (link) => getLink(socket, link)?.index,
      onDeath: (bridge) => this.#ring({ kind: 'dnsmasq', bridge }),
    });
    this.#nft.tell(this.#guards);
    this.#guards.tell(this.#nft);
    const tools: LinkTools = { socket, removeLinks: slowRemover(this.#slow), facts: () => this.#facts };
    this.#keepers = {
      bridge: bridgeKeeper(tools),
      tap: tapKeeper(tools),
      veth: vethKeeper(tools),
      macvtap: macvtapKeeper(tools),
      nic: nicKeeper(tools),
      vlan: vlanKeeper(tools),
      bond: bondKeeper(tools),
      'bridge-port': bridgePortKeeper(socket),
      'ovs-port': ovsPortKeeper(this.#openVSwitch),
      address: addressKeeper(socket),
      route: routeKeeper(socket),
      sysctl: sysctlKeeper(),
      'bridge-filter': bridgeFilterKeeper(socket),
      'nft-network': nftKeeper(this.#nft),
      guard: guardKeeper(this.#guards),
      bandwidth: bandwidthKeeper(tools),
      file: fileKeeper(options.runDir),
      'setting-file': settingFileKeeper(),
      dnsmasq: this.#dnsmasq,
      names: namesKeeper(socket, resolved, options.log),
    };
  }

  facts(): HostFacts {
    return this.#facts;
  }

  async refreshFacts(): Promise<HostFacts> {
    this.#facts = await gatherFacts(this.#options.runDir, ownAddresses(this.#socket), this.#resolved);
    return this.#facts;
  }

  async observe(wanted: Iterable<HostObject>): Promise<HostState> {
    const objects = [...wanted];
    return observeAll(this.#keepers, objects, new Inventory(this.#socket, linksOf(objects).size));
  }

  async perform(changes: readonly Change[], options: { carryOn?: boolean } = {}): Promise<readonly (Error | undefined)[]> {
    return performAll(this.#keepers, changes, options.carryOn ?? false);
  }

  monitor(onBell: (bell: Bell) => void): Disposable {
    if (this.#listeners.size === 0) this.#startWatches();
    this.#listeners.add(onBell);
    return {
      [Symbol.dispose]: () => {
        this.#listeners.delete(onBell);
        if (this.#listeners.size === 0) this.#stopWatches();
      },
    };
  }

  async routes(): Promise<readonly HostRoute[]> {
    const look = new Inventory(this.#socket, 0);
    return dumpRoutes(this.#socket).flatMap(({ destination, gateway, link, table }) => {
      const name = look.nameAt(link);
      return name === undefined || table === RT_TABLE_LOCAL ? [] : [{ destination, link: name, ...(gateway !== undefined && { gateway }) }];
    });
  }

  hasLink(name: string): boolean {
    return hasLink(this.#socket, name);
  }

  async linkNames(): Promise<ReadonlySet<IfName>> {
    return dumpLinkNames(this.#socket);
  }

  async links(names?: ReadonlySet<string>): Promise<readonly LinkFacts[]> {
    const look = new Inventory(this.#socket, names?.size ?? Number.POSITIVE_INFINITY);
    const found = names === undefined ? look.all() : [...names].flatMap((name) => look.link(name) ?? []);
    return found.map((link) => asLinkFacts(link, look));
  }

  async advertisedUplinks(): Promise<readonly IfName[]> {
    const uplinks = this.#uplinks ?? advertisedUplinks(this.#socket, new Inventory(this.#socket, Number.POSITIVE_INFINITY));
    // What is not watched may change unheard.
    if (this.#listeners.size > 0) this.#uplinks = uplinks;
    return uplinks.filter((link) => (readSysctl(acceptRaKey(link)) ?? '0') !== '0');
  }

  async virtualFunctions(pf: string): Promise<readonly VirtualFunction[]> {
    return virtualFunctions(pf);
  }

  pciFunction(address: PciAddress): ReturnType<System['pciFunction']> {
    return pciFunction(address);
  }

  async belongings(link: IfName): Promise<readonly HostObject[]> {
    this.#linkNamed(link, `cannot use ${link}`);
    return belongings(this.#socket, link);
  }

  async fdb(bridge: IfName): ReturnType<System['fdb']> {
    const { index } = this.#linkNamed(bridge, 'cannot read the forwarding database');
    const look = new Inventory(this.#socket, 0);
    return dumpFdb(this.#socket, index, (port) => look.nameAt(port));
  }

  async vlans(): Promise<ReadonlyMap<IfName, readonly PortVlan[]>> {
    if (!this.#facts.kernel.vlanFiltering) return new Map();
    const look = new Inventory(this.#socket, 0);
    return new Map(
      [...dumpVlans(this.#socket)].flatMap(([index, vlans]) => {
        const name = look.nameAt(index);
        return name === undefined ? [] : [[name, vlans] as const];
      }),
    );
  }

  async openVSwitchBridges(): Promise<readonly string[] | undefined> {
    return this.#openVSwitch.bridges();
  }

  async neighbours(link: IfName): ReturnType<System['neighbours']> {
    return dumpNeighbours(this.#socket, this.#linkNamed(link, 'cannot read neighbours').index);
  }

  watchAddresses(link: IfName, onSighting: (sighting: Sighting) => void): AddressWatch | undefined {
    const found = getLink(this.#socket, link);
    if (found === undefined) return undefined;
    const watch = watchAddresses(found.index, found.macvlanMode !== 0, onSighting);
    return { ...watch, hears: () => linkNameAt(this.#socket, found.index) === link };
  }

  async listeners(ports: ReadonlySet<number>): Promise<readonly Listener[]> {
    return findListeners(ports);
  }

  guardCounters(link: IfName): readonly NftCounter[] {
    return this.#guards.counters(link);
  }

  async leases(bridge: IfName): Promise<readonly Lease[]> {
    return parseLeases(this.#leaseText(bridge));
  }

  async releaseLease(bridge: IfName, lease: Lease): Promise<void> {
    const failed = `cannot release ${lease.address} on ${bridge}`;
    const { index } = this.#linkNamed(bridge, failed);
    const address = parseAddress(lease.address);
    const server = new Inventory(this.#socket, 0).addresses(index).find((own) => {
      const subnet = parseSubnet(`${own.address}/${own.prefix}`);
      return subnet !== undefined && address !== undefined && contains(subnet, address);
    });
    const duid = serverDuid(this.#leaseText(bridge));
    try {
      if (lease.family === 'ipv6' && duid !== undefined) sendRelease6(bridge, index, lease, duid);
      else if (lease.family === 'ipv4' && server !== undefined && lease.mac !== undefined)
        sendRelease(bridge, { ...lease, mac: lease.mac }, server.address);
    } catch (error) {
      throw refusal(failed, error, { params: { bridge, address: lease.address } });
    }
  }

  async forgetLeases(bridge: IfName): Promise<void> {
    rmSync(this.#leasePath(bridge), { force: true });
  }

  async bounceLink(link: IfName): Promise<void> {
    await this.setLinkUp(link, false);
    await setTimeout(carrierGapMs);
    await this.setLinkUp(link, true);
  }

  async removeLink(link: IfName): Promise<void> {
    if (getLink(this.#socket, link) === undefined) return;
    const [failed] = await deleteLinks(this.#slow, [link]);
    if (failed !== undefined) throw refusal(`cannot delete ${link}`, failed, { params: { link } });
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

  async qemuCards(): ReturnType<System['qemuCards']> {
    return qemuCards();
  }

  async guestCard(link: IfName): Promise<GuestCard | undefined> {
    return guestCard(link);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#stopWatches();
    this.#dnsmasq[Symbol.dispose]();
    this.#nft.close();
    this.#guards.close();
    this.#resolved[Symbol.dispose]();
    this.#openVSwitch[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
    this.#slow[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #ring(bell: Bell): void {
    if (bell.kind === 'link' || bell.kind === 'address' || bell.kind === 'route' || bell.kind === 'resync') this.#uplinks = undefined;
    for (const listener of this.#listeners) listener(bell);
  }

  #startWatches(): void {
    const ring = this.#ring.bind(this);
    this.#watches = [
      monitorKernel(ring),
      watchFiles(this.#options.leaseDir, ring),
      this.#nft.watch(() => ring({ kind: 'nft' })),
      this.#guards.watch(() => ring({ kind: 'nft' })),
      this.#resolved.watch(() => ring({ kind: 'resolver' })),
      this.#openVSwitch.watch((name) => ring(name === undefined ? { kind: 'resync' } : { kind: 'link', name, gone: false })),
    ];
  }

  #stopWatches(): void {
    this.#uplinks = undefined;
    for (const watch of this.#watches.splice(0)) watch[Symbol.dispose]();
  }

  #leasePath(bridge: IfName): string {
    return join(this.#options.leaseDir, `${bridge}.leases`);
  }

  #leaseText(bridge: IfName): string {
    return readText(this.#leasePath(bridge)) ?? '';
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
    ...(type === '' && existsSync(`/sys/class/net/${name}/phy80211`) && { wireless: true as const }),
    ...(master !== undefined && { master }),
    ...(lower !== undefined && { lower }),
    ...(link.vlanTag !== undefined && { vlanTag: link.vlanTag }),
    ...(link.vlanProtocol !== undefined && { vlanProtocol: link.vlanProtocol }),
    ...(bridge !== undefined && { bridge }),
    ...(bridgePort !== undefined && { bridgePort }),
  };
}
