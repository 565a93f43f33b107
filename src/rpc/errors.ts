import { ViaductError } from '../model/errors.ts';
import type { ErrorCode } from '../model/errors.ts';
import { domains } from './api-names.ts';
import type { RemoteError } from './protocol.ts';

/** virErrorNumber, the ones that this door says. */
export const errorNumbers = {
  internal: 1,
  noSupport: 3,
  noConnect: 5,
  invalidArgument: 8,
  operationDenied: 29,
  rpc: 39,
  authFailed: 45,
  argumentUnsupported: 74,
} as const;

/** An error that only exists at this door: the dialogue itself went wrong, not an operation. */
export class DialogueError extends Error {
  override readonly name = 'DialogueError';
  readonly wire: RemoteError;

  constructor(code: number, domain: number, message: string, more: Partial<RemoteError> = {}) {
    super(message);
    this.wire = remoteErrorOf(code, domain, message, more);
  }
}

/** `"internal error: connection not open"` and its kin, which libvirt's RPC layer says of itself. */
export function internalError(detail: string, domain: number = domains.rpc): DialogueError {
  return new DialogueError(errorNumbers.internal, domain, `internal error: ${detail}`, formatted('internal error: %s', detail));
}

/** What libvirt answers to a packet that it cannot follow. */
export function rpcError(message: string): DialogueError {
  return new DialogueError(errorNumbers.rpc, domains.rpc, message, formatted('%s', message));
}

export function noSupport(api: string, domain: number): DialogueError {
  const prefix = 'this function is not supported by the connection driver: ';
  return new DialogueError(errorNumbers.noSupport, domain, prefix + api, formatted(`${prefix}%s`, api));
}

export function readOnlyAccess(api: string, domain: number): DialogueError {
  const detail = `read only access prevents ${api}`;
  return new DialogueError(
    errorNumbers.operationDenied,
    domain,
    `operation forbidden: ${detail}`,
    formatted('operation forbidden: %s', detail),
  );
}

export function invalidArgument(detail: string, domain: number): DialogueError {
  return new DialogueError(errorNumbers.invalidArgument, domain, `invalid argument: ${detail}`, formatted('invalid argument: %s', detail));
}

export function argumentUnsupported(detail: string, domain: number): DialogueError {
  return new DialogueError(
    errorNumbers.argumentUnsupported,
    domain,
    `argument unsupported: ${detail}`,
    formatted('argument unsupported: %s', detail),
  );
}

/** The calls from before the list-all ones say how many names they have room for; `limit` is what libvirt calls the maximum. */
export function checkRoom(maxnames: number, maximum: number, limit: string): void {
  if (maxnames < 0) throw rpcError('maxnames must be non-negative');
  if (maxnames > maximum) throw rpcError(`maxnames > ${limit}`);
}

/** Refuses bits of `flags` that `known` does not have; `where` is the function libvirt names, seen in its messages. */
export function checkFlags(flags: number, known: number, where: string, domain: number = domains.network): void {
  const unknown = (flags & ~known) >>> 0;
  if (unknown === 0) return;
  const message = `unsupported flags (0x${unknown.toString(16)}) in function ${where}`;
  throw new DialogueError(errorNumbers.invalidArgument, domain, message, { str1: where, str2: 'flags', int1: 0, int2: 0 });
}

/** How a refusal of Viaduct's is said in libvirt's words. */
interface Saying {
  readonly code: number;
  /** Of the driver that was called, where libvirt has the same error in several. */
  readonly domain: number | 'driver';
  /** libvirt's format: what people grep for stands before the detail. */
  readonly format: string;
  /** Nothing of libvirt's says this, so the way out may stand in the message. */
  readonly hinted?: true;
  /** What it is to libvirt where a device of the host is in the way: an errno. */
  readonly ofDevice?: Pick<Saying, 'code' | 'domain' | 'format'>;
}

const invalid = 'Requested operation is not valid: %s';
const internal = 'internal error: %s';
const xmlError = 'XML error: %s';

