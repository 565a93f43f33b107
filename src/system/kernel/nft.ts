import { ViaductError } from '../../model/errors.ts';
import { guardChainNames, guardSkeleton, nftChainNames, nftSkeleton, nftTable, sortElements } from '../../model/nft-skeleton.ts';
import type { NftCounter, NftElement, NftNetwork } from '../../model/nft.ts';
import { networkDifference, skeletonRepair } from './nft-difference.ts';
import type { SkeletonRepair } from './nft-difference.ts';
import { inFamily, nftSubsystem } from './nft-messages.ts';
import { isCommented, NftReader } from './nft-reader.ts';
import type { NftTableShape } from './nft-reader.ts';
import { watchNft } from './nft-watch.ts';
import { NetlinkError, NETLINK_NETFILTER, openNetlink } from './netlink.ts';
import type { Message, NetlinkSocket } from './netlink.ts';

/** Table `inet viaduct`: chains and elements of networks, by their bridges. */
export const networkRules: NftTableShape = { skeleton: nftSkeleton, chainsOf: (bridge) => Object.values(nftChainNames(bridge)) };
/** Table `bridge viaduct`: what guarded ports may send, by their links. */
export const portGuards: NftTableShape = { skeleton: guardSkeleton, chainsOf: (link) => Object.values(guardChainNames(link)) };

/**
 * One of our tables in the kernel. Every change is one transaction: a packet meets the rules before it or
 * after it, and a refused one leaves no trace. Other tables are neither read nor written.
 *
 * All calls are synchronous; each makes some ten requests of about 10 µs per network. Whenever a jump is added,
 * the kernel walks all chains that lead anywhere, to find loops: 1 to 2 µs for each network in the table
 * (Linux 6.18). So what comes together should be put in together, by `change`.
 */
export interface NftTable extends Disposable {
  /** Makes the fixed part of the table, or repairs it. Networks in it stay. */
  ensureSkeleton(): void;
  /** Makes the network's rules what is given; chains that are so already are not touched and keep their counters. */
  put(bridge: string, network: NftNetwork): void;
  remove(bridge: string): void;
  /** Several networks in one transaction; undefined removes. */
  change(wanted: ReadonlyMap<string, NftNetwork | undefined>): void;
  /**
   * What the kernel has for these bridges; bridges without anything are left out. All are left out while
   * the fixed part of the table is damaged, since then no network's rules are in force.
   */
  observe(bridges: Iterable<string>): Map<string, NftNetwork>;
  counters(bridge: string): NftCounter[];
  /** Tells `other`, our other table of this namespace, of each transaction here: it then need not look what changed. */
  tell(other: NftTable): void;
  /** A transaction of ours elsewhere led from one generation to the next. */
  passOver(from: number, to: number): void;
  /** Calls back after somebody else changed our table, and when such a change may have been missed. */
  watch(onForeignChange: () => void): Disposable;
  close(): void;
}

/** @param options Another namespace than this process's own. */
export function openNft(options: { readonly netns?: string } = {}, shape: NftTableShape = networkRules): NftTable {
  return new KernelTable(openNetlink(NETLINK_NETFILTER, options), options, shape);
}

/** What was read while the rules had one generation, and holds as long as they have it. */
interface Known extends SkeletonRepair {
  readonly generation: number;
  /** By bridge: the elements that cannot be asked for by its name. */
  readonly addresses: Map<string, readonly NftElement[]>;
}

/** How often somebody else may change rules between our reading and our writing. */
const tries = 50;

class KernelTable implements NftTable {
  readonly #socket: NetlinkSocket;
  readonly #shape: NftTableShape;
  readonly #reader: NftReader;
  readonly #options: { readonly netns?: string };
  #known: Known | undefined;
  /** Generations of our own transactions that the watches have still to hear of. */
  readonly #own = new Set<number>();
  #watch: Disposable | undefined;
  readonly #others: NftTable[] = [];

  constructor(socket: NetlinkSocket, options: { readonly netns?: string }, shape: NftTableShape) {
    this.#socket = socket;
    this.#shape = shape;
    this.#reader = new NftReader(socket, shape);
    this.#options = options;
  }

  ensureSkeleton(): void {
    this.change(new Map());
  }

  put(bridge: string, network: NftNetwork): void {
    this.change(new Map([[bridge, network]]));
  }

  remove(bridge: string): void {
    this.change(new Map([[bridge, undefined]]));
  }

