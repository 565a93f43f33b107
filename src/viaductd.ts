import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pino, { type Logger } from 'pino';
import { ViaductError } from './model/errors.ts';
import { parseIfName } from './model/units.ts';
import { version } from './model/version.ts';
import { parseConfig, type Config } from './service/config.ts';
import { createService } from './service/create-service.ts';
import type { Hypervisor } from './service/hypervisor.ts';
import type { Service } from './service/service.ts';
import { DiskStore } from './service/store.ts';
import { bootId } from './system/boot.ts';
import { captureLink } from './system/capture.ts';
import { lockFile } from './system/lock.ts';
import { notifyManager } from './system/notify.ts';
import { openTap } from './system/kernel/links.ts';
import { peerCredentials, sendDescriptor } from './system/peer.ts';
import { openSystem } from './system/real.ts';
import { loopbackPeer } from './system/tcp-peer.ts';
import { startWatchdog } from './watchdog.ts';

/** What a command line may say; each wins over the configuration file. */
export interface DaemonOptions {
  readonly stateDir?: string | undefined;
  readonly runDir?: string | undefined;
  readonly socket?: string | undefined;
  /** Folder for libvirt's sockets; none are made without it, so that a host's own libvirt is never hijacked. */
  readonly libvirtDir?: string | undefined;
  /** `host:port` for browsers. */
  readonly listen?: string | undefined;
  /** Configuration file; /etc/viaduct/viaduct.yaml, unless a state folder is given. */
  readonly config?: string | undefined;
  readonly defaultNetwork?: boolean | undefined;
}

export interface Daemon extends AsyncDisposable {
  readonly service: Service;
  readonly log: Logger;
  readonly socket: string;
  /** Reads the configuration file and the host's resolvers again. */
  reload(): Promise<void>;
}

const usualConfig = '/etc/viaduct/viaduct.yaml';

