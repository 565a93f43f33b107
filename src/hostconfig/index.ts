import type { BackendName, HostFile, HostReading } from '../model/host-config.ts';
import { assemble } from './draft.ts';
import { readIfcfg } from './ifcfg.ts';
import { readIfupdown } from './ifupdown.ts';
import { lintDrafts } from './lint.ts';
import { readNetplan } from './netplan.ts';
import { readNetworkd } from './networkd.ts';
import { readNetworkManager } from './networkmanager.ts';
import type { Reading } from './reading.ts';

/** One dialect: where its files lie and how they are read. Reading throws `spec-invalid` for a file that cannot be understood. */
export interface HostConfigBackend {
  readonly name: BackendName;
  /** Folders, or single files, in the order they are read. */
  readonly places: readonly string[];
  readonly read: (files: readonly HostFile[]) => Reading;
}

export const backends: readonly HostConfigBackend[] = [
  { name: 'netplan', places: ['/etc/netplan'], read: readNetplan },
  { name: 'networkmanager', places: ['/etc/NetworkManager/system-connections'], read: readNetworkManager },
  { name: 'networkd', places: ['/etc/systemd/network'], read: readNetworkd },
  { name: 'ifupdown', places: ['/etc/network/interfaces', '/etc/network/interfaces.d'], read: readIfupdown },
  { name: 'ifcfg', places: ['/etc/sysconfig/network-scripts'], read: readIfcfg },
];

/** Everything the files of a host say about its interfaces, and what is wrong with it. */
export function readHost(files: ReadonlyMap<BackendName, readonly HostFile[]>): HostReading {
  const readings = backends.map(({ name, read }) => read(files.get(name) ?? []));
  const drafts = readings.flatMap((reading) => reading.drafts);
  return { interfaces: assemble(drafts), findings: [...readings.flatMap(({ findings }) => findings), ...lintDrafts(drafts)] };
}
