import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ViaductError, type ErrorCode, type ErrorParams } from '../model/errors.ts';

/** What stands in the body of every answer that is not a success. */
export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint?: string; readonly params: ErrorParams };
}

/** RFC 9110: 404 not there, 409 in conflict with what is there, 422 understood but wrong, 503 try again later. */
export const statuses: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  'network-not-found': 404,
  'network-exists': 409,
  'port-not-found': 404,
  'port-exists': 409,
  'interface-not-found': 404,
  'interface-ambiguous': 409,
  'guest-not-found': 404,
  'metadata-missing': 404,
  'callback-not-found': 404,
  'operation-invalid': 409,
  'xml-malformed': 422,
  'xml-root': 422,
  'xml-invalid': 422,
  'xml-value': 422,
  'name-missing': 422,
  'uuid-invalid': 422,
  'config-unsupported': 422,
  'range-invalid': 422,
  'schema-invalid': 422,
  'port-invalid': 422,
  'spec-invalid': 422,
  'mac-invalid': 422,
  'invalid-argument': 400,
  'flags-unsupported': 400,
  'operation-unsupported': 422,
  'no-driver-support': 501,
  'access-denied': 403,
  'read-only': 403,
  'name-in-use': 409,
  'subnet-in-use': 409,
  'kernel-refused': 500,
  'kernel-lacks': 501,
  'program-missing': 500,
  'apply-failed': 500,
  'verify-failed': 500,
  'plan-stale': 409,
  timeout: 504,
  unreachable: 503,
  internal: 500,
};

/** Anything but a `ViaductError` is a bug of ours: its text goes to the log, not to the caller. */
export function describeError(error: unknown): ErrorBody {
  if (!(error instanceof ViaductError)) {
    return { error: { code: 'internal', message: 'Something went wrong inside the daemon.', hint: 'Its log tells more.', params: {} } };
  }
  const { code, message, hint, params } = error;
  return { error: { code, message, ...(hint === undefined ? {} : { hint }), params } };
}
