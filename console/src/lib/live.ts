import { QueryClient, queryOptions } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { ViaductEvent } from '../../../src/model/event.ts';
import type { Input, OperationName } from '../../../src/service/operation-types.ts';
import { ApiError, call } from './api.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (count, error) => error instanceof ApiError && error.code === 'unreachable' && count < 3 },
  },
});

/** One operation as a cached query. Events make it stale; `every` (ms) asks again by the clock, for counters. */
export function operation<Name extends OperationName>(name: Name, input: Input<Name>, every?: number) {
  return queryOptions({
    queryKey: [name, input] as const,
    queryFn: ({ signal }) => call(name, input, signal),
    refetchInterval: every ?? false,
  });
}

/** Newest first, at most 500: what the activity page shows. */
let events: readonly ViaductEvent[] = [];
let connected = true;
const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useEvents = (): readonly ViaductEvent[] => useSyncExternalStore(subscribe, () => events);
/** False while the line to the daemon is down: numbers on the page are then old. */
export const useConnected = (): boolean => useSyncExternalStore(subscribe, () => connected);

/** Milliseconds: what happens alone is shown at once, a burst of events costs one look each half second. */
const soonest = 50;
const atMostEvery = 500;
const reopenAfter = 2000;

/** Keeps the line to the daemon open while mounted. */
export function useLiveUpdates(): void {
  useEffect(() => {
    let source: EventSource;
    let again: ReturnType<typeof setTimeout> | undefined;
    let asked = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onOpen = (): void => {
      if (!connected) void queryClient.invalidateQueries();
      connected = true;
      tell();
    };
    const onError = (): void => {
      connected = false;
      tell();
      // A browser tries again by itself where nobody answered, and gives up where a proxy answered that nobody is there.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, reopenAfter);
    };
    const onMessage = ({ data }: MessageEvent<string>) => {
      events = [JSON.parse(data) as ViaductEvent, ...events].slice(0, 500);
      tell();
      timer ??= setTimeout(
        () => {
          timer = undefined;
          asked = performance.now();
          void queryClient.invalidateQueries();
        },
        Math.max(soonest, asked + atMostEvery - performance.now()),
      );
    };
    const open = (): void => {
      source = new EventSource('/api/events');
      source.onopen = onOpen;
      source.onerror = onError;
      source.onmessage = onMessage;
    };
    open();
    return () => {
      source.close();
      clearTimeout(again);
      clearTimeout(timer);
    };
  }, []);
}
