import { compileNetworks, portsByWire } from '../compile/catalog.ts';
import type { Catalog } from '../model/catalog.ts';
import { keyOf } from '../model/host-state.ts';
import { ownsBridge } from '../model/network.ts';
import type { Uuid } from '../model/units.ts';
import { filteringBridge } from '../model/vlan.ts';
import { diffState } from '../plan/diff.ts';
import type { Bell } from '../system/system.ts';
import { keptAdvertisements, startsForwarding } from './advertisements.ts';
import { Backoff } from './backoff.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { withGuests } from './guests.ts';
import { tidyPorts } from './gone.ts';
import { areWell, heal } from './heal.ts';
import { LeaseWatch } from './lease-watch.ts';
import { withWires } from './port-wires.ts';

/** Bells that come within this time are answered together. */
const settleMs = 100;
/** A bell that names no network, so soon after a change of ours, is most likely its echo: it can wait that long. */
const echoMs = 700;
/** Some things ring no bell, such as a flipped ip_forward: they are looked at this often. */
const clockMs = 700;
/** In so many ticks of the clock every network is looked at once, should a bell have been lost. */
const ticksPerRound = 90;
/** So often processes and namespaces are looked for that may have gone without a link telling of it. */
const ticksPerTidying = 4;

/**
 * Keeps the host as the catalog says. A bell only tells where to look; what is found missing or changed is
 * put right by a change that edits nothing.
 */
export class Reconciler implements AsyncDisposable {
  readonly #context: Context;
  readonly #backoff = new Backoff<Uuid>();
  readonly #leases: LeaseWatch;
  readonly #subscriptions: Disposable[];
  readonly #clock: NodeJS.Timeout;
  /** Networks to look at. */
  readonly #due = new Map<Uuid, Due>();
  /** Links that rang, and those whose addresses or routes did: whose they are is looked up once for all of them. */
  readonly #changedLinks = new Set<string>();
  readonly #changedAddresses = new Set<string>();
  /** From when on they are looked at. */
  #settledAt = Number.POSITIVE_INFINITY;
  /** Links that may be guests of ours now, or be so no more; all of them when bells were lost. */
  readonly #strangers = new Set<string>();
  #allStrange = false;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;
  #tick = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#leases = new LeaseWatch(context);
    for (const { live } of context.store.catalog().networks.values()) this.#rememberLeases(live?.bridge?.name);
    this.#subscriptions = [
      context.system.monitor((bell) => this.#hear(bell)),
      context.events.subscribe((event) => {
        if (event.kind === 'port-created' || event.kind === 'port-deleted') context.sightings.follow(context.store.catalog());
        if (event.kind === 'network-started')
          this.#rememberLeases(context.store.catalog().networks.get(event.network.uuid)?.live?.bridge?.name);
      }),
    ];
    this.#clock = setInterval(() => this.#then(() => this.#lookAround()), clockMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    clearInterval(this.#clock);
    clearTimeout(this.#timer?.handle);
    await this.#work;
  }

  /** Gathers what is known of the host again and looks at everything: another resolver is another file for dnsmasq. */
  async refresh(): Promise<void> {
    await this.#context.system.refreshFacts();
    this.#look(networksIn(this.#context.store.catalog()).active, Date.now());
  }

  #hear(bell: Bell): void {
    const now = Date.now();
    const { bridges, active } = networksIn(this.#context.store.catalog());
    switch (bell.kind) {
      case 'link':
        this.#changedLinks.add(bell.name);
        return this.#settle(now);
      case 'address':
      case 'route':
        if (bell.link === undefined) return this.#look(active, Math.max(now + settleMs, this.#context.queue.lastEnd + echoMs));
        this.#changedAddresses.add(bell.link);
        return this.#settle(now);
      case 'dnsmasq':
        return this.#look([bridges.get(bell.bridge)], now);
      case 'leases':
        return this.#then(() => this.#leases.look(bell.bridge));
      case 'resolver':
        return this.#then(() => this.refresh());
      case 'nft':
        return this.#look(active, now + settleMs);
      case 'resync':
        this.#allStrange = true;
        return this.#look(active, now + settleMs);
    }
  }

