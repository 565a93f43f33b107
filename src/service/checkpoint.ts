import type { Catalog } from '../model/catalog.ts';
import type { Plan } from '../model/host-state.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { confirmCheckpoint, openCheckpoint, returnToCheckpoint } from './interface-edits.ts';

/** A process of its own that takes an unconfirmed change back when the daemon is not there to do it. */
export type StartWatchdog = () => Promise<void>;

/** When going back fails, it is tried again after so long. */
const againMs = 2000;

/**
 * The clock of the one change that waits to be confirmed. What it would go back to is in the catalog and thus on
 * the disk: another daemon, or the watchdog, goes on where this one ends.
 */
export class Checkpoints implements Disposable {
  readonly #startWatchdog: StartWatchdog | undefined;
  #context: Context | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(startWatchdog: StartWatchdog | undefined) {
    this.#startWatchdog = startWatchdog;
  }

  /** Goes on with what an earlier daemon left open. */
  resume(context: Context): void {
    this.#context = context;
    const { checkpoint } = context.store.catalog();
    if (checkpoint !== undefined) this.#wait(checkpoint.deadline - Date.now());
  }

  async arm(deadline: number): Promise<void> {
    await this.#startWatchdog?.();
    this.#wait(deadline - Date.now());
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#expire(), Math.max(0, ms));
  }

  async #expire(): Promise<void> {
    const context = this.#context;
    if (context?.store.catalog().checkpoint === undefined) return;
    try {
      await change(context, returnToCheckpoint);
      context.log.warn({}, 'Nobody confirmed the change of the host in time: it was taken back.');
    } catch (cause) {
      context.log.error({ err: cause }, 'An unconfirmed change of the host cannot be taken back; trying again.');
      this.#wait(againMs);
    }
  }
}

/** True when a plan takes an address, a route or a port from where it is: somebody may be talking over it. */
export function cutsConnections({ steps }: Plan): boolean {
  return steps.some(
    ({ change: { action, object } }) =>
      action === 'delete' && (object.kind === 'address' || object.kind === 'route' || object.kind === 'bridge-port'),
  );
}

/**
 * Changes interfaces so that silence takes it back: what cuts a connection waits for a confirmation, `seconds` long.
 * Resolves to how long that is, undefined where nothing is cut. With 0 nobody is waited for.
 */
export async function changeGuarded(
  context: Context,
  edit: (catalog: Catalog) => Catalog,
  seconds: number,
): Promise<{ readonly plan: Plan; readonly confirmWithin?: number }> {
  const { plan } = await change(context, edit, { dryRun: true });
  if (seconds === 0 || !cutsConnections(plan)) return change(context, edit);
  const deadline = Date.now() + seconds * 1000;
  // First by itself, so that it is on the disk before the host is touched.
  await change(context, (catalog) => openCheckpoint(catalog, deadline));
  try {
    await context.checkpoints.arm(deadline);
    return { plan: (await change(context, edit)).plan, confirmWithin: seconds };
  } catch (cause) {
    await change(context, confirmCheckpoint);
    throw cause;
  }
}

export async function confirmChange(context: Context): Promise<Record<never, never>> {
  await change(context, confirmCheckpoint);
  return {};
}

export async function takeChangeBack(context: Context): Promise<Record<never, never>> {
  await change(context, returnToCheckpoint);
  return {};
}