  change(wanted: ReadonlyMap<string, NftNetwork | undefined>): void {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const known = this.#look();
      const present = this.#present(known, wanted.keys());
      const differences = [...wanted].map(([bridge, network]) =>
        networkDifference(this.#shape.skeleton, present.get(bridge) ?? nothing, network ?? nothing),
      );
      const messages = [...known.repair, ...differences.flatMap(({ out }) => out), ...differences.flatMap((difference) => difference.in)];
      if (messages.length === 0) return;
      if (!this.#commit(messages, known)) continue;
      for (const [bridge, network] of wanted)
        known.addresses.set(
          bridge,
          (network ?? nothing).elements.filter((element) => this.#isCommented(element)),
        );
      return;
    }
    throw new ViaductError(
      'kernel-refused',
      `Table inet ${nftTable} could not be changed: other programs change firewall rules all the time.`,
      {
        hint: 'See which with `nft monitor`, and try again.',
      },
    );
  }

  observe(bridges: Iterable<string>): Map<string, NftNetwork> {
    const known = this.#look();
    return known.repair.length > 0 ? new Map() : this.#present(known, bridges);
  }

  counters(bridge: string): NftCounter[] {
    return this.#reader.counters(bridge);
  }

  tell(other: NftTable): void {
    this.#others.push(other);
  }

  passOver(from: number, to: number): void {
    if (this.#known?.generation === from) this.#known = { ...this.#known, generation: to };
  }

  watch(onForeignChange: () => void): Disposable {
    if (this.#watch !== undefined) throw new TypeError('The table is watched already.');
    const watch = watchNft({ ...this.#options, family: this.#shape.skeleton.family }, (generation) => {
      if (generation === undefined) this.#own.clear();
      if (generation === undefined || !this.#own.delete(generation)) onForeignChange();
    });
    this.#watch = watch;
    return {
      [Symbol.dispose]: () => {
        watch[Symbol.dispose]();
        this.#watch = undefined;
        this.#own.clear();
      },
    };
  }

  close(): void {
    this.#socket[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The fixed part and the addresses, read again only after somebody else's transaction. */
  #look(): Known {
    const generation = this.#reader.generation();
    if (this.#known?.generation !== generation) {
      const repair = skeletonRepair(this.#shape.skeleton, this.#reader);
      this.#known = { generation, ...repair, addresses: repair.rebuilt ? new Map() : this.#reader.addressElements() };
    }
    return this.#known;
  }

  #isCommented({ into }: NftElement): boolean {
    return this.#shape.skeleton.sets.some((set) => set.name === into && isCommented(set));
  }

  /** What the table holds for these bridges; those that have nothing in it are left out. */
  #present(known: Known, bridges: Iterable<string>): Map<string, NftNetwork> {
    const found = new Map<string, NftNetwork>();
    if (known.rebuilt) return found;
    for (const [bridge, { chains, elements }] of this.#reader.networks([...bridges])) {
      const network = { chains, elements: sortElements([...elements, ...(known.addresses.get(bridge) ?? [])]) };
      if (network.chains.length > 0 || network.elements.length > 0) found.set(bridge, network);
    }
    return found;
  }

  /** False when rules have changed since `generation`, and nothing was done. */
  #commit(messages: readonly Message[], { generation, addresses }: Known): boolean {
    this.#known = undefined;
    let results: readonly (NetlinkError | undefined)[];
    try {
      const { family } = this.#shape.skeleton;
      results = this.#socket.batch(
        nftSubsystem,
        messages.map((message) => inFamily(family, message)),
        generation,
      );
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
      if (error.code === 'ERESTART') return false;
      throw refusal(error, `a change of ${messages.length} parts`);
    }
    const failed = results.findIndex((result) => result !== undefined);
    if (failed >= 0) throw refusal(results[failed]!, messages[failed]?.call ?? 'a part');
    // The kernel counts from 2³² − 1 on to 1.
    const next = (generation + 1) % 2 ** 32 || 1;
    if (this.#watch !== undefined) this.#own.add(next);
    this.#known = { generation: next, repair: [], rebuilt: false, addresses };
    for (const other of this.#others) other.passOver(generation, next);
    return true;
  }
}

const nothing: NftNetwork = { chains: [], elements: [] };

function refusal(cause: NetlinkError, what: string): ViaductError {
  return new ViaductError('kernel-refused', `The kernel refused ${what} in table inet ${nftTable}: ${cause.message}.`, {
    params: { object: what, errno: cause.code },
    cause,
    ...(cause.code === 'ENOENT' || cause.code === 'EOPNOTSUPP'
      ? {
          hint: 'This kernel may lack a part of nftables: its modules are nf_tables, nft_nat, nft_masq, nft_ct, nft_reject_inet and nft_fib_inet.',
        }
      : {}),
  });
}
