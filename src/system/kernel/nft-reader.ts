import { nftTable, sortElements } from '../../model/nft-skeleton.ts';
import type { NftBaseChain, NftChain, NftCounter, NftElement, NftNetwork, NftRule, NftSet, NftSkeleton } from '../../model/nft.ts';
import { Attributes } from './attributes.ts';
import { raiseRule } from './nft-expressions.ts';
import {
  dumpChains,
  dumpElements,
  dumpRules,
  getChain,
  getElement,
  getGeneration,
  getSet,
  header,
  hookNumber,
  inFamily,
  isMap,
  priorityNumber,
  readComment,
  setIsMap,
  verdictData,
} from './nft-messages.ts';
import { keyLength, keyTexts, keyTypeNumber } from './nft-values.ts';
import { readExpressions, verdictCode } from './nft-wire.ts';
import type { ReadRule } from './nft-wire.ts';
import { NetlinkError } from './netlink.ts';
import type { Message, NetlinkSocket, Reply } from './netlink.ts';

/** What a service element may be keyed by besides its link: all that is ever compiled. */
const offers = [
  ['tcp', '53'],
  ['udp', '53'],
  ['udp', '67'],
  ['udp', '69'],
  ['udp', '547'],
] as const;

/** From how many owners on the whole table is read. */
const wholeFrom = 20;

/** One of our tables: its fixed part, and the chains that an owner may have in it. */
export interface NftTableShape {
  readonly skeleton: NftSkeleton;
  chainsOf(owner: string): readonly string[];
}

/** Reads a table of ours by name and by key, so what others have, and how much, does not matter. */
export class NftReader {
  readonly #socket: NetlinkSocket;
  readonly #shape: NftTableShape;

  constructor(socket: NetlinkSocket, shape: NftTableShape) {
    this.#socket = socket;
    this.#shape = shape;
  }

  /** Counts every transaction on this namespace's rules, whoever makes it. */
  generation(): number {
    return attributesOf(this.#socket.request(getGeneration())[0])?.be32(1) ?? 0;
  }

  /** The chains and elements of an owner (a bridge, a guarded port), apart from those in sets that are not keyed by its name. */
  network(owner: string): NftNetwork {
    const chains = this.#shape.chainsOf(owner).flatMap((name) => this.chain(name) ?? []);
    const elements = this.#shape.skeleton.sets.flatMap((set) => keysOf(set, owner).flatMap((key) => this.#element(set, key) ?? []));
    return { chains, elements: sortElements(elements) };
  }

  /** As {@link network}, of many owners: from some number on, reading the whole table once is cheaper than asking for each. */
  networks(owners: readonly string[]): Map<string, NftNetwork> {
    if (owners.length < wholeFrom) return new Map(owners.map((owner) => [owner, this.network(owner)]));
    const chains = this.#allChains();
    const elements = this.#elementsByOwner();
    return new Map(
      owners.map((owner) => [
        owner,
        {
          chains: this.#shape.chainsOf(owner).flatMap((name) => chains.get(name) ?? []),
          elements: sortElements(elements.get(owner) ?? []),
        },
      ]),
    );
  }

  /** Undefined when there is no such chain. */
  chain(name: string): NftChain | undefined {
    const rules = this.#rules(name).map(({ rule }) => rule);
    // A chain that is not there and one that is empty have the same rules.
    if (rules.length === 0 && this.#lookUp(getChain(name)) === undefined) return undefined;
    return { name, rules };
  }

  counters(owner: string): NftCounter[] {
    return this.#shape
      .chainsOf(owner)
      .flatMap((chain) => this.#rules(chain).map(({ packets, bytes }, rule) => ({ chain, rule, packets, bytes })));
  }

  /** By owner: elements whose key begins with an address or a port carry their bridge as a comment. */
  addressElements(): Map<string, NftElement[]> {
    const owned = new Map<string, NftElement[]>();
    for (const set of this.#shape.skeleton.sets.filter(isCommented)) {
      for (const element of this.elements(set)) addTo(owned, element.comment ?? '', element);
    }
    return owned;
  }

  elements(set: NftSet): NftElement[] {
    return this.#dump(dumpElements(set)).flatMap((reply) => readElements(set, reply));
  }

  /** Whether a set of the skeleton is of the right kind; undefined when there is no such set. */
  hasSet(set: NftSet): boolean | undefined {
    const found = attributesOf(this.#lookUp(getSet(set.name)));
    if (found === undefined) return undefined;
    return (
      (found.be32(3) ?? 0) === (isMap(set) ? setIsMap : 0) &&
      found.be32(4) === keyTypeNumber(set.type) &&
      found.be32(5) === keyLength(set.type) &&
      (set.verdicts !== true || found.be32(6) === verdictData) &&
      (set.data === undefined || found.be32(6) === keyTypeNumber(set.data))
    );
  }

  /** Whether a chain of the skeleton hangs where it has to; undefined when there is no such chain. */
  hasChain({ name, hook }: NftBaseChain): boolean | undefined {
    const found = attributesOf(this.#lookUp(getChain(name)));
    if (found === undefined) return undefined;
    const place = found.nested(4);
    if (hook === undefined || place === undefined) return hook === undefined && place === undefined;
    return (
      place.be32(1) === hookNumber[hook.hook] &&
      place.be32(2) === priorityNumber[hook.priority] >>> 0 &&
      found.text(7) === hook.type &&
      found.be32(5) === 1
    );
  }

  /** Every chain of the table, by name. */
  #allChains(): Map<string, NftChain> {
    const rules = new Map<string, NftRule[]>();
    for (const reply of this.#dump(dumpChains())) {
      const found = attributesOf(reply);
      const name = found?.text(3);
      if (name !== undefined && found?.text(1) === nftTable) rules.set(name, []);
    }
    for (const reply of this.#dump(dumpRules())) rules.get(attributesOf(reply)?.text(2) ?? '')?.push(readRule(reply).rule);
    return new Map([...rules].map(([name, own]) => [name, { name, rules: own }]));
  }

  /** The elements of the sets whose keys begin with their owner's name. */
  #elementsByOwner(): Map<string, NftElement[]> {
    const owned = new Map<string, NftElement[]>();
    for (const set of this.#shape.skeleton.sets.filter(({ type }) => type[0] === 'ifname')) {
      for (const element of this.elements(set)) addTo(owned, element.key[0] ?? '', element);
    }
    return owned;
  }

  #rules(chain: string): (ReadRule & { readonly rule: NftRule })[] {
    return this.#dump(dumpRules(chain)).map(readRule);
  }

  #element(set: NftSet, key: readonly string[]): NftElement | undefined {
    const reply = this.#lookUp(getElement(set, key));
    return reply && readElements(set, reply)[0];
  }

  /** The answer, or undefined when the kernel knows no such thing. */
  #lookUp(message: Message): Reply | undefined {
    return this.#dump(message)[0];
  }

  #dump(message: Message): Reply[] {
    try {
      return this.#socket.request(inFamily(this.#shape.skeleton.family, message));
    } catch (error) {
      if (error instanceof NetlinkError && error.code === 'ENOENT') return [];
      throw error;
    }
  }
}

