import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { ViaductError } from '../model/errors.ts';
import type { ViaductEvent } from '../model/event.ts';
import type { Input, OperationName, Output } from '../service/operation-types.ts';
import type { ErrorBody } from './errors.ts';
import { exchange } from './exchange.ts';
import { callPath, eventsPath } from './paths.ts';

/** Inputs and answers of every call. */
export type * from '../service/operation-types.ts';

/** The daemon, from another process. Throws what the daemon refused as the `ViaductError` it was there. */
export interface Client extends Disposable {
  call<Name extends OperationName>(name: Name, input: Input<Name>, signal?: AbortSignal): Promise<Output<Name>>;
  /** Resolves once the daemon listens for us: nothing that happens afterwards is missed. Ends with `signal`. */
  events(options?: { readonly network?: string; readonly signal?: AbortSignal }): Promise<AsyncIterable<ViaductEvent>>;
}

export interface ClientOptions {
  readonly socketPath: string;
}

/** Opens no connection yet; a daemon that is not there shows at the first call, as `unreachable`. Disposing ends what is under way. */
export function connect({ socketPath }: ClientOptions): Client {
  const closing = new AbortController();
  // Each call under way listens to it, however many there are.
  setMaxListeners(0, closing.signal);
  const either = (signal: AbortSignal | undefined): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
  return {
    async call(name, input, signal) {
      const ended = either(signal);
      const { status, body } = await exchange(socketPath, `${callPath}/${name}`, JSON.stringify(input), ended).catch((cause: unknown) => {
        throw ended.aborted ? ended.reason : explain(cause, socketPath);
      });
      if (status === 200) return JSON.parse(body);
      throw toError(body, status);
    },
    async events({ network, signal } = {}) {
      // A signal of its own: a socket of node:http never takes its listener off again (Node 20).
      const ended = AbortSignal.any(signal === undefined ? [closing.signal] : [closing.signal, signal]);
      const query = network === undefined ? '' : `?network=${encodeURIComponent(network)}`;
      const response = await openStream(socketPath, `${eventsPath}${query}`, ended);
      if (response.statusCode !== 200) throw toError(await readText(response), response.statusCode);
      return readEvents(response, ended, socketPath);
    },
    [Symbol.dispose]() {
      closing.abort();
    },
  };
}

async function openStream(socketPath: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path, headers: { host: 'viaduct' }, signal }, resolve);
    request.once('error', (cause) => reject(signal.aborted ? cause : explain(cause, socketPath)));
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of chunks(response)) text += chunk;
  return text;
}

/** Server-sent events: blocks of `data:` lines, an empty line between them; comments begin with a colon. */
async function* readEvents(response: IncomingMessage, signal: AbortSignal, socketPath: string): AsyncGenerator<ViaductEvent> {
  let rest = '';
  try {
    for await (const chunk of chunks(response)) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) if (block.startsWith('data: ')) yield JSON.parse(block.slice('data: '.length)) as ViaductEvent;
    }
  } catch (cause) {
    if (!signal.aborted) throw explain(cause, socketPath);
  }
}

function chunks(response: IncomingMessage): AsyncIterable<string> {
  return response.setEncoding('utf8');
}

function toError(text: string, status: number | undefined): ViaductError {
  let body: Partial<ErrorBody> = {};
  try {
    body = JSON.parse(text) as Partial<ErrorBody>;
  } catch {
    // Not the daemon's words; the status is all there is.
  }
  const { error } = body;
  if (error === undefined) return new ViaductError('internal', `The daemon answered with status ${status}.`);
  return new ViaductError(error.code, error.message, { hint: error.hint, params: error.params });
}

function explain(cause: unknown, socketPath: string): ViaductError {
  const { code, message }: { code?: unknown; message: string } = cause instanceof Error ? cause : new Error(String(cause));
  const params = { path: socketPath };
  switch (code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return new ViaductError('unreachable', `No daemon answers on ${socketPath}.`, {
        hint: 'Start it with "sudo viaduct daemon", or name its socket with --socket or VIADUCT_SOCKET.',
        params,
        cause,
      });
    case 'EACCES':
      return new ViaductError('access-denied', `You may not use the socket ${socketPath}.`, {
        hint: 'Run the command with sudo, or become a member of the group "viaduct" or "libvirt".',
        params,
        cause,
      });
    default:
      return new ViaductError('unreachable', `The connection to the daemon on ${socketPath} broke: ${message}.`, {
        hint: 'Its log tells more.',
        params,
        cause,
      });
  }
}
