import { isDeepStrictEqual } from 'node:util';
import type { NftChain, NftElement, NftNetwork, NftSet, NftSkeleton } from '../../model/nft.ts';
import { deleteChain, deleteElement, deleteTable, flushChain, newChain, newElement, newRule, newSet, newTable } from './nft-messages.ts';
import type { NftReader } from './nft-reader.ts';
import type { Message } from './netlink.ts';

/** The parts of a transaction. Over several networks, all `out` come before any `in`: an address may change hands. */
export interface Difference {
  readonly out: readonly Message[];
  readonly in: readonly Message[];
}

/** From what is there to what is wanted. Elements lead to chains: they go before them and come after them. */
export function networkDifference({ sets }: NftSkeleton, present: NftNetwork, wanted: NftNetwork): Difference {
  const setOf = ({ into }: NftElement): NftSet => {
    const set = sets.find(({ name }) => name === into);
    if (set === undefined) throw new TypeError(`The skeleton has no set ${into}`);
    return set;
  };
  const before = new Map(present.chains.map((chain) => [chain.name, chain]));
  const kept = new Set(wanted.chains.map(({ name }) => name));
  return {
    out: [
      ...without(present.elements, wanted.elements).map((element) => deleteElement(setOf(element), element)),
      ...present.chains.filter(({ name }) => !kept.has(name)).flatMap(({ name }) => [flushChain(name), deleteChain(name)]),
    ],
    in: [
      ...wanted.chains.filter(({ name }) => !before.has(name)).map(newChain),
      ...wanted.chains.flatMap((chain) => rulesDifference(before.get(chain.name), chain)),
      ...without(wanted.elements, present.elements).map((element) => newElement(setOf(element), element)),
    ],
  };
}

export interface SkeletonRepair {
  /** Nothing when the fixed part is whole. */
  readonly repair: readonly Message[];
  /** The table is made anew, without any network in it. */
  readonly rebuilt: boolean;
}

/** Adds pieces that are missing and replaces rules that differ; a set or chain of another kind means starting over. */
export function skeletonRepair(skeleton: NftSkeleton, reader: NftReader): SkeletonRepair {
  const sets = skeleton.sets.map((set) => ({ set, there: reader.hasSet(set) }));
  const chains = skeleton.chains.map((chain) => ({ chain, there: reader.hasChain(chain) }));
  const rebuilt = [...sets, ...chains].some(({ there }) => there === false);
  const lacks = ({ there }: { readonly there: boolean | undefined }): boolean => rebuilt || there === undefined;
  const repair = [
    ...sets.filter(lacks).map(({ set }, index) => newSet(set, index + 1)),
    ...chains.filter(lacks).map(({ chain }) => newChain(chain)),
    ...chains.flatMap((piece) => rulesDifference(lacks(piece) ? undefined : reader.chain(piece.chain.name), piece.chain)),
    ...sets.flatMap((piece) => fixedElements(piece.set, lacks(piece) ? undefined : reader)),
  ];
  if (repair.length === 0) return { repair, rebuilt };
  return { repair: [...(rebuilt ? [deleteTable()] : []), newTable(), ...repair], rebuilt };
}

function fixedElements(set: NftSet, reader: NftReader | undefined): Message[] {
  if (set.elements === undefined) return [];
  const wanted = set.elements.map((key) => ({ into: set.name, key }));
  const present = reader?.elements(set) ?? [];
  return [
    ...without(present, wanted).map((element) => deleteElement(set, element)),
    ...without(wanted, present).map((element) => newElement(set, element)),
  ];
}

function rulesDifference(present: NftChain | undefined, wanted: NftChain): Message[] {
  if (present !== undefined && isDeepStrictEqual(present.rules, wanted.rules)) return [];
  return [
    ...(present === undefined || present.rules.length === 0 ? [] : [flushChain(wanted.name)]),
    ...wanted.rules.map((rule, position) => newRule(wanted.name, rule, position)),
  ];
}

function without(elements: readonly NftElement[], others: readonly NftElement[]): NftElement[] {
  const known = new Set(others.map(identity));
  return elements.filter((element) => !known.has(identity(element)));
}

function identity({ into, key, jump, to, comment }: NftElement): string {
  return JSON.stringify([into, key, jump, to, comment]);
}
