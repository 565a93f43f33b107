import { readFileSync, writeFileSync } from 'node:fs';
import { hasCode } from '../errno.ts';

/**
 * Reads a file under /proc/sys; undefined when the kernel has none (a module is missing, the interface is gone).
 * Synchronous on purpose: what /proc/sys/net shows follows the namespace of the calling thread, and pool threads
 * may be in another one.
 */
export function readSysctl(key: string): string | undefined {
  try {
    return readFileSync(sysctlPath(key), 'utf8').trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Writes a switch unless it has that value already. */
export function writeSysctl(key: string, value: string): void {
  if (readSysctl(key) === value) return;
  writeFileSync(sysctlPath(key), value);
}

/** As sysctl(8): dots part the names, and a `/` stands for a dot inside a name. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))}`;
}
