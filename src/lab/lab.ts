import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join, relative } from 'node:path';

import { ViaductError } from '../model/errors.ts';
import { connect } from '../rest/client.ts';
import { answering } from './answering.ts';
import { outside } from './addresses.ts';
import { checkConnectivity } from './check.ts';
import { openConsoleDoor } from './console-door.ts';
import { connectGuests, createGuests, listGuests } from './guests.ts';
import { labNetworks, networksByBridge } from './networks.ts';
import { conclusion, guestTable, isAsPromised, networkTable, verdictTable } from './report.ts';
import { newLabFolder, socketOf, writeLab } from './running.ts';
import { checkSandbox, needsUserNamespace, startInSandbox } from './sandbox.ts';
import { within } from './space.ts';
import { words } from './words.ts';
import { World } from './world.ts';

/** Descriptor of the pipe whose end tells the lab to end, however its owner went. */
const lifeline = 3;

/** Makes the namespaces and lives in them until Ctrl-C or the end of the check; then nothing is left. */
export async function up(checkOnly: boolean): Promise<number> {
  await checkSandbox();
  const folder = newLabFolder();
  const door = checkOnly ? undefined : await openConsoleDoor(socketOf(folder));
  try {
    process.stderr.write(`${words.building}\n`);
    const command = [process.execPath, program(), 'lab', 'inside', folder, ...(checkOnly ? ['--check'] : ['--console', door?.url ?? ''])];
    const holder = startInSandbox(command, { nameserver: outside.lan.ipv4, stdio: ['inherit', 'inherit', 'inherit', 'pipe'] });
    writeLab({ folder, socket: socketOf(folder), holder: holder.pid ?? 0, owner: process.pid, userNamespace: needsUserNamespace });
    return await ending(holder);
  } finally {
    door?.[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
    if (!checkOnly) process.stderr.write(`${words.removed}\n`);
  }
}

/** Waits for the lab's end; on a signal, or when the npm that started us is gone, asks for it. */
async function ending(holder: ChildProcess): Promise<number> {
  const parent = process.ppid;
  const cut = (): void => void (holder.stdio[lifeline] as Socket | undefined)?.destroy();
  const orphaned = setInterval(() => process.env.npm_lifecycle_event !== undefined && process.ppid !== parent && cut(), 1000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, cut);
  const [code] = (await once(holder, 'exit')) as [number | null];
  clearInterval(orphaned);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, cut);
  return code ?? 1;
}

/** The lab itself, already inside its namespaces. `consoleUrl` is where its owner shows the console. */
export async function liveInside(folder: string, checkOnly: boolean, consoleUrl = ''): Promise<number> {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true })); // Its owner may be gone by then.
  const end = endOfLife();
  const world = new World(within, folder);
  await world.build({ uplink: 'bridge' });
  const daemon = startDaemon(folder);
  try {
    const good = await Promise.race([show(world, folder, daemon.ready), end]);
    if (good === undefined) process.exit(130); // Cut short: what was under way ends with the namespaces.
    if (checkOnly) return good ? 0 : 1;
    say(words.hints(typedAs(program()), socketOf(folder), consoleUrl));
    const died = await Promise.race([end, daemon.died]);
    if (died === undefined) return 0;
    process.stderr.write(`${words.daemonDied(died)}\n`);
    return 1;
  } finally {
    daemon.stop();
    world.close();
  }
}

/** Fills the lab, prints what it has, and resolves to whether all is as promised. */
async function show(world: World, folder: string, daemonReady: Promise<void>): Promise<boolean> {
  const began = performance.now();
  await Promise.all([world.startServices(), createGuests(world), daemonReady]);
  await defineNetworks(folder);
  await Promise.all(labNetworks.flatMap(({ subnets }) => subnets).map((subnet) => world.announce(subnet)));
  const withoutLease = await connectGuests(world);
  say(`${networkTable()}\n${await guestTable(await listGuests(world), networksByBridge)}`);
  for (const guest of withoutLease) say(words.noLease(guest));
  process.stderr.write(`${words.checking}\n`);
  const verdicts = await checkConnectivity(world);
  say(`${words.checkTitle}\n\n${verdictTable(verdicts)}\n${conclusion(verdicts)}`);
  say(words.built(((performance.now() - began) / 1000).toFixed(1)));
  return isAsPromised(verdicts) && withoutLease.length === 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The daemon brings `default` itself; the others are ours. */
async function defineNetworks(folder: string): Promise<void> {
  using client = connect({ socketPath: socketOf(folder) });
  const present = new Map((await client.call('network.list', {})).map((network) => [network.name, network]));
  for (const { name, xml } of labNetworks) {
    if (!present.has(name)) await client.call('network.define', { xml });
    if (present.get(name)?.active !== true) await client.call('network.start', { network: name });
  }
}

/** Resolves when the owner lets go of its end of the pipe. */
function endOfLife(): Promise<undefined> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const pipe = new Socket({ fd: lifeline }).resume().unref();
  return new Promise((resolve) => pipe.once('close', () => resolve(undefined)));
}

interface Daemon {
  /** Resolves when it answers, rejects when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with the end of its log when it ends. */
  readonly died: Promise<string>;
  stop(): void;
}

function startDaemon(folder: string): Daemon {
  const log = join(folder, 'daemon.log');
  const output = openSync(log, 'a');
  const argv = [
    'daemon',
    '--state-dir',
    join(folder, 'state'),
    '--run-dir',
    join(folder, 'run'),
    '--socket',
    socketOf(folder),
    '--libvirt-dir',
    join(folder, 'libvirt'),
  ];
  // A session of its own: Ctrl-C is ours to answer.
  const child = spawn(process.execPath, [program(), ...argv], { stdio: ['ignore', output, output], detached: true });
  const died = once(child, 'exit').then(() => readFileSync(log, 'utf8').split('\n').slice(-20).join('\n'));
  const ready = Promise.race([
    answering(socketOf(folder)),
    died.then((text) => Promise.reject(new ViaductError('unreachable', words.daemonDied(text)))),
  ]);
  return { ready, died, stop: () => void child.kill() };
}

/** How a user in the same folder types it. */
function typedAs(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** This program, by the path it was started under. */
function program(): string {
  return realpathSync(process.argv[1] ?? '');
}
