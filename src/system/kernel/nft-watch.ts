import { nftTable } from '../../model/nft-skeleton.ts';
import { Attributes } from './attributes.ts';
import { watchReadable } from './libc.ts';
import { familyNumber, header, newGeneration, nftSubsystem } from './nft-messages.ts';
import { NETLINK_NETFILTER, openNetlink } from './netlink.ts';
import type { Reply } from './netlink.ts';

/** NFNLGRP_NFTABLES */
const group = 7;

/**
 * Calls back with the generation that a transaction on our table made, whoever made it; with undefined
 * when the kernel could not tell everything. Transactions on other tables are passed over.
 */
export function watchNft(
  options: { readonly netns?: string; readonly family: keyof typeof familyNumber },
  onTransaction: (generation: number | undefined) => void,
): Disposable {
  const socket = openNetlink(NETLINK_NETFILTER, { ...options, groups: [group] });
  let touched = false;
  const watch = watchReadable(socket.fd, () => {
    for (const reply of receiveAll()) {
      if (reply === undefined) onTransaction(undefined);
      else if (reply.type === newGeneration) {
        if (touched) onTransaction(new Attributes(reply.body, header.length).be32(1));
        touched = false;
      } else touched ||= isOurs(reply, familyNumber[options.family]);
    }
  });

  /** Undefined stands for messages that were lost. */
  function receiveAll(): (Reply | undefined)[] {
    try {
      return socket.receive();
    } catch {
      return [undefined];
    }
  }

  return {
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]();
      socket[Symbol.dispose]();
    },
  };
}

/** Attribute 1 of every message of nftables is the table's name. */
function isOurs({ type, body }: Reply, family: number): boolean {
  return type >> 8 === nftSubsystem && body[0] === family && new Attributes(body, header.length).text(1) === nftTable;
}
