import type { Change } from '../model/host-state.ts';
import type { NftNetwork } from '../model/nft.ts';
import type { Keeper } from './keeper.ts';
import type { NftTable } from './kernel/nft.ts';

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
  if (object.kind !== 'nft-network') return [];
  return [[object.bridge, action === 'delete' ? undefined : object.rules]];
}
