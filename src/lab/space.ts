import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';

import { Agent } from './agent-client.ts';
import { must, run, type Done, type RunOptions } from './command.ts';

/** How commands get into a lab: from within, or from outside through the process that holds it. */
export interface Door {
  /** Prefix of a command that is to run on the lab's host. */
  readonly host: readonly string[];
  /** Prefix of a command that is to run in the network namespace of this name. */
  netns(name: string): readonly string[];
}

export const within: Door = {
  host: [],
  netns: (name) => ['nsenter', `--net=/run/netns/${name}`, '--'],
};

/** @param holder The `unshare` process that made the namespaces. */
export function through(holder: number, userNamespace: boolean): Door {
  // Its owner is root in there by being who he is; the machine's root has to become that.
  const user = userNamespace ? ['--user', ...(process.getuid?.() === 0 ? [] : ['--preserve-credentials'])] : [];
  const enter = ['nsenter', `--target=${holder}`, ...user, '--mount', `--pid=/proc/${holder}/ns/pid_for_children`];
  return {
    host: [...enter, '--net', '--'],
    netns: (name) => [...enter, `--net=/proc/${holder}/root/run/netns/${name}`, '--'],
  };
}

/** One network namespace of a lab: the host, the outside or a guest. Commands run in it. */
export class Space {
  readonly name: string;
  readonly #prefix: readonly string[];
  #agent: Agent | undefined;

  constructor(name: string, prefix: readonly string[]) {
    this.name = name;
    this.#prefix = prefix;
  }

  run(argv: readonly string[], options?: RunOptions): Promise<Done> {
    return run([...this.#prefix, ...argv], options);
  }

  must(argv: readonly string[], options?: RunOptions): Promise<string> {
    return must([...this.#prefix, ...argv], options);
  }

  /** A shell script whose first failing line ends it and fails. */
  sh(script: string, options?: RunOptions): Promise<string> {
    return this.must(['sh', '-ec', script], options);
  }

  /** What `ip -j` prints, parsed. */
  async ip<Answer>(...argv: readonly string[]): Promise<Answer> {
    return JSON.parse((await this.must(['ip', '-j', ...argv])) || '[]') as Answer;
  }

  start(argv: readonly string[], stdio: StdioOptions = 'ignore'): ChildProcess {
    const [program = '', ...rest] = [...this.#prefix, ...argv];
    return spawn(program, rest, { stdio });
  }

  /** The helper in this space that listens and connects; started when first asked for. */
  get agent(): Agent {
    this.#agent ??= new Agent(this.name, this.start(Agent.command, ['pipe', 'pipe', 'inherit']));
    return this.#agent;
  }

  /** One echo request at a time until one is answered; true when one was. */
  async ping(to: string, { tries = 1, size }: { tries?: number; size?: number } = {}): Promise<boolean> {
    const program = to.includes(':') ? 'ping6' : 'ping';
    const options = ['-c', '1', '-W', '1', ...(size === undefined ? [] : ['-s', String(size)])];
    for (let left = tries; left > 0; left--) {
      const { code } = await this.run(['busybox', program, ...options, to]);
      if (code === 0) return true;
    }
    return false;
  }

  /** Addresses of a link that other machines can use, IPv4 first. */
  async addresses(link = 'eth0'): Promise<readonly string[]> {
    const [facts] = await this.ip<{ addr_info?: { local?: string; scope?: string }[] }[]>('addr', 'show', 'dev', link);
    const all = (facts?.addr_info ?? []).flatMap(({ local, scope }) => (local !== undefined && scope === 'global' ? [local] : []));
    return all.toSorted((one, other) => Number(one.includes(':')) - Number(other.includes(':')));
  }

  close(): void {
    this.#agent?.close();
    this.#agent = undefined;
  }
}
