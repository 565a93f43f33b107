import { queryOptions } from '@tanstack/react-query';
import type { HostChange } from '../../../src/service/operation-types.ts';
import { ApiError, call } from './api.ts';
import { queryClient } from './live.ts';

/** Milliseconds. A host whose network was just changed may swallow a question without a word. */
const patience = 4000;
const everySecond = 1000;
const nowAndThen = 5000;

/**
 * What waits to be confirmed, whoever changed it. Asked over and over, also while the browser believes itself offline:
 * what it believes is about its own card, not about the way to this host.
 */
export const hostStatusQuery = queryOptions({
  queryKey: ['host.status', {}] as const,
  queryFn: ({ signal }) => call('host.status', {}, AbortSignal.any([signal, AbortSignal.timeout(patience)])),
  networkMode: 'always',
  retry: false,
  refetchInterval: ({ state }) => (state.data?.waiting === undefined ? nowAndThen : everySecond),
  refetchIntervalInBackground: true,
});

/** Answers the change that waits. Throws `unreachable` when the daemon does not hear a confirmation in time; going back takes longer. */
export async function answer(name: 'host.confirm' | 'host.rollback'): Promise<void> {
  const signal = name === 'host.confirm' ? AbortSignal.timeout(patience) : undefined;
  try {
    await call(name, {}, signal);
  } catch (error) {
    throw signal?.aborted === true ? new ApiError('unreachable', 'The daemon does not answer.') : error;
  }
}

let isOurs = false;

/** The reader has just made a change here: the question about it gets the focus when it appears. */
export async function expectQuestion({ confirmWithin }: HostChange): Promise<void> {
  isOurs = confirmWithin !== undefined;
  await queryClient.invalidateQueries();
}

/** True once for each change that was made in this browser. */
export function takeExpected(): boolean {
  const was = isOurs;
  isOurs = false;
  return was;
}
