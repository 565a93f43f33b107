import koffi from 'koffi';
import { closeSync, constants, readSync } from 'node:fs';
import { addressOf, checked, KernelError, libc } from './libc.ts';
import { openProcess } from './pidfd.ts';

/**
 * Programs started by posix_spawn(3), which shares our memory until the program is loaded. Node forks instead, and copying
 * the page tables of a daemon costs 3 ms each time; this costs 0.4.
 */
const library = koffi.load(null);
const spawnp = library.func('int posix_spawnp(void *pid, const char *file, void *actions, void *attributes, void *argv, void *envp)') as (
  pid: Buffer,
  file: string,
  actions: Buffer,
  attributes: Buffer,
  argv: Buffer,
  envp: Buffer,
) => number;
const initActions = library.func('int posix_spawn_file_actions_init(void *actions)') as (actions: Buffer) => number;
const destroyActions = library.func('int posix_spawn_file_actions_destroy(void *actions)') as (actions: Buffer) => number;
const addOpen = library.func(
  'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, unsigned int mode)',
) as (actions: Buffer, fd: number, path: string, flags: number, mode: number) => number;
const addDup = library.func('int posix_spawn_file_actions_adddup2(void *actions, int fd, int as)') as (
  actions: Buffer,
  fd: number,
  as: number,
) => number;
const initAttributes = library.func('int posix_spawnattr_init(void *attributes)') as (attributes: Buffer) => number;
const setFlags = library.func('int posix_spawnattr_setflags(void *attributes, short flags)') as (
  attributes: Buffer,
  flags: number,
) => number;
const setDefaults = library.func('int posix_spawnattr_setsigdefault(void *attributes, const void *signals)') as (
  attributes: Buffer,
  signals: Buffer,
) => number;
const pipe2 = library.func('int pipe2(void *fds, int flags)') as (fds: Buffer, flags: number) => number;
const waitpid = library.func('int waitpid(int pid, void *status, int options)') as (pid: number, status: Buffer, options: number) => number;

const POSIX_SPAWN_SETSIGDEF = 0x04;
const O_CLOEXEC = 0o2000000;
const POLLIN = 1;
/** posix_spawn_file_actions_t is 80 bytes in glibc and musl on 64 bits, posix_spawnattr_t 336; both with room to spare. */
const opaqueBytes = 512;

export interface Ended {
  /** The exit status; 128 and the signal's number when a signal ended it. */
  readonly code: number;
  /** What it wrote to standard error, at most 64 KiB. */
  readonly words: string;
}

/**
 * Runs a program that ends soon, or that goes into the background. Standard input and output are /dev/null, the
 * environment is the given one, signals are at their defaults. Past `withinMs` it is killed.
 *
 * @throws KernelError `ENOENT` when there is no such program.
 */
export async function runBriefly(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  withinMs: number,
): Promise<Ended> {
  const ends = Buffer.alloc(8);
  checked(pipe2(ends, O_CLOEXEC), 'pipe2');
  const [readEnd, writeEnd] = [ends.readInt32LE(0), ends.readInt32LE(4)];
  let pid: number;
  try {
    pid = spawnWith(program, args, environment, writeEnd);
  } catch (error) {
    closeSync(readEnd);
    throw error;
  } finally {
    closeSync(writeEnd);
  }
  return new Promise((resolve) => {
    const child = openProcess(pid);
    const deadline = setTimeout(() => child?.signal('SIGKILL'), withinMs);
    const over = (): void => {
      clearTimeout(deadline);
      const words = readReady(readEnd);
      closeSync(readEnd);
      resolve({ code: collect(pid), words });
    };
    if (child === undefined) over();
    else child.onExit(over);
  });
}

function spawnWith(program: string, args: readonly string[], environment: Readonly<Record<string, string>>, stderr: number): number {
  const pid = Buffer.alloc(4);
  const actions = Buffer.alloc(opaqueBytes);
  const attributes = Buffer.alloc(opaqueBytes);
  const every = Buffer.alloc(128, 0xff);
  const argv = stringVector([program, ...args]);
  const envp = stringVector(Object.entries(environment).map(([name, value]) => `${name}=${value}`));
  refuse(initActions(actions), 'posix_spawn_file_actions_init');
  try {
    refuse(addOpen(actions, 0, '/dev/null', constants.O_RDONLY, 0), 'posix_spawn_file_actions_addopen');
    refuse(addOpen(actions, 1, '/dev/null', constants.O_WRONLY, 0), 'posix_spawn_file_actions_addopen');
    refuse(addDup(actions, stderr, 2), 'posix_spawn_file_actions_adddup2');
    refuse(initAttributes(attributes), 'posix_spawnattr_init');
    refuse(setFlags(attributes, POSIX_SPAWN_SETSIGDEF), 'posix_spawnattr_setflags');
    refuse(setDefaults(attributes, every), 'posix_spawnattr_setsigdefault');
    refuse(spawnp(pid, program, actions, attributes, argv.pointers, envp.pointers), `posix_spawn ${program}`);
  } finally {
    destroyActions(actions);
  }
  return pid.readInt32LE(0);
}

/** A NULL-terminated array of C strings. The strings live as long as the returned value. */
function stringVector(texts: readonly string[]): { readonly pointers: Buffer; readonly strings: readonly Buffer[] } {
  const strings = texts.map((text) => Buffer.from(`${text}\0`));
  const pointers = Buffer.alloc(8 * (strings.length + 1));
  for (const [at, string] of strings.entries()) pointers.writeBigUInt64LE(addressOf(string), 8 * at);
  return { pointers, strings };
}

/** posix_spawn's family answers with the errno itself. */
function refuse(errno: number, call: string): void {
  if (errno !== 0) throw new KernelError(errno, call);
}

/** What lies in a pipe now; its other end may stay open in a process that went into the background. */
function readReady(fd: number): string {
  const chunk = Buffer.alloc(65_536);
  const poll = Buffer.alloc(8);
  poll.writeInt32LE(fd, 0);
  poll.writeInt16LE(POLLIN, 4);
  const ready = checked(libc.poll(poll, 1, 0), 'poll') > 0 && (poll.readInt16LE(6) & POLLIN) !== 0;
  return ready ? chunk.toString('utf8', 0, readSync(fd, chunk)) : '';
}

/** Takes an ended child's status, so that it does not stay as a zombie. Status as in wait(2). */
function collect(pid: number): number {
  const status = Buffer.alloc(4);
  checked(waitpid(pid, status, 0), 'waitpid');
  const value = status.readInt32LE(0);
  return (value & 0x7f) === 0 ? (value >> 8) & 0xff : 128 + (value & 0x7f);
}