const sayings: Readonly<Record<ErrorCode, Saying>> = {
  'network-not-found': { code: 43, domain: domains.network, format: 'Network not found: %s' },
  'network-exists': { code: 9, domain: domains.network, format: 'operation failed: %s' },
  'port-not-found': { code: 107, domain: domains.network, format: 'network port not found: %s' },
  'port-exists': { code: 106, domain: domains.network, format: 'network port %s exists already' },
  'interface-not-found': { code: 57, domain: domains.interface, format: 'Interface not found: %s' },
  'interface-ambiguous': { code: 59, domain: domains.interface, format: 'multiple matching interfaces found: %s' },
  'guest-not-found': { code: 42, domain: domains.domain, format: 'Domain not found: %s' },
  'metadata-missing': { code: 111, domain: domains.network, format: 'metadata not found: %s' },
  'callback-not-found': { code: 1, domain: domains.rpc, format: internal },
  'operation-invalid': { code: 55, domain: 'driver', format: invalid },
  'xml-malformed': { code: 35, domain: 'driver', format: '%s' },
  'xml-root': { code: 27, domain: domains.xml, format: xmlError },
  'xml-invalid': { code: 27, domain: 'driver', format: xmlError },
  'xml-value': { code: 35, domain: 'driver', format: '%s' },
  'name-missing': { code: 21, domain: 'driver', format: '%s' },
  'uuid-invalid': { code: 1, domain: 'driver', format: internal },
  'config-unsupported': { code: 67, domain: 'driver', format: 'unsupported configuration: %s' },
  'range-invalid': { code: 1, domain: domains.none, format: internal },
  'schema-invalid': { code: 92, domain: domains.xml, format: 'XML document failed to validate against schema: %s' },
  'port-invalid': { code: 1, domain: 'driver', format: internal },
  'spec-invalid': { code: 27, domain: 'driver', format: xmlError },
  'mac-invalid': { code: 44, domain: 'driver', format: 'invalid MAC address: %s' },
  'invalid-argument': { code: 8, domain: 'driver', format: 'invalid argument: %s' },
  'flags-unsupported': { code: 8, domain: 'driver', format: '%s' },
  'operation-unsupported': { code: 84, domain: 'driver', format: 'Operation not supported: %s' },
  'no-driver-support': { code: 3, domain: 'driver', format: 'this function is not supported by the connection driver: %s' },
  'access-denied': { code: 88, domain: 'driver', format: 'access denied: %s' },
  'read-only': { code: 29, domain: 'driver', format: 'operation forbidden: %s' },
  'name-in-use': {
    code: 1,
    domain: 'driver',
    format: internal,
    hinted: true,
    ofDevice: { code: 38, domain: domains.none, format: '%s' },
  },
  'subnet-in-use': { code: 1, domain: domains.none, format: internal, hinted: true },
  'kernel-refused': { code: 38, domain: domains.none, format: '%s', hinted: true },
  'kernel-lacks': { code: 38, domain: domains.none, format: '%s', hinted: true },
  'program-missing': { code: 38, domain: domains.none, format: '%s', hinted: true },
  'apply-failed': { code: 1, domain: 'driver', format: internal, hinted: true },
  'verify-failed': { code: 1, domain: 'driver', format: internal, hinted: true },
  'plan-stale': { code: 55, domain: 'driver', format: invalid, hinted: true },
  timeout: { code: 68, domain: 'driver', format: 'Timed out during operation: %s' },
  unreachable: { code: 38, domain: domains.none, format: '%s', hinted: true },
  internal: { code: 1, domain: 'driver', format: internal },
};

/**
 * The error reply for anything that an operation threw. `api` and `domain` are the called function's;
 * `known` is false for what is a bug of ours, which the caller has to log.
 */
export function describeError(error: unknown, api: string, domain: number): { readonly wire: RemoteError; readonly known: boolean } {
  if (error instanceof DialogueError) return { wire: error.wire, known: true };
  if (!(error instanceof ViaductError))
    return { wire: internalError('an unexpected condition was logged by the daemon', domain).wire, known: false };
  const usual = sayings[error.code];
  const saying = 'link' in error.params && usual.ofDevice !== undefined ? { ...usual, ...usual.ofDevice } : usual;
  const detail = detailOf(error, saying, api);
  return {
    wire: remoteErrorOf(
      saying.code,
      saying.domain === 'driver' ? domain : saying.domain,
      saying.format.replace('%s', () => detail),
      formatted(saying.format, detail),
    ),
    known: true,
  };
}

function detailOf(error: ViaductError, saying: Saying, api: string): string {
  // Clients fall back to older calls when they see this code, and people look for the function's name.
  if (error.code === 'no-driver-support') return api;
  return saying.hinted && error.hint !== undefined ? `${asSentence(error.message)} ${error.hint}` : error.message;
}

/** libvirt's own words have no full stop; where more follows, they need one. */
function asSentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** virErrorLevel: error. */
const levelError = 2;

function remoteErrorOf(code: number, domain: number, message: string, more: Partial<RemoteError>): RemoteError {
  const plain = {
    code,
    domain,
    message: clip(message),
    level: levelError,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: -1,
    int2: -1,
    net: null,
  };
  return { ...plain, ...more, ...(more.str2 && { str2: clip(more.str2) }) };
}

/** A message may repeat what the client sent, which may be as long as the protocol allows for one string alone. */
function clip(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`;
}

const longestMessage = 65_536;

function formatted(format: string, detail: string): Partial<RemoteError> {
  return { str1: format, str2: detail };
}
