import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

import { ViaductError } from '../model/errors.ts';
import type { Done } from './command.ts';
import type { Space } from './space.ts';
import { accelerator } from './vm-accelerator.ts';
import { vmImage } from './vm-image.ts';

const memoryMiB = 128;

/** A real virtual machine of the lab: QEMU on the host of a lab, with a tiny Linux in it. */
export class Vm {
  readonly name: string;
  readonly #host: Space;
  readonly #base: string;

  /** @param folder Of the lab: what belongs to the machine lies there, and is found again. */
  constructor(name: string, host: Space, folder: string) {
    this.name = name;
    this.#host = host;
    this.#base = join(folder, `vm-${name}`);
  }

  /** Switches it on. `network` is what QEMU is told of its port. */
  async start(network: readonly string[]): Promise<void> {
    const image = await vmImage();
    for (const kind of ['sock', 'qmp'] as const) rmSync(this.#path(kind), { force: true });
    writeFileSync(this.#path('log'), '', { mode: 0o666 });
    const argv = [
      ['qemu-system-x86_64', '-name', this.name, '-M', 'q35', ...(await accelerator(image)), '-smp', '1', '-m', String(memoryMiB)],
      ['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-kernel', image.kernel, '-initrd', image.initrd],
      ['-append', `console=ttyS0 quiet panic=-1 net.ifnames=0 mitigations=off guest=${this.name}`],
      ['-serial', `file:${this.#path('log')}`, '-serial', `unix:${this.#path('sock')},server=on,wait=off`],
      ['-qmp', `unix:${this.#path('qmp')},server=on,wait=off`],
      ['-daemonize', '-pidfile', this.#path('pid'), ...network],
    ].flat();
    const { code, stderr } = await this.#host.run(argv);
    if (code === 0) return;
    if (code === 127)
      throw new ViaductError('program-missing', 'QEMU is not installed.', {
        hint: 'Install it, for example with: sudo apt-get install qemu-system-x86',
        cause: stderr,
      });
    throw new ViaductError('apply-failed', `QEMU did not start guest "${this.name}".`, {
      hint: stderr.trim().split('\n').at(-1) ?? '',
      cause: stderr,
    });
  }

  /** Switches it off, as by its power button held down; fine when it is off. */
  async stop(): Promise<void> {
    const pid = this.pid;
    if (pid === undefined) return;
    await this.#host.run(['sh', '-c', 'kill -9 "$0" && while kill -0 "$0"; do sleep 0.02; done', String(pid)]);
    rmSync(this.#path('pid'), { force: true });
  }

  /** As its host's processes are numbered; undefined when it was not switched on. */
  get pid(): number | undefined {
    const text = readOr(this.#path('pid'), '').trim();
    return text === '' ? undefined : Number(text);
  }

  /** Waits for its first lease, such as `192.168.122.17/24`; undefined when none came. */
  async lease(timeoutMs = 60_000): Promise<string | undefined> {
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await new Promise((done) => setTimeout(done, 50))) {
      const found = /^@lease (\S+)/m.exec(this.log)?.[1];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What its kernel and its first process said. */
  get log(): string {
    return readOr(this.#path('log'), '').replaceAll('\r', '');
  }

  /** Runs a line of shell inside; one at a time. */
  exec(line: string, timeoutMs = 60_000): Promise<Done> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = createConnection(this.#path('sock'));
      const giveUp = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      socket.once('close', () => clearTimeout(giveUp));
      socket.once('error', (cause) =>
        reject(
          new ViaductError('unreachable', `Guest "${this.name}" does not answer.`, {
            hint: 'Look whether it runs: viaduct lab guest list',
            cause,
          }),
        ),
      );
      socket.once('connect', () => socket.write(`${line.replaceAll('\n', ';')}\n`));
      socket.setEncoding('utf8').on('data', (more: string) => {
        text += more.replaceAll('\r', '');
        const [whole, status] = /^@exit (\d+)\n/m.exec(text) ?? [];
        if (whole === undefined) return;
        const stdout = text.slice(0, text.indexOf(whole)).replace(/^@ready\n/, '');
        resolve({ code: Number(status), stdout, stderr: '' });
        socket.destroy();
      });
    });
  }

  #path(kind: 'log' | 'sock' | 'qmp' | 'pid'): string {
    return `${this.#base}.${kind}`;
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
