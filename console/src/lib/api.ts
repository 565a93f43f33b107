import type { Input, OperationName, Output } from '../../../src/service/operation-types.ts';

/** What the daemon refused, in its own words; `hint` is the way out. */
export class ApiError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly params: Readonly<Record<string, string | number>>;

  constructor(code: string, message: string, hint?: string, params: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.hint = hint;
    this.params = params;
  }
}

/** Event of the window: the daemon asks to log in again. */
export const sessionEnded = 'viaduct-session-ended';

/**
 * Calls one operation of the daemon. Throws {@link ApiError} for what it refuses, and one with code
 * `unreachable` when no answer came. The header is what a foreign page cannot send without asking first.
 */
export async function call<Name extends OperationName>(name: Name, input: Input<Name>, signal?: AbortSignal): Promise<Output<Name>> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-viaduct': 'console' },
      body: JSON.stringify(input),
      credentials: 'same-origin',
      signal: signal ?? null,
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiError('unreachable', 'The daemon does not answer.');
  }
  if (response.status === 401) dispatchEvent(new Event(sessionEnded));
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return body as Output<Name>;
  const { error } = (body ?? {}) as { error?: { code: string; message: string; hint?: string; params?: Record<string, string | number> } };
  throw new ApiError(error?.code ?? 'internal', error?.message ?? `HTTP ${response.status}`, error?.hint, error?.params);
}
