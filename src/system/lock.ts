import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { libc } from './kernel/libc.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes a file for this process alone, for as long as it lives: the kernel lets go of it however the process
 * ends, so there are no stale locks. The file names the holder. Returns its process id instead when it is taken.
 */
export function lockFile(path: string): Disposable | { readonly holder: string } {
  const fd = openSync(path, 'a+', 0o644);
  if (libc.flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    closeSync(fd);
    return { holder: readFileSync(path, 'utf8').trim() };
  }
  ftruncateSync(fd);
  writeSync(fd, `${process.pid}\n`);
  return { [Symbol.dispose]: () => closeSync(fd) };
}
