import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Plan } from '../model/host-state.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { expectSession } from './host-checks.ts';
import { takeFilesBack } from './host-write.ts';
import { confirmCheckpoint, openCheckpoint, returnToCheckpoint } from './interface-edits.ts';
import type { HostChangeWay } from './operation-types.ts';

/** A process of its own that takes an unconfirmed change back when the daemon is not there to do it. */
export type StartWatchdog = () => Promise<void>;

/** How a change that may cut connections is made. */
export interface Way extends Pick<HostChangeWay, 'session'> {
  /** How long it waits to be confirmed; 0 is not at all, and nobody looks whether connections live. */
  readonly seconds: number;
  readonly dryRun: boolean;
}

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
  #goingBack: Promise<void> | undefined;

  constructor(startWatchdog: StartWatchdog | undefined) {
    this.#startWatchdog = startWatchdog;
  }

  /** Goes on with what an earlier daemon left open. */
  resume(context: Context): void {
    this.#context = context;
    const { checkpoint } = context.store.catalog();
    if (checkpoint !== undefined) this.#wait(checkpoint.working === true ? 0 : checkpoint.deadline - Date.now());
  }

  async arm(deadline: number): Promise<void> {
    await this.#startWatchdog?.();
    this.extend(deadline);
  }

  /** The watchdog looks for itself. */
  extend(deadline: number): void {
    this.#wait(deadline - Date.now());
  }

  /** Takes the change back that waits; files first, because what is left of it is found by them. May be repeated after any failure. */
  goBack(context: Context): Promise<void> {
    this.#goingBack ??= this.#goBackNow(context).finally(() => (this.#goingBack = undefined));
    return this.#goingBack;
  }

  async #goBackNow(context: Context): Promise<void> {
    const { checkpoint } = context.store.catalog();
    if (checkpoint?.files !== undefined) await takeFilesBack(context, checkpoint.files);
    await change(context, returnToCheckpoint);
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
      await this.goBack(context);
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
  { seconds, dryRun, session }: Way,
): Promise<{ readonly plan: Plan; readonly confirmWithin?: number }> {
  const { plan } = await change(context, edit, { dryRun: true });
  if (dryRun) return { plan };
  if (seconds === 0 || !cutsConnections(plan)) return change(context, edit);
  const deadline = Date.now() + seconds * 1000;
  // First by itself, so that it is on the disk before the host is touched.
  await change(context, (catalog) => openCheckpoint(catalog, deadline));
  try {
    await context.checkpoints.arm(deadline);
    const { plan: done } = await change(context, edit);
    await expectSession(context.system, session);
    return { plan: done, confirmWithin: seconds };
  } catch (cause) {
    // Where the change itself failed there is nothing to go back from, and this takes the checkpoint away.
    await context.checkpoints.goBack(context);
    throw cause;
  }
}

export async function confirmChange(context: Context): Promise<Record<never, never>> {
  refuseWhileWorking(context);
  await change(context, (catalog) => confirmCheckpoint(catalog, Date.now()));
  return {};
}

export async function takeChangeBack(context: Context): Promise<Record<never, never>> {
  refuseWhileWorking(context);
  await context.checkpoints.goBack(context);
  return {};
}

function refuseWhileWorking({ store }: Context): void {
  if (store.catalog().checkpoint?.working !== true) return;
  throw new ViaductError('operation-invalid', 'the change of the host is still being made', {
    hint: 'It is taken back by itself if it fails. Ask again when it is done.',
  });
}
