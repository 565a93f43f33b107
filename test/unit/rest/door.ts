import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ViaductEvent } from '../../../src/model/event.ts';
import { emptyCatalog } from '../../../src/model/catalog.ts';
import { serveRest } from '../../../src/rest/server.ts';
import type { Caller, Log } from '../../../src/service/context.ts';
import type { Service } from '../../../src/service/service.ts';

export interface Call {
  readonly caller: Caller;
  readonly name: string;
  readonly input: unknown;
}

export interface Door extends AsyncDisposable {
  readonly socketPath: string;
  readonly calls: Call[];
  readonly logged: object[];
  emit(event: ViaductEvent): void;
  listeners(): number;
  http(
    method: string,
    path: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown; text: string }>;
}

/** A real REST door on a real socket; behind it a service that notes what it is asked and answers with `answer`. */
export async function openDoor(answer: (call: Call) => unknown = () => ({}), tcpPort?: number): Promise<Door> {
  const folder = await mkdtemp(join(tmpdir(), 'viaduct-rest-'));
  const socketPath = join(folder, 'socket');
  const calls: Call[] = [];
  const logged: object[] = [];
  const listeners = new Set<(event: ViaductEvent) => void>();
  const service: Service = {
    async runOperation(caller, name, input) {
      const call = { caller, name, input };
      calls.push(call);
      return answer(call) as never;
    },
    subscribe(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
    catalog: () => emptyCatalog,
    close: async () => undefined,
  };
  const note = (details: object): void => void logged.push(details);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const server = await serveRest(service, {
    socketPath,
    ...(tcpPort === undefined ? {} : { listen: { host: '127.0.0.1', port: tcpPort } }),
    log,
    credentials: () => ({ uid: 0, gid: 0, pid: 42 }),
    loopbackUser: () => undefined,
  });
  return {
    socketPath,
    calls,
    logged,
    emit: (event) => listeners.forEach((listener) => listener(event)),
    listeners: () => listeners.size,
    http: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = request({ socketPath, method, path, headers }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              text,
              body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
            }),
          );
        });
        outgoing.once('error', reject);
        outgoing.end(body);
      }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
