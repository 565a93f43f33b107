import type { Catalog } from '../model/catalog.ts';
import type { ViaductEvent } from '../model/event.ts';
import type { Caller } from './context.ts';
import type { Input, OperationName, Output } from './operation-types.ts';

/** What a door sees of the daemon: operations to call, events to listen to, and the newest committed catalog. */
export interface Service {
  /**
   * Runs one operation for one caller: rights, deadline, audit line, then the operation.
   * Throws `ViaductError` for everything that is refused; anything else is a bug of ours.
   */
  runOperation<Name extends OperationName>(caller: Caller, name: Name, input: Input<Name>, signal?: AbortSignal): Promise<Output<Name>>;
  /** Listeners are called in order, after the change is committed; what they throw is logged and goes no further. */
  subscribe(listener: (event: ViaductEvent) => void): Disposable;
  /** Immutable: hold it as long as you like. */
  catalog(): Catalog;
  /** Finishes what is being changed and stops watching the host. The data plane stays as it is. */
  close(): Promise<void>;
}

/** {@link Service.runOperation} as a function, so that a door's call sites read alike. */
export function runOperation<Name extends OperationName>(
  service: Service,
  caller: Caller,
  name: Name,
  input: Input<Name>,
  signal?: AbortSignal,
): Promise<Output<Name>> {
  return service.runOperation(caller, name, input, signal);
}
