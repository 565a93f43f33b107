import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ViaductError } from '../model/errors.ts';
import { hasCode } from './errno.ts';
import { openProcess, type Process } from './kernel/pidfd.ts';
import { runBriefly } from './kernel/spawn.ts';

/** How long dnsmasq may take to be ready, and to end when asked to. */
const startWithinMs = 10_000;
const stopWithinMs = 3_000;

/**
 * Starts a dnsmasq that puts itself into the background. It does so only when it listens and has read
 * everything, so success means that it serves; otherwise its own words are in the error.
 */
export async function startDnsmasq(program: string, bridge: string, confPath: string): Promise<void> {
  const args = [`--conf-file=${confPath}`, ...(mayDropPrivileges(confPath) ? [] : ['--user=root', '--group='])];
  const { code, words } = await runToEnd(program, args, bridge);
  if (code === 0) return;
  throw new ViaductError('apply-failed', `dnsmasq for ${bridge} did not start: ${words || `it ended with status ${code}`}`, {
    hint: hintFor(code, words, confPath),
    params: { bridge, status: code },
  });
}

/** Exit statuses of dnsmasq(8): 1 configuration, 2 network, 3 files. */
function hintFor(code: number, words: string, confPath: string): string {
  if (/Permission denied|not permitted/.test(words)) return 'Serving DHCP and DNS needs privileges; run the daemon as root.';
  if (code === 2) return `Another DNS or DHCP server may hold the address or port; 'ss -lnptu' names it.`;
  if (code === 3) return `Check that the files named in ${confPath} can be read.`;
  return `'dnsmasq --test --conf-file=${confPath}' checks what it read.`;
}

async function runToEnd(program: string, args: readonly string[], bridge: string): Promise<{ code: number; words: string }> {
  try {
    const { code, words } = await runBriefly(program, args, { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }, startWithinMs);
    return {
      code,
      words: words
        .replaceAll(/^dnsmasq: /gm, '')
        .trim()
        .replaceAll('\n', '; '),
    };
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT')) throw cause;
    throw new ViaductError('program-missing', `Cannot find '${program}' in path: dnsmasq is needed for DHCP and DNS on ${bridge}`, {
      hint: 'Install it: apt-get install dnsmasq-base',
      params: { program },
      cause,
    });
  }
}

/** The running dnsmasq that was started with this configuration; never another process that got its number. */
export function findDnsmasq(pid: number | undefined, confPath: string): Process | undefined {
  const found = pid === undefined ? undefined : openProcess(pid);
  if (found?.commandLine().includes(`--conf-file=${confPath}`) === true) return found;
  found?.[Symbol.dispose]();
  return undefined;
}

/** Ends it, with SIGKILL where it does not end by itself, and waits until it has. */
export function stopDnsmasq(dnsmasq: Process): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => dnsmasq.signal('SIGKILL'), stopWithinMs);
    const over = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    dnsmasq.onExit(over);
    if (!dnsmasq.signal('SIGTERM')) over();
  });
}

/**
 * Whether dnsmasq can work as the unprivileged user it turns into. Not in a user namespace, where that user
 * does not exist, nor below a folder that others may not enter: it reads its hosts files again on SIGHUP.
 */
function mayDropPrivileges(confPath: string): boolean {
  if (!/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'))) return false;
  for (let folder = dirname(confPath); folder !== '/'; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}
