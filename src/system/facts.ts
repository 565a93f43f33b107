import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import spawn from 'nano-spawn';
import type { HostFacts } from '../model/facts.ts';
import { readText } from './files.ts';
import { probeKernel } from './probe.ts';

/** Where systemd-resolved keeps what it asks, behind its own 127.0.0.53. */
const realResolvConf = '/run/systemd/resolve/resolv.conf';

/** @param ownAddresses Addresses of our bridges: asking them would be asking ourselves. */
export async function gatherFacts(runDir: string, ownAddresses: ReadonlySet<string>): Promise<HostFacts> {
  const program = findProgram('dnsmasq');
  return {
    nameservers: nameservers(readText('/etc/resolv.conf') ?? '', readText(realResolvConf), ownAddresses),
    kernel: probeKernel(),
    runDir,
    dnsmasq: { program: program ?? 'dnsmasq', version: program === undefined ? '' : await dnsmasqVersion(program) },
  };
}

/**
 * The servers that programs of this host ask, in order. Where that is systemd-resolved's stub, whom it asks:
 * the stub does not answer queries that come back to it through a guest's resolver.
 */
export function nameservers(resolvConf: string, behindStub: string | undefined, ownAddresses: ReadonlySet<string>): string[] {
  const listed = serversIn(resolvConf);
  const usesStub = listed.length > 0 && listed.every((server) => server === '127.0.0.53' || server === '127.0.0.54');
  const servers = usesStub && behindStub !== undefined ? serversIn(behindStub) : listed;
  return servers.filter((server) => !ownAddresses.has(server));
}

/** The `nameserver` lines of a resolv.conf(5), each address once; a scoped one keeps its `%link`. */
function serversIn(resolvConf: string): string[] {
  const found = resolvConf.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(found.filter((server) => isIP(server) !== 0))];
}

/** The absolute path of a program; the administrators' folders are searched also where PATH leaves them out. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin'];
  return folders.filter((folder) => folder.startsWith('/')).map((folder) => join(folder, name)).find(isExecutable);
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
