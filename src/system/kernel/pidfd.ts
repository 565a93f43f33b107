import { closeSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { hasCode } from '../errno.ts';
import { readText } from '../files.ts';
import { checked, libc, watchReadable } from './libc.ts';

/** Numbers that are the same on every architecture, since Linux 5.1, 5.3 and 5.6. */
const SYS_pidfd_send_signal = 424;
const SYS_pidfd_open = 434;
const SYS_pidfd_getfd = 438;

/**
 * A process that cannot be mistaken for another: a descriptor stays with the process it was opened for, while
 * its number may be given to the next one. Its end is noticed at once, whoever its parent is, and also when
 * nobody collects it.
 */
export interface Process extends Disposable {
  readonly pid: number;
  /** Its program and arguments; empty when it has ended. */
  commandLine(): readonly string[];
  /** The numbers of its open files; none when it has ended. */
  descriptors(): readonly number[];
  /** One of its open files, as a descriptor of ours; undefined when it has closed it by now. Throws `EPERM` where we may not. */
  duplicate(descriptor: number): number | undefined;
  /** False when it has ended already. */
  signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGHUP'): boolean;
  /** Called once, from the event loop, when it has ended. Does not keep our own process alive. */
  onExit(listener: () => void): void;
}

/** Undefined when there is no such process. */
export function openProcess(pid: number): Process | undefined {
  let fd: number;
  try {
    fd = checked(libc.syscall(SYS_pidfd_open, pid, 0, 0, 0), 'pidfd_open');
  } catch (error) {
    if (hasCode(error, 'ESRCH', 'EINVAL')) return undefined;
    throw error;
  }
  const listeners: (() => void)[] = [];
  let watch: Disposable | undefined;
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    watch?.[Symbol.dispose]();
    closeSync(fd);
  };
  // By the descriptor, and not by the number: /proc may be that of another pid namespace than ours (unshare --pid).
  const procFolder = (): string | undefined => {
    const number = open ? /^Pid:\s+(\d+)$/m.exec(readText(`/proc/self/fdinfo/${fd}`) ?? '')?.[1] : undefined;
    return number === undefined ? undefined : `/proc/${number}`;
  };
  return {
    pid,
    commandLine: () => {
      const folder = procFolder();
      return folder === undefined ? [] : (readText(`${folder}/cmdline`) ?? '').split('\0');
    },
    descriptors: () => {
      const folder = procFolder();
      try {
        return folder === undefined ? [] : readdirSync(`${folder}/fd`).map(Number);
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'ESRCH')) return [];
        throw error;
      }
    },
    duplicate: (descriptor) => {
      if (!open) return undefined;
      try {
        return checked(libc.syscall(SYS_pidfd_getfd, fd, descriptor, 0, 0), 'pidfd_getfd');
      } catch (error) {
        if (hasCode(error, 'ESRCH', 'EBADF')) return undefined;
        throw error;
      }
    },
    signal: (name) => {
      if (!open) return false;
      try {
        checked(libc.syscall(SYS_pidfd_send_signal, fd, constants.signals[name], 0, 0), 'pidfd_send_signal');
        return true;
      } catch (error) {
        if (hasCode(error, 'ESRCH')) return false;
        throw error;
      }
    },
    onExit: (listener) => {
      listeners.push(listener);
      watch ??= watchReadable(fd, () => {
        close();
        for (const each of listeners.splice(0)) each();
      });
    },
    [Symbol.dispose]: close,
  };
}
