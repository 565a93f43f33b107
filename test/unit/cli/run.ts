import { runCommand } from '../../../src/cli/main.ts';
import type { Terminal } from '../../../src/cli/session.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Answers of the user; without them nobody sits at the terminal. */
  readonly answers?: readonly string[];
  readonly colors?: boolean;
}

/** One command on a terminal that notes what is written to it. */
export async function run(
  args: readonly string[],
  { env = {}, files = {}, input = '', answers, colors = false }: RunOptions = {},
): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const waiting = [...(answers ?? [])];
  const terminal: Terminal = {
    env,
    interactive: answers !== undefined,
    colors,
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    readInput: async () => input,
    ask: async (question) => {
      stdout += question;
      return waiting.shift();
    },
    readFile: async (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
    runProgram: async () => 0,
    interrupted: new AbortController().signal,
  };
  const elsewhere =
    (name: string) =>
    async (words: readonly string[]): Promise<number> => {
      stdout += `${name}: ${words.join(' ')}\n`;
      return 0;
    };
  const status = await runCommand(args, terminal, {
    daemon: elsewhere('daemon'),
    lab: elsewhere('lab'),
    render: elsewhere('render'),
    watchdog: elsewhere('watchdog'),
  });
  return { status, stdout, stderr };
}
