import type { Terminal } from './session.ts';

/** This process's terminal. */
export function openTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  let interruption: AbortController | undefined;
  // A reader like head(1) that has seen enough is no failure of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env,
    columns: stdout.columns ?? 80,
    interactive: stdin.isTTY && stdout.isTTY,
    colors: stdout.isTTY,
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    async readInput() {
      const { text } = await import('node:stream/consumers');
      return text(stdin);
    },
    async ask(question) {
      const { createInterface } = await import('node:readline');
      const lines = createInterface({ input: stdin, output: stdout });
      return new Promise((resolve) => {
        lines.once('close', () => resolve(undefined));
        lines.question(question, (answer) => {
          resolve(answer);
          lines.close();
        });
      });
    },
    async readFile(path) {
      const { readFile } = await import('node:fs/promises');
      return readFile(path, 'utf8');
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
