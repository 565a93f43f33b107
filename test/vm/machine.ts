import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { answering } from '../../src/lab/answering.ts';
import { within, type Space } from '../../src/lab/space.ts';
import { World } from '../../src/lab/world.ts';
import { connect, type Client } from '../../src/rest/client.ts';
import { viaduct } from '../netns/harness.ts';

/** The virtual machine itself as the host, with its services and files: for what a namespace cannot stand in for. */
export class Machine {
  readonly folder = mkdtempSync('/tmp/viaduct-machine-');
  /** Its guests are namespaces of the machine. */
  readonly world = new World(within, this.folder);
  #daemon: ChildProcess | undefined;
  #client: Client | undefined;

  get host(): Space {
    return this.world.host;
  }

  get socket(): string {
    return join(this.folder, 'viaduct.sock');
  }

  /** There while a change of the host waits to be confirmed. */
  get checkpoint(): string {
    return join(this.folder, 'state/checkpoint.json');
  }

  get client(): Client {
    this.#client ??= connect({ socketPath: this.socket });
    return this.#client;
  }

  /** @param more Further arguments of `viaduct daemon`. */
  async startDaemon(...more: readonly string[]): Promise<void> {
    const { socket } = this;
    const log = join(this.folder, 'daemon.log');
    const output = openSync(log, 'a');
    const folders = ['--state-dir', join(this.folder, 'state'), '--run-dir', join(this.folder, 'run'), '--socket', socket];
    this.#daemon = this.host.start([viaduct, 'daemon', '--no-default-network', ...folders, ...more], ['ignore', output, output]);
    const ended = once(this.#daemon, 'exit').then(() =>
      Promise.reject(new Error(`the daemon ended; its log says:\n${readFileSync(log, 'utf8')}`)),
    );
    await Promise.race([answering(socket), ended]);
    ended.catch(() => undefined); // Later it may end as it likes.
  }

  async stopDaemon(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined) return;
    this.#daemon = undefined;
    this.#client?.[Symbol.dispose]();
    this.#client = undefined;
    const ended = once(daemon, 'exit');
    daemon.kill(signal);
    await ended;
  }

  /** The command line as a user types it. */
  run(...argv: readonly string[]): ReturnType<Space['run']> {
    return this.host.run([viaduct, '--socket', join(this.folder, 'viaduct.sock'), ...argv], { env: { LC_ALL: 'C.UTF-8' } });
  }

  /** Fails where that fails. */
  must(...argv: readonly string[]): Promise<string> {
    return this.host.must([viaduct, '--socket', this.socket, ...argv], { env: { LC_ALL: 'C.UTF-8' } });
  }

  async close(): Promise<void> {
    await this.stopDaemon();
    this.world.close();
  }
}
