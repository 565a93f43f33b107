import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { ViaductEvent } from '../../src/model/event.ts';
import type { Caller } from '../../src/service/context.ts';
import { createService, type OwnService } from '../../src/service/create-service.ts';
import type { Hypervisor } from '../../src/service/hypervisor.ts';
import type { Input, OperationName, Output } from '../../src/service/operation-types.ts';
import { DiskStore } from '../../src/service/store.ts';
import { openSystem } from '../../src/system/real.ts';
import { sh } from './system-space.ts';

export const root: Caller = { uid: 0, gid: 0, pid: process.pid, user: 'root', door: 'internal', mayWrite: true };

/** The service of a daemon over folders of its own, in the namespace this process is in. */
export interface TestDaemon extends AsyncDisposable {
  readonly folder: string;
  readonly service: OwnService;
  readonly events: ViaductEvent[];
  run<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>>;
  /** Ends it and starts another one over the same folders. */
  restart(): Promise<void>;
}

export async function testDaemon({
  defaultNetwork = false,
  hypervisor,
}: { defaultNetwork?: boolean; hypervisor?: Hypervisor } = {}): Promise<TestDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'viaduct-daemon-'));
  sh(`chmod 755 ${folder}`);
  const log = pino({ level: process.env['LOG'] ?? 'silent' });
  const folders = { stateDir: join(folder, 'state'), runDir: join(folder, 'run') };
  const events: ViaductEvent[] = [];
  const open = async () => {
    const system = await openSystem({ runDir: folders.runDir, leaseDir: join(folders.stateDir, 'leases') });
    const service = await createService({
      system,
      store: await DiskStore.open(folders, 'boot', log),
      log,
      defaultNetwork,
      ...(hypervisor && { hypervisor }),
      historyFile: join(folders.stateDir, 'history.jsonl'),
    });
    service.subscribe((event) => events.push(event));
    return { system, service };
  };
  let now = await open();
  const end = async () => {
    await now.service.close();
    await now.system.close();
  };
  return {
    folder,
    events,
    get service() {
      return now.service;
    },
    run: (name, input) => now.service.runOperation(root, name, input),
    async restart() {
      await end();
      now = await open();
    },
    async [Symbol.asyncDispose]() {
      for (const { name, active, persistent } of await now.service.runOperation(root, 'network.list', {})) {
        if (active) await now.service.runOperation(root, 'network.destroy', { network: name });
        if (persistent) await now.service.runOperation(root, 'network.undefine', { network: name });
      }
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function natXml(name: string, third: number, more = ''): string {
  return `<network>
  <name>${name}</name>
  <forward mode='nat'/>
  <bridge name='vb-${name}' stp='off'/>
  <ip address='10.77.${third}.1' netmask='255.255.255.0'>
    <dhcp><range start='10.77.${third}.2' end='10.77.${third}.254'/></dhcp>
  </ip>${more}
</network>`;
}
