import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { outside } from '../../src/lab/addresses.ts';
import { answering } from '../../src/lab/answering.ts';
import type { Done } from '../../src/lab/command.ts';
import type { Guest } from '../../src/lab/guest.ts';
import { needsUserNamespace, startInSandbox } from '../../src/lab/sandbox.ts';
import { through, type Space } from '../../src/lab/space.ts';
import { World } from '../../src/lab/world.ts';
import { connect, type Client } from '../../src/rest/client.ts';

/** The program under test: that of this checkout, wherever in it (or in a bundle below it) we are, or an installed one. */
export const viaduct = process.env.VIADUCT ?? findProgram(import.meta.dirname);

export interface TestHostOptions {
  /** Start the daemon at once; true unless said otherwise. */
  readonly daemon?: boolean;
  readonly uplink?: 'plain' | 'bridge';
  /** Name, web and address service on the outside; true unless said otherwise. */
  readonly services?: boolean;
}

/**
 * A host to test on: namespaces with an uplink and an outside, the built daemon, guests. Nothing of it can
 * outlive the test process: the namespaces' process 1 ends when our end of its input closes.
 */
export class TestHost implements AsyncDisposable {
  readonly folder: string;
  readonly world: World;
  readonly #holder: ChildProcess;
  /** Inside the namespaces. */
  #daemonPid: number | undefined;
  #client: Client | undefined;
  #guests = 0;

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.#holder = holder;
    this.world = new World(through(holder.pid ?? 0, needsUserNamespace), folder);
  }

  static async create({ daemon = true, uplink = 'plain', services = true }: TestHostOptions = {}): Promise<TestHost> {
    const folder = mkdtempSync(join(tmpdir(), 'viaduct-test-'));
    linkRunFolder(folder);
    const holder = startInSandbox(['sh', '-c', 'echo ready; exec cat'], {
      nameserver: outside.lan.ipv4,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const test = new TestHost(folder, holder);
    process.once('exit', test.#removeFolder);
    try {
      await firstLine(holder);
      await test.world.build({ uplink });
      if (services) await test.world.startServices();
      if (daemon) await test.startDaemon();
      return test;
    } catch (error) {
      await test.close();
      throw error;
    }
  }

  get host(): Space {
    return this.world.host;
  }

  get outside(): Space {
    return this.world.outside;
  }

  get socket(): string {
    return join(this.folder, 'viaduct.sock');
  }

  /** The daemon's REST door, from outside the namespaces. */
  get client(): Client {
    this.#client ??= connect({ socketPath: this.socket });
    return this.#client;
  }

  /** Starts `viaduct daemon` on this host and waits until it answers; resolves to the milliseconds that took. */
  async startDaemon(...more: readonly string[]): Promise<number> {
    const began = performance.now();
    const log = join(this.folder, 'daemon.log');
    const command = `echo $$ > ${this.folder}/daemon.pid; exec "$0" daemon --no-default-network --state-dir ${this.folder}/state --run-dir ${this.folder}/run --socket ${this.socket} "$@" >> ${log} 2>&1`;
    const child = this.host.start(['sh', '-c', command, viaduct, ...more]);
    const ended = once(child, 'exit').then(() =>
      Promise.reject(new Error(`the daemon ended; its log says:\n${readFileSync(log, 'utf8')}`)),
    );
    await Promise.race([answering(this.socket), ended]);
    ended.catch(() => undefined); // Later it may end as it likes.
    this.#daemonPid = Number(readFileSync(join(this.folder, 'daemon.pid'), 'utf8'));
    return performance.now() - began;
  }

  /** Sends the daemon a signal and waits until it is gone. */
  async stopDaemon(signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
    const pid = this.#daemonPid;
    if (pid === undefined) return;
    this.#daemonPid = undefined;
    this.#client?.[Symbol.dispose]();
    this.#client = undefined;
    await this.host.sh(`kill -${signal} ${pid}; while [ -d /proc/${pid} ]; do sleep 0.02; done`);
  }

  get daemonPid(): number {
    if (this.#daemonPid === undefined) throw new Error('the daemon is not running');
    return this.#daemonPid;
  }

  /** The command line as a user types it. */
  cli(...argv: readonly string[]): Promise<Done> {
    return this.host.run([viaduct, '--socket', this.socket, ...argv], { env: { LC_ALL: 'C.UTF-8' } });
  }

  /** As {@link cli}, for commands that have to succeed. */
  async must(...argv: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.cli(...argv);
    if (code !== 0) throw new Error(`viaduct ${argv.join(' ')} failed with status ${code}: ${stderr}`);
    return stdout;
  }

  /** Writes a definition to a file and hands it to `net-define` or another command. */
  async withXml(command: string, xml: string, ...more: readonly string[]): Promise<string> {
    return this.must(command, this.file('definition.xml', xml), ...more);
  }

  /** Defines and starts a network; resolves to its name. */
  async start(xml: string): Promise<string> {
    const { name } = await this.client.call('network.define', { xml });
    await this.client.call('network.start', { network: name });
    return name;
  }

  file(name: string, text: string): string {
    mkdirSync(join(this.folder, 'files'), { recursive: true });
    const path = join(this.folder, 'files', name);
    writeFileSync(path, text);
    return path;
  }

  /** A guest with its NIC plugged into a bridge; its MAC is 52:54:00:00:00:NN in the order of their making. */
  async guest(bridge?: string, { name, mac, mtu }: { name?: string; mac?: string; mtu?: number } = {}): Promise<TestGuest> {
    const number = this.#guests++;
    const link = `vnet${number}`;
    const address = mac ?? `52:54:00:00:${hex(number >> 8)}:${hex(number & 255)}`;
    const guest = this.world.guest(name ?? `guest${number}`);
    await guest.create({ link, mac: address, ...(mtu === undefined ? {} : { mtu }) });
    if (bridge !== undefined) await guest.plug(link, bridge);
    return Object.assign(guest, { link, mac: address });
  }

  /** Every dnsmasq on the host that is not the outside's: what the daemon runs. */
  async dnsmasqPids(): Promise<readonly number[]> {
    const script =
      'for p in /proc/[0-9]*; do if [ "$(cat $p/comm 2>/dev/null)" = dnsmasq ] && [ "$(readlink $p/ns/net)" = "$(readlink /proc/self/ns/net)" ]; then echo ${p#/proc/}; fi; done';
    return (await this.host.sh(script)).split('\n').filter(Boolean).map(Number);
  }

  async close(): Promise<void> {
    this.#client?.[Symbol.dispose]();
    this.world.close();
    const ended = this.#holder.exitCode === null ? once(this.#holder, 'exit') : undefined;
    this.#holder.stdin?.end();
    await ended;
    this.#removeFolder();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #removeFolder = (): void => {
    process.off('exit', this.#removeFolder);
    if (process.env.VIADUCT_KEEP !== undefined) return;
    rmSync(realpathSync(join(this.folder, 'run')), { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  };
}

export type TestGuest = Guest & { readonly link: string; readonly mac: string };

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Asks again until the answer is no longer undefined or false; fails with what was waited for. */
export async function eventually<Answer>(what: string, ask: () => Promise<Answer | undefined | false>, timeoutMs = 5000): Promise<Answer> {
  for (const deadline = Date.now() + timeoutMs; ; await pause(50)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
  }
}

/** In memory, as /run is on every host with systemd. */
function linkRunFolder(folder: string): void {
  const memory = '/dev/shm';
  const run = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'viaduct-run-'));
  chmodSync(run, 0o755);
  symlinkSync(run, join(folder, 'run'));
}

function findProgram(folder: string): string {
  const path = join(folder, 'bin/viaduct');
  return existsSync(path) ? path : findProgram(dirname(folder));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

async function firstLine(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new TypeError('its output has to be piped');
  const lines = createInterface({ input: child.stdout });
  await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`no namespaces: unshare ended with ${code}`))),
  ]);
}
