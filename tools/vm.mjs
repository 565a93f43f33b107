// Boots the machines of test/vm/ and has the proofs run in them. `boot` and `image` there say how.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { machines } from '../test/vm/machines.mjs';
import { programPath, root } from './owner.mjs';
import { tell } from './tell.mjs';

/** Why machines cannot be booted here, in both languages; undefined where they can. */
export function whyNoMachines() {
  if (process.getuid() !== 0) return ['only root can make their image', '制作镜像需要 root 权限'];
  if (process.arch !== 'x64' || !/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')))
    return ['that takes a Debian on amd64', '需要 amd64 架构的 Debian'];
  return undefined;
}

/** Seconds; many times what a machine takes where nobody else wants the processors. */
const patience = process.env.VM_SHELL === undefined ? '1200' : '86400';

/** Machines at a time, with a processor each: two of them emulate more in a minute than one with two. */
const together = Math.min(2, availableParallelism());

/** Runs the proofs of these names, or all. Prints a line for each fact; resolves to the numbers of both kinds. */
export async function proveInMachines(names = []) {
  const strangers = names.filter((name) => !machines.some(({ boots }) => boots.some(({ proofs }) => proofs.includes(name))));
  for (const name of strangers) tell(`There is no proof ${name} in test/vm/machines.mjs.`, `test/vm/machines.mjs 中没有 ${name}。`);
  const counts = { passed: 0, failed: strangers.length };
  const stage = mkdtempSync(join(tmpdir(), 'viaduct-proofs-'));
  try {
    await fill(stage);
    const waiting = machines.filter((machine) => wantedOf(machine, names));
    const work = async () => {
      for (let machine = waiting.shift(); machine !== undefined; machine = waiting.shift()) await boot(machine, { stage, names, counts });
    };
    await Promise.all(Array.from({ length: process.env.VM_SHELL === undefined ? together : 1 }, work));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  return counts;
}

/** What a machine gets: the program as it is built, and the proofs in one file each. */
async function fill(stage) {
  const { rolldown } = await import('rolldown');
  const files = readdirSync(join(root, 'test/vm')).filter((name) => /^(.*\.test|reporter)\.ts$/.test(name));
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(files.map((name) => [name.slice(0, -'.ts'.length), `./test/vm/${name}`])),
    platform: 'node',
    external: ['koffi'],
    transform: { target: 'node20.19' },
  });
  await bundle.write({ dir: join(stage, 'proofs'), format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await bundle.close();
  for (const path of ['bin', 'package.json', 'node_modules/koffi', 'node_modules/@koromix'])
    cpSync(join(root, path), join(stage, path), { recursive: true });
  mkdirSync(join(stage, 'dist'));
  for (const file of readdirSync(join(root, 'dist'), { withFileTypes: true }))
    if (file.isFile()) cpSync(join(root, 'dist', file.name), join(stage, 'dist', file.name));
}

/** With one boot only the proofs that were asked for; what follows a reboot is worth nothing alone. */
function wantedOf({ boots }, names) {
  const isWanted = (proof) => names.length === 0 || names.includes(proof);
  if (!boots.some(({ proofs }) => proofs.some(isWanted))) return undefined;
  return boots.length > 1 ? boots : boots.map((one) => ({ ...one, proofs: one.proofs.filter(isWanted) }));
}

async function boot(machine, { stage, names, counts }) {
  const disk = join(stage, '..', `${machine.name}-${process.pid}.disk`);
  const keep = machine.boots.length > 1 ? ['--disk', disk] : [];
  try {
    for (const { proofs, start = [] } of wantedOf(machine, names)) {
      const options = [
        ...['--name', machine.name, '--cpus', '1', '--timeout', patience],
        ...(machine.systemd ? ['--systemd'] : []),
        ...start.flatMap((unit) => ['--start', unit]),
        ...(machine.nics ?? []).flatMap((nic) => ['--nic', nic]),
        ...(process.env.VM_SHELL === undefined ? [] : ['--shell']),
        ...keep,
      ];
      await run([join(root, 'test/vm/boot'), ...options, stage, '--', 'bash', '-c', inMachine, 'bash', ...proofs], machine, counts);
    }
  } finally {
    rmSync(disk, { force: true });
  }
}

/** A proof that ends badly without saying which fact failed is told by its status. */
const inMachine = `for proof; do
  node --test-reporter=/job/proofs/reporter.mjs --test-reporter-destination=stdout proofs/$proof.test.mjs
  status=$?
  [ $status -lt 2 ] || echo "{\\"proof\\":\\"$proof\\",\\"name\\":\\"runs to its end\\",\\"ms\\":0,\\"error\\":\\"node ended with status $status\\"}"
done`;

async function run(argv, { name }, counts) {
  const began = Date.now();
  let said = 0;
  const shell = process.env.VM_SHELL !== undefined;
  const child = spawn(argv[0], argv.slice(1), {
    stdio: shell ? 'inherit' : ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: programPath, VM_NODE: process.execPath },
  });
  const stop = () => child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  const ended = new Promise((done) => child.once('close', done));
  if (!shell) for await (const line of createInterface({ input: child.stdout })) said += report(line, counts) ? 1 : 0;
  const status = await ended;
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (shell) return;
  if (status !== 0 || said === 0) {
    counts.failed += 1;
    console.log(`FAIL ${name}: the machine ended with status ${status} and ${said} facts`);
  }
  tell(`Machine ${name} took ${seconds} s.`, `虚拟机 ${name} 用时 ${seconds} 秒。`);
}

/** Whether a line is a verdict; anything else is what a proof says besides. */
function report(line, counts) {
  const verdict = line.startsWith('{"proof":') ? JSON.parse(line) : undefined;
  if (verdict === undefined) {
    console.log(`     ${line}`);
    return false;
  }
  const { proof, name, ms, error } = verdict;
  counts[error === undefined ? 'passed' : 'failed'] += 1;
  console.log(`${error === undefined ? 'ok  ' : 'FAIL'} ${proof}: ${name} (${(ms / 1000).toFixed(1)} s)`);
  if (error !== undefined) console.log(error.replaceAll(/^/gm, '     '));
  return true;
}
