import type { Vm } from '../../src/lab/vm.ts';
import { eventually } from './harness.ts';

/** Long enough for an emulated machine beside other work. */
const patienceMs = 60_000;

/** Something that goes on inside a virtual machine, and whose output is looked at meanwhile. */
export class Running {
  readonly #vm: Vm;
  readonly #file: string;

  private constructor(vm: Vm, file: string) {
    this.#vm = vm;
    this.#file = file;
  }

  /** @param name Of its files inside; one of that name at a time. */
  static async start(vm: Vm, name: string, line: string): Promise<Running> {
    const file = `/tmp/${name}`;
    // A shell that is told to end waits for what it runs: nothing is left to end later.
    const { code } = await vm.exec(`{ trap exit TERM; ${line}; } >${file} 2>&1 & echo $! >${file}.pid`);
    if (code !== 0) throw new Error(`cannot start in ${vm.name}: ${line}`);
    return new Running(vm, file);
  }

  /** Waits until that many more lines with `word` were written. */
  async more(count: number, word: string): Promise<void> {
    const lines = async () => Number((await this.#vm.exec(`grep -c ${word} ${this.#file}`)).stdout);
    const from = await lines();
    await eventually(
      `${this.#vm.name} wrote ${count} more lines with ${word} to ${this.#file}`,
      async () => (await lines()) >= from + count,
      patienceMs,
    );
  }

  /** Ends it; resolves to all it wrote. */
  async stop(): Promise<string> {
    const pid = `$(cat ${this.#file}.pid)`;
    return (await this.#vm.exec(`kill ${pid}; while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done; cat ${this.#file}`)).stdout;
  }
}

interface Flow {
  readonly name: string;
  readonly running: Running;
}

/** Echo requests, ten a second, from a virtual machine to several addresses at once. */
export class Pings {
  readonly #flows: readonly Flow[];

  private constructor(flows: readonly Flow[]) {
    this.#flows = flows;
  }

  /** @param to Addresses by what they are called in the answer of {@link stop}. They flow when it resolves. */
  static async start(vm: Vm, to: Readonly<Record<string, string>>): Promise<Pings> {
    const flows = [];
    for (const [name, address] of Object.entries(to))
      flows.push({ name: `${vm.name} to ${name}`, running: await Running.start(vm, `ping-${name}`, `exec ping -i 0.1 ${address}`) });
    const pings = new Pings(flows);
    await pings.goOn();
    return pings;
  }

  /** Waits for ten more answers of each: what was lost before them is known then. */
  async goOn(): Promise<void> {
    for (const { running } of this.#flows) await running.more(10, 'seq=');
  }

  /** Which echoes each flow lost, by number: those without an answer before the last that has one. */
  async stop(): Promise<Readonly<Record<string, readonly number[]>>> {
    const lost: Record<string, readonly number[]> = {};
    for (const { name, running } of this.#flows) {
      const answered = new Set([...(await running.stop()).matchAll(/\bseq=(\d+)/g)].map(([, seq]) => Number(seq)));
      const last = Math.max(...answered);
      lost[name] = Array.from({ length: last }, (_, seq) => seq).filter((seq) => !answered.has(seq));
    }
    return lost;
  }
}
