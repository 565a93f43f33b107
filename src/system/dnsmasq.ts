import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DnsmasqObject } from '../model/host-state.ts';
import type { IfName } from '../model/units.ts';
import { findDnsmasq, startDnsmasq, stopDnsmasq } from './dnsmasq-process.ts';
import { hasCode } from './errno.ts';
import { ensureFolder, readText, replaceFile } from './files.ts';
import type { Keeper } from './keeper.ts';
import { hearOwnAddressesOnly } from './kernel/address-news.ts';
import type { Process } from './kernel/pidfd.ts';

export interface DnsmasqOptions {
  readonly runDir: string;
  readonly leaseDir: string;
  /** Path of the program. */
  readonly program: () => string;
  /** Of a link; undefined when there is none of that name. */
  readonly indexOf: (link: IfName) => number | undefined;
  /** It ended although nobody asked it to. */
  readonly onDeath: (bridge: string) => void;
}

/** What a dnsmasq was last told to read, kept in the run folder so that the next daemon knows it too. */
interface RunRecord {
  readonly pid: number;
  readonly restartOn: string;
  readonly reloadOn: string;
}

/**
 * One dnsmasq per network. They are nobody's children: they go on when the daemon ends, and are found again by
 * the record in the run folder and their command line. Each that was seen running is watched for its end.
 */
export function dnsmasqKeeper(options: DnsmasqOptions): Keeper<'dnsmasq'> & Disposable {
  const { runDir, leaseDir, program, indexOf, onDeath } = options;
  const watched = new Map<string, Process>();
  const pathsOf = ({ bridge, confFile }: DnsmasqObject): { conf: string; pid: string; record: string; leases: string } => {
    const base = join(runDir, 'dnsmasq', bridge);
    return { conf: join(runDir, confFile), pid: `${base}.pid`, record: `${base}.run`, leases: `${base}.leases` };
  };

  const forget = (bridge: string): void => {
    watched.get(bridge)?.[Symbol.dispose]();
    watched.delete(bridge);
  };

  /** The running process, watched from now on, with what it has read; digests of one we have no record of are empty. */
  const find = (object: DnsmasqObject): { dnsmasq: Process; record: RunRecord } | undefined => {
    const paths = pathsOf(object);
    const record = readRecord(paths.record);
    const pid = record?.pid ?? readPid(paths.pid);
    const known = watched.get(object.bridge);
    const dnsmasq = known?.pid === pid ? known : findDnsmasq(pid, paths.conf);
    if (dnsmasq === undefined) return undefined;
    if (dnsmasq !== known) {
      forget(object.bridge);
      watched.set(object.bridge, dnsmasq);
      dnsmasq.onExit(() => {
        if (watched.get(object.bridge) !== dnsmasq) return;
        watched.delete(object.bridge);
        onDeath(object.bridge);
      });
    }
    return { dnsmasq, record: record ?? { pid: dnsmasq.pid, restartOn: '', reloadOn: '' } };
  };

  const stop = async (object: DnsmasqObject): Promise<void> => {
    const running = find(object);
    if (running === undefined) return;
    // Taken out of the watch first: an end that was asked for is no death.
    watched.delete(object.bridge);
    await stopDnsmasq(running.dnsmasq);
  };

  const start = async (object: DnsmasqObject): Promise<void> => {
    const paths = pathsOf(object);
    ensureFolder(dirname(paths.leases));
    ensureFolder(leaseDir);
    linkLeases(paths.leases, join(leaseDir, `${object.bridge}.leases`));
    rmSync(paths.record, { force: true });
    rmSync(paths.pid, { force: true });
    await startDnsmasq(program(), object.bridge, paths.conf);
    const pid = readPid(paths.pid);
    if (pid !== undefined) writeRecord(paths.record, { pid, restartOn: object.restartOn, reloadOn: object.reloadOn });
    const started = find(object)?.dnsmasq;
    if (started !== undefined) leaveInPeace(started, indexOf(object.bridge));
  };

  const bringUp = async (object: DnsmasqObject, mustRestart = false): Promise<void> => {
    const running = find(object);
    if (running?.record.restartOn === object.restartOn && !mustRestart) {
      if (running.record.reloadOn === object.reloadOn) return;
      running.dnsmasq.signal('SIGHUP');
      writeRecord(pathsOf(object).record, { ...running.record, reloadOn: object.reloadOn });
      return;
    }
    await stop(object);
    await start(object);
  };

  return {
    parallel: 4,
    observe: (wanted) =>
      wanted.flatMap((object) => {
        const running = find(object);
        return running === undefined ? [] : [{ ...object, restartOn: running.record.restartOn, reloadOn: running.record.reloadOn }];
      }),
    create: bringUp,
    // A plan may want a restart although nothing to read has changed: a dnsmasq does not follow its bridge to a new link.
    update: (from, object) => bringUp(object, from.restartOn !== object.restartOn),
    remove: async (object) => {
      await stop(object);
      const paths = pathsOf(object);
      for (const path of [paths.pid, paths.record, paths.leases]) rmSync(path, { force: true });
    },
    [Symbol.dispose]: () => {
      for (const each of watched.values()) each[Symbol.dispose]();
      watched.clear();
    },
  };
}

/** It serves as well where we may not look into it, only not as cheaply beside many others. */
function leaveInPeace(dnsmasq: Process, link: number | undefined): void {
  try {
    if (link !== undefined) hearOwnAddressesOnly(dnsmasq, link);
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'EACCES', 'ENOSYS')) throw error;
  }
}

/**
 * Leases are written to the run folder's path and kept in the lease folder: a link, so that dnsmasq, which
 * rewrites the file in place, needs to know only one of them.
 */
function linkLeases(path: string, target: string): void {
  if (path === target) return;
  try {
    if (lstatSync(path).isSymbolicLink() && readlinkSync(path) === target) return;
    rmSync(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  symlinkSync(target, path);
}

function readPid(path: string): number | undefined {
  const pid = Number.parseInt(readText(path) ?? '', 10);
  return pid > 0 ? pid : undefined;
}

function readRecord(path: string): RunRecord | undefined {
  const [pid, restartOn, reloadOn] = (readText(path) ?? '').split('\n');
  if (pid === undefined || restartOn === undefined || reloadOn === undefined) return undefined;
  return { pid: Number.parseInt(pid, 10), restartOn, reloadOn };
}

function writeRecord(path: string, { pid, restartOn, reloadOn }: RunRecord): void {
  replaceFile(path, `${pid}\n${restartOn}\n${reloadOn}\n`);
}
