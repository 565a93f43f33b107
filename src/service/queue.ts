/** A turn for everybody, in the order they came. What one task throws does not concern the next. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  /** When the newest task ended, in milliseconds since the epoch. */
  lastEnd = 0;

  /** Runs `task` when all earlier ones have ended. A caller who gave up while waiting leaves the line. */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const turn = this.#last.then(async () => {
      signal?.throwIfAborted();
      try {
        return await task();
      } finally {
        this.lastEnd = Date.now();
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything that was queued so far has ended. */
  async drained(): Promise<void> {
    await this.#last;
  }
}
