import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { ViaductError } from '../model/errors.ts';
import { must, run } from './command.ts';
import { cpioArchive, type CpioEntry } from './cpio.ts';
import { vmInit, vmLease, vmModules, vmWatch } from './vm-init.ts';

/** What a guest boots from. */
export interface VmImage {
  readonly kernel: string;
  readonly initrd: string;
  /** Where both lie: what else is worth remembering of such guests goes there. */
  readonly folder: string;
}

/** Debian's package of a kernel without drivers for hardware; it depends on the newest one. */
const kernelPackage = 'linux-image-cloud-amd64';

/** A kernel of Debian's and a system that is little more than busybox; made once, kept in the user's cache. */
export async function vmImage(): Promise<VmImage> {
  if (process.arch !== 'x64')
    throw new ViaductError('operation-unsupported', 'Virtual machines of the lab need an x86-64 host.', { hint: 'Use --netns.' });
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'viaduct/vm');
  mkdirSync(folder, { recursive: true });
  const kernel = join(folder, 'vmlinuz');
  if (!existsSync(kernel)) await fetchKernel(folder);
  const initrd = join(
    folder,
    `initrd-${createHash('sha256').update(vmInit).update(vmLease).update(vmWatch).digest('hex').slice(0, 12)}.gz`,
  );
  if (!existsSync(initrd)) replace(initrd, await buildInitrd(join(folder, 'modules')));
  return { kernel, initrd, folder };
}

async function fetchKernel(folder: string): Promise<void> {
  const work = mkdtempSync(join(folder, 'fetch-'));
  try {
    const depends = await must(['apt-cache', 'depends', kernelPackage]);
    const name = /Depends: (linux-image-\d\S+)/.exec(depends)?.[1];
    if (name === undefined) throw new Error(`apt knows no ${kernelPackage}`);
    await must(['sh', '-ec', 'cd "$0"; apt-get -qq download "$1"; dpkg-deb -x *.deb .', work, name], { timeoutMs: 300_000 });
    const modules = join(work, 'modules');
    mkdirSync(modules);
    const all = readdirSync(join(work, 'lib/modules'), { recursive: true, encoding: 'utf8' });
    for (const module of vmModules) {
      const found = all.find((path) => basename(path) === `${module}.ko`);
      if (found !== undefined) renameSync(join(work, 'lib/modules', found), join(modules, `${module}.ko`));
    }
    rmSync(join(folder, 'modules'), { recursive: true, force: true });
    renameSync(modules, join(folder, 'modules'));
    const image = readdirSync(join(work, 'boot')).find((file) => file.startsWith('vmlinuz'));
    renameSync(join(work, 'boot', image ?? ''), join(folder, 'vmlinuz'));
  } catch (cause) {
    throw new ViaductError('program-missing', 'No kernel for virtual machines could be fetched.', {
      hint: `On Debian and Ubuntu run "sudo apt-get update" first; elsewhere put a kernel at ${join(folder, 'vmlinuz')} and its virtio modules into ${join(folder, 'modules')}.`,
      cause,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function buildInitrd(modules: string): Promise<Buffer> {
  const { stdout: found } = await run(['sh', '-c', 'command -v busybox']);
  const busybox = found.trim();
  if (busybox === '')
    throw new ViaductError('program-missing', 'The program "busybox" is not installed.', { hint: 'Install the package busybox.' });
  // A static one needs no libraries, and ldd fails for it.
  const { stdout: linked } = await run(['ldd', busybox]);
  const libraries = [...new Set([...linked.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path))];
  const files: CpioEntry[] = [
    { path: 'init', mode: 0o755, data: Buffer.from(vmInit) },
    { path: 'lease', mode: 0o755, data: Buffer.from(vmLease) },
    { path: 'watch', mode: 0o755, data: Buffer.from(vmWatch) },
    { path: 'bin/busybox', mode: 0o755, data: readFileSync(busybox) },
    ...libraries.map((path) => ({ path: path.slice(1), mode: 0o755, data: readFileSync(path) })),
    ...(existsSync(modules) ? readdirSync(modules) : []).map((file) => ({
      path: `mod/${file}`,
      mode: 0o644,
      data: readFileSync(join(modules, file)),
    })),
  ];
  const folders = new Set(['dev', 'proc', 'sys', 'etc', 'tmp', 'run', ...files.flatMap(({ path }) => parents(path))]);
  const console: CpioEntry = { path: 'dev/console', mode: 0o600, device: { major: 5, minor: 1 } };
  const archive = cpioArchive([...[...folders].toSorted().map((path) => ({ path, mode: 0o755 })), console, ...files]);
  return gzipSync(archive, { level: 6 });
}

function parents(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [...parents(folder), folder];
}

/** Another command may be making the same at this moment. */
function replace(path: string, data: Buffer): void {
  writeFileSync(`${path}.${process.pid}`, data);
  renameSync(`${path}.${process.pid}`, path);
}
