import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { ViaductError } from '../model/errors.ts';
import type { AgentCalls, Answer } from './agent-calls.ts';

/** Our side of one `lab-agent` process. */
export class Agent {
  /** What to start in a namespace. */
  static get command(): readonly string[] {
    return [process.execPath, agentFile()];
  }

  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #next = 1;

  constructor(where: string, child: ChildProcess) {
    this.#child = child;
    const gone = (cause?: unknown): void => {
      for (const { reject } of this.#waiting.values())
        reject(new ViaductError('unreachable', `The agent in "${where}" is gone.`, { cause }));
      this.#waiting.clear();
    };
    child.once('error', gone).once('exit', gone);
    child.stdin?.on('error', gone);
    if (child.stdout === null) throw new TypeError('an agent needs its output piped');
    createInterface({ input: child.stdout }).on('line', (line) => this.#receive(line));
  }

  call<Op extends keyof AgentCalls>(op: Op, args: Parameters<AgentCalls[Op]>[0]): Promise<Answer<Op>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (answer: never) => void, reject });
      this.#child.stdin?.write(`${JSON.stringify({ id, op, args })}\n`);
    });
  }

  close(): void {
    this.#child.stdin?.end();
  }

  #receive(line: string): void {
    const { id, answer, failed } = JSON.parse(line) as { id: number; answer: never; failed?: string };
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failed === undefined) waiting?.resolve(answer);
    else waiting?.reject(new ViaductError('apply-failed', `The agent says: ${failed}`));
  }
}

/** Beside the built program, or in dist/ of the checkout when the sources are run. */
function agentFile(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== '/'; folder = dirname(folder)) {
    for (const path of [join(folder, 'lab-agent.js'), join(folder, 'dist/lab-agent.js')]) if (existsSync(path)) return path;
  }
  throw new ViaductError('program-missing', "The lab's helper program is not built.", { hint: 'Run `npm run build` in the checkout.' });
}