/** Recovers what was running, opens the doors, and keeps the host as defined until it is disposed of. Networks stay. */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const config = readConfig(options);
  const { stateDir, runDir, socket = join(runDir, 'viaduct.sock') } = config;
  const log = pino({ level: config.log.level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  // What is opened is closed in the opposite order.
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    for (const folder of [stateDir, runDir]) {
      const lock = takeFolder(folder);
      closing.push(() => lock[Symbol.dispose]());
    }
    const system = await openSystem({ runDir, leaseDir: join(stateDir, 'leases'), log });
    closing.push(() => system.close());
    const store = await DiskStore.open({ stateDir, runDir }, bootId(), log);
    const service = await createService({
      system,
      store,
      log,
      defaultNetwork: config.defaultNetwork,
      historyFile: join(stateDir, 'history.jsonl'),
      hypervisor: hypervisorIn(config.libvirt.directory),
      startWatchdog: () => startWatchdog({ stateDir, runDir }),
    });
    closing.push(() => service.close());
    for await (const door of openDoors(service, { ...config, socket }, log)) closing.push(() => door[Symbol.asyncDispose]());
    log.info({ version, stateDir, runDir, socket, networks: service.catalog().networks.size }, `Viaduct ${version} answers on ${socket}.`);
    return {
      service,
      log,
      socket,
      async reload() {
        log.level = readConfig(options).log.level;
        await service.refresh();
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** `viaduct daemon`: runs until SIGTERM or SIGINT; SIGHUP reloads. Resolves to the exit status. */
export async function runDaemon(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'state-dir': { type: 'string' },
      'run-dir': { type: 'string' },
      socket: { type: 'string' },
      'libvirt-dir': { type: 'string' },
      listen: { type: 'string' },
      config: { type: 'string' },
      'no-default-network': { type: 'boolean' },
    },
  });
  const daemon = await startDaemon({
    stateDir: values['state-dir'],
    runDir: values['run-dir'],
    socket: values.socket,
    libvirtDir: values['libvirt-dir'],
    listen: values.listen,
    config: values.config,
    defaultNetwork: values['no-default-network'] === true ? false : undefined,
  });
  // A bug of ours in one corner must not end what everybody else relies on.
  for (const kind of ['uncaughtException', 'unhandledRejection'])
    process.on(kind, (cause) => daemon.log.error({ err: cause }, `A bug in Viaduct: ${kind}.`));
  notifyManager(`READY=1\nMAINPID=${process.pid}`);
  process.on(
    'SIGHUP',
    () => void daemon.reload().catch((cause: unknown) => daemon.log.error({ err: cause }, 'The configuration stays as it was.')),
  );
  // The doors and the kernel's events keep the process alive; the data plane needs none of it.
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  notifyManager('STOPPING=1');
  await daemon[Symbol.asyncDispose]();
  return 0;
}

/** The file's settings, with the command line's in front of them and paths made absolute. */
function readConfig({ stateDir, runDir, socket, libvirtDir, listen, config, defaultNetwork }: DaemonOptions): Config {
  const path = config ?? (stateDir === undefined && existsSync(usualConfig) ? usualConfig : undefined);
  const file = parseConfig(path === undefined ? '' : readFileSync(path, 'utf8'), path ?? '');
  return {
    ...file,
    stateDir: resolve(stateDir ?? file.stateDir),
    runDir: resolve(runDir ?? file.runDir),
    ...(socket !== undefined && { socket: resolve(socket) }),
    ...(listen !== undefined && { listen }),
    libvirt: { ...file.libvirt, ...(libvirtDir !== undefined && { directory: resolve(libvirtDir) }) },
    ...(defaultNetwork !== undefined && { defaultNetwork }),
  };
}

/** A folder belongs to one daemon at a time. */
function takeFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const lock = lockFile(join(folder, 'lock'));
  if (Symbol.dispose in lock) return lock;
  throw new ViaductError('name-in-use', `Another daemon, process ${lock.holder}, keeps its files in ${folder}.`, {
    hint: 'Give this one other folders with --state-dir and --run-dir.',
  });
}

/** The hypervisor's daemon of this host, asked when somebody wants to know; its client is loaded then. */
function hypervisorIn(folder: string | undefined): Hypervisor {
  const options = folder === undefined ? {} : { directory: folder };
  const client = () => import('./rpc/hypervisor.ts');
  return {
    guests: async () => (await client()).hypervisorGuests(options),
    interfaces: async (guest, { inactive }) => (await client()).guestInterfaces(guest, { ...options, inactive }),
    addresses: async (guest, { source }) => (await client()).guestAddresses(guest, { ...options, source }),
  };
}

async function* openDoors(service: Service, config: Config & { readonly socket: string }, log: Logger): AsyncGenerator<AsyncDisposable> {
  const { socket, listen, libvirt, tls, tokenFile = join(config.stateDir, 'console-token') } = config;
  const { serveRest } = await import('./rest/server.ts');
  const consoleDir = join(import.meta.dirname, 'console');
  yield await serveRest(service, {
    socketPath: socket,
    ...(listen !== undefined && { listen: { ...hostAndPort(listen), ...(tls !== undefined && { tls: { ...tls, tokenFile } }) } }),
    capture: captureLink,
    ...(existsSync(consoleDir) && { consoleDir }),
    credentials: peerCredentials,
    taps: { open: (tap) => openTap({ ...tap, name: parseIfName(tap.name)! }), send: sendDescriptor, close: closeSync },
    loopbackUser: loopbackPeer,
    log,
  });
  if (libvirt.directory === undefined) return;
  const { serveLibvirt } = await import('./rpc/server.ts');
  yield await serveLibvirt(service, { directory: libvirt.directory, writeGroup: libvirt.writeGroup, credentials: peerCredentials, log });
}

function hostAndPort(text: string): { host: string; port: number } {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return { host, port: Number(port) };
}
