import { formatNetwork } from '../formats/libvirt/network.ts';
import type { Catalog, NetworkEntry } from '../model/catalog.ts';
import type { Network } from '../model/network.ts';
import type { Uuid } from '../model/units.ts';
import type { Caller } from './context.ts';
import type { HistoryFile } from './history-file.ts';
import type { NetworkDeed } from './history-types.ts';
import { currentOf } from './lookup.ts';

/** How a network was, as libvirt's text. */
export interface NetworkState {
  readonly config?: string;
  /** `true`: it ran with its persistent definition. */
  readonly live?: string | true;
  readonly autostart: boolean;
}

export interface Recorded {
  readonly id: number;
  readonly at: number;
  readonly user: string;
  readonly door: string;
  readonly network: { readonly uuid: Uuid; readonly name: string };
  readonly did: readonly NetworkDeed[];
  readonly undoes?: number;
  readonly before: NetworkState;
  readonly after: NetworkState;
}

/** What is kept: of one network, and of all. */
const perNetwork = 30;
const inAll = 2000;

/**
 * How networks were before each change, so that it can be taken back; the oldest is forgotten first. Like events it is
 * the difference between two catalogs, so no operation can forget to tell. What the daemon does by itself is no change
 * of anybody's, and is left out.
 */
export class History {
  readonly #file: HistoryFile | undefined;
  #changes: readonly Recorded[];
  #last: number;

  constructor(file: HistoryFile | undefined) {
    this.#file = file;
    this.#changes = bounded(file?.read() ?? []);
    this.#last = this.#changes.at(-1)?.id ?? 0;
  }

  record({ user, door }: Caller, before: Catalog, after: Catalog, undoes?: number): void {
    if (door === 'internal' || before.networks === after.networks) return;
    const at = Date.now();
    const added: Recorded[] = [];
    for (const uuid of new Set([...before.networks.keys(), ...after.networks.keys()])) {
      const [was, is] = [before.networks.get(uuid), after.networks.get(uuid)];
      const subject = is ?? was;
      if (was === is || subject === undefined) continue;
      const [old, now] = [stateOf(was), stateOf(is)];
      const did = deeds(old, now);
      if (did.length === 0) continue;
      this.#last += 1;
      const network = { uuid, name: currentOf(subject).name };
      added.push({ id: this.#last, at, user, door, network, did, ...(undoes !== undefined && { undoes }), before: old, after: now });
    }
    if (added.length === 0) return;
    this.#changes = bounded([...this.#changes, ...added]);
    this.#file?.append(added, this.#changes);
  }

  /** The newest first. */
  changes(): readonly Recorded[] {
    return this.#changes.toReversed();
  }
}

/** Texts are made once for each definition: what a change ends with, the next begins with. */
const texts = new WeakMap<Network, string>();

export function stateOf(entry: NetworkEntry | undefined): NetworkState {
  const { config, live, autostart = false } = entry ?? {};
  const [kept, runs] = [textOf(config), textOf(live)];
  return { ...(kept !== undefined && { config: kept }), ...(runs !== undefined && { live: runs === kept ? true : runs }), autostart };
}

/** The definition it ran with. */
export function liveOf({ live, config }: NetworkState): string | undefined {
  return live === true ? config : live;
}

function textOf(network: Network | undefined): string | undefined {
  if (network === undefined) return undefined;
  const text = texts.get(network) ?? formatNetwork(network);
  texts.set(network, text);
  return text;
}

function deeds(was: NetworkState, is: NetworkState): NetworkDeed[] {
  const did: NetworkDeed[] = [];
  const [ran, runs] = [liveOf(was), liveOf(is)];
  if (was.config === undefined && is.config !== undefined) did.push('defined');
  if (was.config !== undefined && is.config === undefined) did.push('undefined');
  if (was.config !== undefined && is.config !== undefined && was.config !== is.config) did.push('changed');
  if (ran === undefined && runs !== undefined) did.push('started');
  if (ran !== undefined && runs === undefined) did.push('stopped');
  if (ran !== undefined && runs !== undefined && ran !== runs && !did.includes('changed')) did.push('changed-live');
  if (was.autostart !== is.autostart && !did.includes('undefined')) did.push(is.autostart ? 'autostart-on' : 'autostart-off');
  return did;
}

function bounded(changes: readonly Recorded[]): readonly Recorded[] {
  const counts = new Map<Uuid, number>();
  const keeps = ({ network: { uuid } }: Recorded): boolean => {
    const count = (counts.get(uuid) ?? 0) + 1;
    counts.set(uuid, count);
    return count <= perNetwork;
  };
  return changes.toReversed().filter(keeps).slice(0, inAll).toReversed();
}