/** A set whose elements do not name their owner, and so are found by their comment alone. */
export function isCommented({ type, elements }: NftSet): boolean {
  return type[0] !== 'ifname' && elements === undefined;
}

/** The keys a network on this bridge may have in a set, as far as they follow from its name. */
function keysOf({ type }: NftSet, bridge: string): (readonly string[])[] {
  if (type[0] !== 'ifname') return [];
  return type.length === 1 ? [[bridge]] : offers.map((offer) => [bridge, ...offer]);
}

function addTo(owned: Map<string, NftElement[]>, owner: string, element: NftElement): void {
  const known = owned.get(owner);
  if (known === undefined) owned.set(owner, [element]);
  else known.push(element);
}

function readRule(reply: Reply): ReadRule & { readonly rule: NftRule } {
  const attributes = new Attributes(reply.body, header.length);
  const read = readExpressions(attributes.list(4));
  return { ...read, rule: raiseRule(read.expressions, readComment(attributes.bytes(7))) };
}

function readElements(set: NftSet, reply: Reply): NftElement[] {
  return new Attributes(reply.body, header.length).list(3).flatMap((item) => {
    const attributes = new Attributes(item);
    const key = attributes.nested(1)?.bytes(1);
    if (key === undefined) return [];
    const data = attributes.nested(2);
    const verdict = data?.nested(2);
    const value = set.data === undefined ? undefined : data?.bytes(1);
    const jump = verdict?.be32(1) === verdictCode.jump >>> 0 ? verdict.text(2) : undefined;
    const comment = readComment(attributes.bytes(6));
    return [
      {
        into: set.name,
        key: keyTexts(set.type, key),
        ...(jump === undefined ? {} : { jump }),
        ...(value === undefined ? {} : { to: keyTexts(set.data!, value) }),
        ...(comment === undefined ? {} : { comment }),
      },
    ];
  });
}

function attributesOf(reply: Reply | undefined): Attributes | undefined {
  return reply && new Attributes(reply.body, header.length);
}
