import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import spawn from 'nano-spawn';
import type { HostFacts } from '../model/facts.ts';
import { readText } from './files.ts';
import { probeKernel } from './probe.ts';
import type { Resolved } from './resolved.ts';
import { nameservers } from './resolver.ts';

/** Where systemd-resolved keeps what it asks, behind its own 127.0.0.53. */
const realResolvConf = '/run/systemd/resolve/resolv.conf';

/** @param ownAddresses Addresses of our bridges: asking them would be asking ourselves. */
export async function gatherFacts(runDir: string, ownAddresses: ReadonlySet<string>, resolved: Resolved): Promise<HostFacts> {
  const program = findProgram('dnsmasq');
  return {
    nameservers: nameservers(readText('/etc/resolv.conf') ?? '', readText(realResolvConf), ownAddresses),
    kernel: probeKernel(),
    runDir,
    dnsmasq: { program: program ?? 'dnsmasq', version: program === undefined ? '' : await dnsmasqVersion(program) },
    ...((await resolved.runs()) && { resolved: true }),
  };
}

/** The absolute path of a program; the administrators' folders are searched also where PATH leaves them out. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin'];
  return folders
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function dnsmasqVersion(program: string): Promise<string> {
  const { stdout } = await spawn(program, ['--version'], { stdin: 'ignore' });
  return /version (\S+)/.exec(stdout)?.[1] ?? '';
}
