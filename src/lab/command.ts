import { spawn } from 'node:child_process';

import { ViaductError } from '../model/errors.ts';

export interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** After it the command is killed; its exit status is then 137. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end; a status other than 0 is an answer, not an error. */
export function run(argv: readonly string[], { input = '', timeoutMs = 30_000, env = {} }: RunOptions = {}): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'pipe', env: { ...process.env, ...env } });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(new ViaductError('program-missing', `The program "${argv[0]}" could not be started.`, { cause }));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 137, stdout, stderr });
    });
    child.stdin.on('error', () => undefined); // A command that does not read its input is no error.
    child.stdin.end(input);
  });
}

/** As {@link run}, for commands that have to succeed; resolves to what they printed. */
export async function must(argv: readonly string[], options?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options);
  if (code === 0) return stdout;
  throw new ViaductError('apply-failed', `This failed with status ${code}: ${argv.join(' ')}`, { cause: `${stderr}${stdout}`.trim() });
}
