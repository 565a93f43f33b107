import { isUtf8 } from 'node:buffer';
import { isatty } from 'node:tty';
import type { Terminal } from './session.ts';

/** This process's terminal. */
export function openTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  let interruption: AbortController | undefined;
  // A reader like head(1) that has seen enough is no failure of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env,
    interactive: isatty(0) && isatty(1),
    colors: isatty(1),
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    async readInput() {
      const { buffer } = await import('node:stream/consumers');
      return utf8(await buffer(process.stdin));
    },
    async ask(question) {
      const { readSync } = await import('node:fs');
      stdout.write(question);
      // A terminal gives one line for each read, and what is typed ahead waits for the next: an editor, or us.
      const line = Buffer.alloc(4096);
      const length = readSync(0, line);
      return length === 0 ? undefined : line.toString('utf8', 0, length);
    },
    async readFile(path) {
      const { readFile } = await import('node:fs/promises');
      return utf8(await readFile(path));
    },
    async runProgram(command, argument) {
      const { spawn } = await import('node:child_process');
      return new Promise((resolve, reject) => {
        const child = spawn('/bin/sh', ['-c', `${command} "$1"`, 'sh', argument], { stdio: 'inherit' });
        child.once('error', reject);
        child.once('exit', (status) => resolve(status ?? 1));
      });
    },
    get interrupted() {
      if (interruption === undefined) {
        const controller = new AbortController();
        process.once('SIGINT', () => controller.abort());
        interruption = controller;
      }
      return interruption.signal;
    },
  };
}

/** What is no UTF-8 would be read as other characters, and mean another name. */
async function utf8(bytes: Buffer): Promise<string> {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const { notUtf8 } = await import('../formats/libvirt/xml-bytes.ts');
  throw notUtf8(bytes);
}
