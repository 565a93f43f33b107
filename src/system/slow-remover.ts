import { deleteLinks } from './kernel/links.ts';
import type { NetlinkSocket } from './kernel/netlink.ts';
import { refusal } from './refusal.ts';

/**
 * How many links share one wait. The kernel holds its network lock through the wait (some 20 ms a bridge),
 * and every other change stands still meanwhile.
 */
const together = 16;

/** Removes links in groups over a socket of its own, one group after the other, whoever asks. */
export function slowRemover(socket: NetlinkSocket): (names: readonly string[]) => Promise<(Error | undefined)[]> {
  let previous: Promise<unknown> = Promise.resolve();
  const removeNow = async (names: readonly string[]): Promise<(Error | undefined)[]> => {
    const results: (Error | undefined)[] = [];
    for (let from = 0; from < names.length; from += together) {
      const part = names.slice(from, from + together);
      const errors = await deleteLinks(socket, part);
      results.push(
        ...errors.map((error, index) => error && refusal(`cannot delete ${part[index]}`, error, { params: { link: part[index]! } })),
      );
    }
    return results;
  };
  return (names) => {
    const mine = previous.then(() => removeNow(names));
    previous = mine.catch(() => undefined);
    return mine;
  };
}
