import { ViaductError } from '../model/errors.ts';
import type { System } from '../system/system.ts';
import { AuditTrail } from './audit.ts';
import { Checkpoints, type StartWatchdog } from './checkpoint.ts';
import type { Caller, Context, Log } from './context.ts';
import { createDefaultNetwork } from './default-network.ts';
import { createEventBus } from './event-bus.ts';
import { operations, type Operation } from './operations.ts';
import { History } from './history.ts';
import { HistoryFile } from './history-file.ts';
import type { Hypervisor } from './hypervisor.ts';
import type { Input, OperationName, Output } from './operation-types.ts';
import { Queue } from './queue.ts';
import { Reconciler } from './reconcile.ts';
import { recover } from './recover.ts';
import { rightsOf } from './rights.ts';
import type { Service } from './service.ts';
import { Sightings } from './sightings.ts';
import type { DiskStore } from './store.ts';

export interface ServiceParts {
  readonly system: System;
  readonly store: DiskStore;
  readonly log: Log;
  /** Make libvirt's `default` network when the store has never held any. */
  readonly defaultNetwork?: boolean;
  readonly hypervisor?: Hypervisor;
  /** Where the changes of networks are kept; absent where they need not outlive the daemon. */
  readonly historyFile?: string;
  /** Absent where a change of the host's own connection need not outlive the daemon. */
  readonly startWatchdog?: StartWatchdog;
}

/** What the daemon itself may ask for besides what doors may. */
export interface OwnService extends Service {
  /** The host's resolvers may have changed: gathers them again and looks at every network. */
  refresh(): Promise<void>;
}

/** How long a caller waits for a turn. A change that has begun is finished or undone, however long it takes. */
const deadlineMs = 120_000;

/** What all callers share. */
export function sharedContext({
  system,
  store,
  log,
  hypervisor,
  historyFile,
  startWatchdog,
}: Omit<ServiceParts, 'defaultNetwork'>): Omit<Context, 'caller' | 'signal'> {
  const events = createEventBus(log);
  return {
    system,
    store,
    log,
    events,
    sightings: new Sightings(system, (links) => events.emit({ at: Date.now(), kind: 'links-changed', links })),
    queue: new Queue(),
    troubles: new Map(),
    audit: new AuditTrail(log),
    history: new History(historyFile === undefined ? undefined : new HistoryFile(historyFile, log)),
    checkpoints: new Checkpoints(startWatchdog),
    startedAt: Date.now(),
    ...(hypervisor !== undefined && { hypervisor }),
  };
}

/** Recovers what was running and keeps it running; resolves when operations can be answered. */
export async function createService({
  system,
  store,
  log,
  defaultNetwork = false,
  hypervisor,
  historyFile,
  startWatchdog,
}: ServiceParts): Promise<OwnService> {
  const shared = sharedContext({
    system,
    store,
    log,
    ...(hypervisor !== undefined && { hypervisor }),
    ...(historyFile !== undefined && { historyFile }),
    ...(startWatchdog !== undefined && { startWatchdog }),
  });
  const own: Context = { ...shared, caller: daemonItself, signal: new AbortController().signal };
  if (store.isNew && defaultNetwork) await createDefaultNetwork(own);
  await recover(own, store);
  shared.checkpoints.resume(own);
  const reconciler = new Reconciler(own);
  return {
    runOperation: (caller, name, input, signal) => run({ ...shared, caller }, name, input, signal),
    subscribe: (listener) => shared.events.subscribe(listener),
    catalog: () => store.catalog(),
    refresh: () => reconciler.refresh(),
    async close() {
      shared.checkpoints[Symbol.dispose]();
      shared.sightings[Symbol.dispose]();
      await reconciler[Symbol.asyncDispose]();
      await shared.queue.drained();
    },
  };
}

export const daemonItself: Caller = { uid: 0, gid: 0, pid: process.pid, user: 'viaduct', door: 'internal', mayWrite: true };

async function run<Name extends OperationName>(
  shared: Omit<Context, 'signal'>,
  name: Name,
  input: Input<Name>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Output<Name>> {
  const operation: Operation<Name> = operations[name];
  const { caller, audit } = shared;
  try {
    const rights = rightsOf(caller, name);
    if (operation.access === 'write' && !caller.mayWrite) throw readOnly(name);
    const context: Context = {
      ...shared,
      signal: operation.access === 'read' ? signal : AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    };
    const output = await operation.run(context, rights?.ask(context, input) ?? input);
    if (operation.access === 'read' || isDryRun(input)) return rights?.answer?.(context, output) ?? output;
    audit.record(caller, name, targetOf(input));
    return output;
  } catch (cause) {
    const error = asViaductError(shared, name, cause);
    if (operation.access === 'write') audit.record(caller, name, targetOf(input), error);
    throw error;
  }
}

/** What only asks what would be done leaves no line in the audit trail. */
function isDryRun(input: object): boolean {
  return 'dryRun' in input && input.dryRun === true;
}

function readOnly(name: OperationName): ViaductError {
  return new ViaductError('read-only', `read only access prevents ${name}`, {
    hint: 'Connect to the read-write socket, as a user who may use it.',
    params: { operation: name },
  });
}

/** What is thrown on purpose passes; a caller's patience that ended is said so; anything else is a bug of ours. */
function asViaductError({ log }: Pick<Context, 'log'>, operation: OperationName, cause: unknown): ViaductError {
  if (cause instanceof ViaductError) return cause;
  if (cause instanceof DOMException && (cause.name === 'AbortError' || cause.name === 'TimeoutError')) {
    return new ViaductError('timeout', `${operation} was given up before its turn came; nothing was changed.`, { cause });
  }
  log.error({ err: cause, operation }, `A bug in Viaduct: ${operation} failed in a way nobody thought of.`);
  return new ViaductError('internal', `unexpected failure of ${operation}`, { hint: "The daemon's log has the details.", cause });
}

/** What the audit trail calls the thing an operation was done to. */
function targetOf(input: object): string | undefined {
  const named = input as { network?: unknown; interface?: unknown; port?: unknown; xml?: unknown; change?: unknown };
  if (typeof named.change === 'number') return `change ${named.change}`;
  const target = [named.network, named.interface, named.port].filter((part) => typeof part === 'string').join('/');
  if (target !== '') return target;
  return typeof named.xml === 'string' ? /<name>([^<]*)<\/name>/.exec(named.xml)?.[1] : undefined;
}
