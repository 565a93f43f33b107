/** A network that was well for so long starts afresh. */
const forgetAfterMs = 60_000;
const longestMs = 30_000;
/** So often within that time it may break and be put right at once. */
const free = 8;

/** How long to leave something alone that keeps breaking: not at all at first, then longer and longer. */
export class Backoff<Key> {
  readonly #streaks = new Map<Key, { count: number; last: number }>();

  /** Milliseconds to wait before the next try. */
  delay(key: Key, now = Date.now()): number {
    const streak = this.#streaks.get(key);
    if (streak === undefined || now - streak.last > forgetAfterMs) return 0;
    const pause = streak.count < free ? 0 : Math.min(longestMs, 100 * 2 ** (streak.count - free));
    return Math.max(0, streak.last + pause - now);
  }

  /** It was broken once more, put right or not. */
  count(key: Key, now = Date.now()): void {
    const streak = this.#streaks.get(key);
    const goesOn = streak !== undefined && now - streak.last <= forgetAfterMs;
    this.#streaks.set(key, { count: goesOn ? streak.count + 1 : 1, last: now });
  }
}
