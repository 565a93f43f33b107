import type { ViaductEvent } from '../model/event.ts';
import type { EventBus, Log } from './context.ts';

/** Tells every listener, in the order they subscribed. A listener that throws harms nobody else. */
export function createEventBus(log: Log): EventBus {
  const listeners = new Set<(event: ViaductEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (cause) {
          log.error({ err: cause, event: event.kind }, 'A listener of events failed.');
        }
      }
    },
    subscribe(listener) {
      // A wrapper of its own, so that one function may subscribe twice.
      const own = (event: ViaductEvent) => listener(event);
      listeners.add(own);
      return { [Symbol.dispose]: () => void listeners.delete(own) };
    },
  };
}
