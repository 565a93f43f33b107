import type { Change } from '../model/host-state.ts';
import type { NftNetwork } from '../model/nft.ts';
import type { Keeper } from './keeper.ts';
import type { NftTable } from './kernel/nft.ts';

/** Guards of ports. Those of several ports go into one transaction. */
export function guardKeeper(nft: NftTable): Keeper<'guard'> {
  return {
    observe: (wanted) => {
      const found = nft.observe(wanted.map(({ link }) => link));
      return wanted.flatMap((object) => {
        const rules = found.get(object.link);
        return rules === undefined ? [] : [{ ...object, rules }];
      });
    },
    create: ({ link, rules }) => nft.put(link, rules),
    update: (_from, { link, rules }) => nft.put(link, rules),
    remove: ({ link }) => nft.remove(link),
    changeAll: (changes) => nft.change(new Map(changes.flatMap(rulesAfter))),
  };
}

/** Networks' rules. Those of several networks go into one transaction. */
export function nftKeeper(nft: NftTable): Keeper<'nft-network'> {
  return {
    observe: (wanted) => {
      const found = nft.observe(wanted.map(({ bridge }) => bridge));
      return wanted.flatMap((object) => {
        const rules = found.get(object.bridge);
        return rules === undefined ? [] : [{ ...object, rules }];
      });
    },
    create: ({ bridge, rules }) => nft.put(bridge, rules),
    update: (_from, { bridge, rules }) => nft.put(bridge, rules),
    remove: ({ bridge }) => nft.remove(bridge),
    changeAll: (changes) => nft.change(new Map(changes.flatMap(rulesAfter))),
  };
}

function rulesAfter({ action, object }: Change): [string, NftNetwork | undefined][] {
  if (object.kind !== 'nft-network' && object.kind !== 'guard') return [];
  return [[object.kind === 'guard' ? object.link : object.bridge, action === 'delete' ? undefined : object.rules]];
}
