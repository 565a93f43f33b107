import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run: (file: string, argv: string[], options: object) => Promise<{ stdout: string; code?: number }> = promisify(execFile);
const root = checkoutOf(import.meta.dirname);
const here = join(root, 'test/virsh');

export const hasRoot = process.getuid?.() === 0;
/** Debian's libvirtd with its QEMU driver, and a QEMU to go with it. */
export const hasHypervisor = [
  '/usr/sbin/libvirtd',
  '/usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so',
  '/usr/bin/qemu-system-x86_64',
].every((path) => existsSync(path));

/** The built daemon, as an operator starts it who puts it in the place of virtnetworkd and virtinterfaced. */
export const viaduct = `${process.execPath} ${join(root, 'dist/viaduct.js')} daemon --state-dir /run/viaduct-state --run-dir /run/viaduct --libvirt-dir /run/libvirt --no-default-network`;

/** Viaduct's own command line, in a space with that daemon. */
export const viaductCommand = `VIADUCT_SOCKET=/run/viaduct/viaduct.sock ${join(root, 'bin/viaduct')}`;

/** What a scenario prints beside a daemon, in namespaces of their own. */
export async function transcript(daemon: string, scenario: string): Promise<string> {
  const command = [join(here, 'transcript.sh'), join(here, 'scenarios', `${scenario}.txt`)];
  const { stdout } = await run(join(here, 'space.sh'), [daemon, ...command], { maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** Namespaces with a daemon in them, for as long as a test needs them. */
export interface Space extends AsyncDisposable {
  /** A file or socket of the space, as this process can reach it. */
  path(inside: string): string;
  /** Runs a shell command in the space; answers what it printed on both outputs, and how it ended. */
  sh(command: string, options?: { readonly seconds?: number }): Promise<{ readonly output: string; readonly status: number }>;
}

export async function openSpace(daemon: string, environment: Record<string, string> = {}): Promise<Space> {
  const child = spawn(join(here, 'space.sh'), [daemon, 'sh', '-c', 'echo ready; cat'], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [said] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['it ended'])]);
  if (String(said) !== 'ready\n') throw new Error(`No space to test in: ${String(said)}`);
  const inside = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim();
  return {
    path: (name) => `/proc/${inside}/root${name}`,
    async sh(command, { seconds = 60 } = {}) {
      const argv = ['-t', inside, '-m', '-n', '-p', '-w', 'bash', '-c', `exec 2>&1; cd ${join(here, 'files')}; ${command}`];
      const { stdout, code = 0 } = await run('nsenter', argv, { timeout: seconds * 1000 }).catch(
        (error: { stdout: string; code: number }) => error as never,
      );
      return { output: stdout, status: code };
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}

export interface Exchange {
  readonly command: string;
  readonly output: string;
}

/** A transcript, command by command. */
export function exchanges(text: string): readonly Exchange[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** This file may have been bundled to another folder of the checkout. */
function checkoutOf(folder: string): string {
  return existsSync(join(folder, 'bin/viaduct')) ? folder : checkoutOf(dirname(folder));
}
