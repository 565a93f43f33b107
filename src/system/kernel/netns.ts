import { closeSync, openSync } from 'node:fs';
import { checked, libc } from './libc.ts';

const CLONE_NEWNET = 0x4000_0000;

/** The file that stands for a namespace: a name that `ip netns` knows, or a process id. */
export function netnsPath(netns: string): string {
  return /^\d+$/.test(netns) ? `/proc/${netns}/ns/net` : `/run/netns/${netns}`;
}

/**
 * Runs `body` with this thread inside another network namespace, and comes back. Synchronous on purpose:
 * the rest of the program must never see the other namespace. Sockets opened inside stay there.
 */
export function insideNetns<T>(netns: string, body: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    const there = openSync(netnsPath(netns), 'r');
    try {
      checked(libc.setns(there, CLONE_NEWNET), 'setns');
    } finally {
      closeSync(there);
    }
    try {
      return body();
    } finally {
      checked(libc.setns(home, CLONE_NEWNET), 'setns');
    }
  } finally {
    closeSync(home);
  }
}

/** As `insideNetns`, in a namespace made for it, which the kernel removes once nothing of `body` is left there. */
export function insideNewNetns<T>(body: () => T): T {
  const home = openSync('/proc/thread-self/ns/net', 'r');
  try {
    checked(libc.unshare(CLONE_NEWNET), 'unshare');
    try {
      return body();
    } finally {
      checked(libc.setns(home, CLONE_NEWNET), 'setns');
    }
  } finally {
    closeSync(home);
  }
}