  /** @param link The wire of a guest: where nothing else rang, it is all that is looked at. */
  #look(uuids: Iterable<Uuid | undefined>, at: number, link?: string): void {
    for (const uuid of uuids) {
      if (uuid === undefined) continue;
      const patient = Math.max(at, Date.now() + this.#backoff.delay(uuid));
      const known = this.#due.get(uuid) ?? { at: Number.POSITIVE_INFINITY, links: new Set<string>() };
      if (link !== undefined) known.links?.add(link);
      this.#due.set(uuid, { at: Math.min(known.at, patient), links: link === undefined ? undefined : known.links });
    }
    this.#armForDue();
  }

  #armForDue(): void {
    this.#arm(Math.min(...[...this.#due.values()].map(({ at }) => at)));
  }

  #arm(at: number): void {
    if (this.#closed || !Number.isFinite(at) || (this.#timer !== undefined && this.#timer.at <= at)) return;
    clearTimeout(this.#timer?.handle);
    const handle = setTimeout(
      () => {
        this.#timer = undefined;
        this.#then(() => this.#answer());
      },
      Math.max(0, at - Date.now()),
    );
    this.#timer = { at, handle: handle.unref() };
  }

  #then(work: () => Promise<void>): void {
    const { log } = this.#context;
    this.#work = this.#work.then(work).catch((cause) => log.error({ err: cause }, 'Looking after the host failed.'));
  }

  #settle(now: number): void {
    this.#settledAt = Math.min(this.#settledAt, now + settleMs);
    this.#arm(this.#settledAt);
  }

  /** Finds out where to look after the bells that rang; resolves to the links among them. */
  #sortBells(): ReadonlySet<string> {
    const at = this.#settledAt;
    this.#settledAt = Number.POSITIVE_INFINITY;
    const catalog = this.#context.store.catalog();
    const { bridges } = networksIn(catalog);
    const users = usersOf(catalog);
    const links = new Set(this.#changedLinks);
    const rang = new Set([...links, ...this.#changedAddresses]);
    this.#changedLinks.clear();
    this.#changedAddresses.clear();
    for (const name of rang) {
      const port = portsByWire(catalog.ports).get(name);
      const isOurs = port?.link !== undefined;
      this.#look([bridges.get(name)], at);
      if (isOurs) this.#look([port.network], at, name);
      if (!links.has(name)) continue;
      // Our own bridges and wires are no guests; everything else may have come, gone or moved.
      if (!bridges.has(name) && !isOurs) this.#strangers.add(name);
      this.#look(users(name), at);
    }
    return links;
  }

  async #answer(): Promise<void> {
    if (this.#closed) return;
    const links = this.#sortBells();
    if (this.#allStrange || this.#strangers.size > 0) await this.#learnGuests();
    if (links.size > 0) await tidyPorts(this.#context, links);
    if (links.size > 0) this.#context.events.emit({ at: Date.now(), kind: 'links-changed', links: [...links] });
    const now = Date.now();
    const due = [...this.#due].filter(([, { at }]) => at <= now);
    for (const [uuid] of due) this.#due.delete(uuid);
    await this.#visit(due.flatMap(([uuid, { links }]) => (links === undefined ? [uuid] : [])));
    const wires = due.flatMap(([uuid, { links }]) => (links === undefined ? [] : [{ uuid, links }]));
    await this.#visit(
      wires.map(({ uuid }) => uuid),
      new Set(wires.flatMap(({ links }) => [...links])),
    );
    this.#armForDue();
  }

  /** One look at all of them, or at these wires of theirs; only where that finds something is each put right by itself. */
  async #visit(uuids: readonly Uuid[], links?: ReadonlySet<string>): Promise<void> {
    const troubled = uuids.some((uuid) => this.#context.troubles.has(uuid));
    if (uuids.length === 0 || (!troubled && (await areWell(this.#context, uuids, links)))) return;
    for (const uuid of uuids) {
      if (this.#closed) return;
      const result = await heal(this.#context, uuid);
      if (result !== 'well') this.#backoff.count(uuid);
      if (result === 'troubled') this.#look([uuid], Date.now() + clockMs);
    }
  }

  async #learnGuests(): Promise<void> {
    const { system, store } = this.#context;
    const looked = this.#allStrange ? undefined : new Set(this.#strangers);
    this.#allStrange = false;
    this.#strangers.clear();
    const links = await system.links(looked);
    const now = Date.now();
    const edit = (catalog: Catalog) => withWires(withGuests(catalog, links, looked), links, looked, now);
    if (edit(store.catalog()) === store.catalog()) return;
    const { before, after } = await change(this.#context, edit);
    for (const [uuid, entry] of after.networks) if (before.networks.get(uuid) !== entry) this.#look([uuid], Date.now());
  }

  async #lookAround(): Promise<void> {
    const { system, store } = this.#context;
    const { active, shared } = networksIn(store.catalog());
    this.#context.sightings.follow(store.catalog());
    if (this.#tick % ticksPerTidying === 0 && !this.#closed) await tidyPorts(this.#context);
    if (active.length === 0 || this.#closed) {
      this.#tick += 1;
      return;
    }
    if (this.#tick % ticksPerRound === 0) this.#allStrange = true;
    const slice = Math.ceil(active.length / ticksPerRound);
    const start = (this.#tick++ % ticksPerRound) * slice;
    const visit = active.slice(start, start + slice);
    const desired = compileNetworks(store.catalog(), shared, system.facts());
    const switches = new Map([...desired].filter(([, object]) => object.kind === 'sysctl' && object.shared));
    if (startsForwarding(desired)) for (const object of await keptAdvertisements(system)) switches.set(keyOf(object), object);
    const flipped = diffState(switches, await system.observe(switches.values())).length > 0;
    await this.#visit(flipped ? [...new Set([...shared, ...visit])] : visit);
  }

  #rememberLeases(bridge: string | undefined): void {
    if (bridge !== undefined) this.#then(() => this.#leases.remember(bridge));
  }
}

interface Due {
  /** From then on, in milliseconds since the epoch. */
  readonly at: number;
  /** The wires that rang; undefined where the whole network has to be looked at. */
  readonly links: Set<string> | undefined;
}

interface Index {
  /** Which network a bridge belongs to. */
  readonly bridges: ReadonlyMap<string, Uuid>;
  /** Which networks are on a bridge of the host. */
  readonly above: ReadonlyMap<string, readonly Uuid[]>;
  readonly active: readonly Uuid[];
  /** One network for each mix of address families: enough of them to know every shared switch that is wanted. */
  readonly shared: readonly Uuid[];
}

const indexes = new WeakMap<Catalog['networks'], Index>();

function networksIn({ networks }: Catalog): Index {
  const known = indexes.get(networks);
  if (known !== undefined) return known;
  const bridges = new Map<string, Uuid>();
  const above = new Map<string, readonly Uuid[]>();
  const active: Uuid[] = [];
  const shared = new Map<string, Uuid>();
  for (const [uuid, { live }] of networks) {
    if (live === undefined) continue;
    active.push(uuid);
    if (live.bridge?.name !== undefined && ownsBridge(live)) bridges.set(live.bridge.name, uuid);
    const below = filteringBridge(live);
    if (below !== undefined) above.set(below, [...(above.get(below) ?? []), uuid]);
    shared.set([live.forward.mode, ...new Set(live.ips.map(({ family }) => family))].join(' '), uuid);
  }
  const index = { bridges, above, active, shared: [...shared.values()] };
  indexes.set(networks, index);
  return index;
}

/** Which networks are on a bridge of the host, and whose VLANs a hypervisor's link there is in. */
function usersOf(catalog: Catalog): (link: string) => readonly Uuid[] {
  const { above } = networksIn(catalog);
  return (link) => {
    const port = portsByWire(catalog.ports).get(link);
    return port !== undefined && port.link === undefined && port.plug.type === 'bridge' ? [port.network] : (above.get(link) ?? []);
  };
}
