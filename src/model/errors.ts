/**
 * Every way in which Viaduct refuses or fails on purpose. Doors map a code once,
 * in a table of their own: libvirt number and domain, HTTP status, exit status, translation.
 */
export type ErrorCode =
  // what was asked for is not there, or is there already
  | 'network-not-found'
  | 'network-exists'
  | 'port-not-found'
  | 'port-exists'
  | 'interface-not-found'
  | 'interface-ambiguous'
  | 'guest-not-found'
  | 'metadata-missing'
  | 'callback-not-found'
  // not in this state
  | 'operation-invalid'
  // the document is wrong: text, root element, meaning, a single value, an unsupported mix, the schema
  | 'xml-malformed'
  | 'xml-root'
  | 'xml-invalid'
  | 'xml-value'
  | 'name-missing'
  | 'uuid-invalid'
  | 'config-unsupported'
  | 'range-invalid'
  | 'schema-invalid'
  | 'port-invalid'
  | 'spec-invalid'
  | 'mac-invalid'
  // the request is wrong
  | 'invalid-argument'
  | 'flags-unsupported'
  | 'operation-unsupported'
  | 'no-driver-support'
  | 'access-denied'
  | 'read-only'
  // the host says no
  | 'name-in-use'
  | 'subnet-in-use'
  | 'kernel-refused'
  | 'kernel-lacks'
  | 'program-missing'
  | 'apply-failed'
  | 'verify-failed'
  | 'plan-stale'
  | 'timeout'
  | 'unreachable'
  | 'internal';

/** Details that a translation or a machine may need: names, addresses, numbers as text. */
export type ErrorParams = Readonly<Record<string, string | number>>;

/**
 * The error every room throws on purpose.
 *
 * `message` is the complete English sentence; where libvirt has the same error it is
 * libvirt's own text without the prefix of its code (the libvirt door adds that).
 * `hint` says what to do next. `cause` keeps the tool's or kernel's own words for the log.
 */
export class ViaductError extends Error {
  override readonly name = 'ViaductError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, message: string, more: { hint?: string | undefined; params?: ErrorParams; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = more.hint;
    this.params = more.params ?? {};
  }
}

/** A switch that forgot a variant does not compile. */
export function assertNever(value: never): never {
  throw new TypeError(`Unhandled variant: ${JSON.stringify(value)}`);
}
