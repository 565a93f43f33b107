import { execFileSync } from 'node:child_process';
import type { Change, HostObject } from '../../src/model/host-state.ts';
import type { IfName, Mac } from '../../src/model/units.ts';
import { parseIfName, parseMac } from '../../src/model/units.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checked, libc } from '../../src/system/kernel/libc.ts';
import type { System } from '../../src/system/system.ts';
import { openSystem } from '../../src/system/real.ts';

const CLONE_NEWNET = 0x4000_0000;

/**
 * Moves this process's main thread, and what it starts from now on, into a network namespace of its own.
 * There is no way back: a test file that calls it is a process of its own, and the namespace ends with it.
 */
export function enterNewNetns(): void {
  checked(libc.unshare(CLONE_NEWNET), 'unshare');
  sh('ip link set lo up');
}

/** Runs a shell command here; throws with its words when it fails. */
export function sh(command: string): string {
  return execFileSync('sh', ['-ec', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A namespace with a name, for the far ends of veths. Removed by `[Symbol.dispose]`. */
export function namedNetns(suffix: string): Disposable & { readonly name: string } {
  const netns = `vd-sys-${process.pid}-${suffix}`;
  sh(`ip netns add ${netns}`);
  return { name: netns, [Symbol.dispose]: () => void sh(`ip netns delete ${netns}`) };
}

/** A `System` over folders of its own, which go when it is closed. */
export async function temporarySystem(): Promise<System & AsyncDisposable & { readonly runDir: string; readonly leaseDir: string }> {
  const runDir = mkdtempSync(join(tmpdir(), 'viaduct-system-'));
  const leaseDir = join(runDir, 'leases');
  sh(`chmod 755 ${runDir}`);
  const system = await openSystem({ runDir, leaseDir });
  const dispose = async (): Promise<void> => {
    await system.close();
    rmSync(runDir, { recursive: true, force: true });
  };
  return Object.assign(system, { runDir, leaseDir, [Symbol.asyncDispose]: dispose });
}

/** Waits until `isSo` holds, asking every few milliseconds; throws after the deadline. */
export async function until(isSo: () => boolean | Promise<boolean>, deadlineMs = 2000): Promise<number> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > deadlineMs) throw new Error(`Not so after ${deadlineMs} ms: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - start;
}

export function name(text: string): IfName {
  return parseIfName(text)!;
}

export function mac(text: string): Mac {
  return parseMac(text)!;
}

export function bridge(text: string, more: Partial<Extract<HostObject, { kind: 'bridge' }>> = {}): HostObject {
  return { kind: 'bridge', name: name(text), stp: false, forwardDelay: 0, vlanFiltering: false, up: true, ...more };
}

export function create(object: HostObject): Change {
  return { action: 'create', object };
}

export function remove(object: HostObject): Change {
  return { action: 'delete', object };
}

export function update(from: HostObject, object: HostObject): Change {
  return { action: 'update', from, object };
}

/** Carries out changes, throwing the first error. */
export async function perform(system: System, ...changes: Change[]): Promise<void> {
  for (const error of await system.perform(changes)) if (error !== undefined) throw error;
}
