import type { BackendName, HostEdit, HostFile, HostReading, HostWish } from '../model/host-config.ts';
import type { HostInterface } from '../model/host-interface.ts';
import { assemble } from './draft.ts';
import { editIfcfg } from './ifcfg-write.ts';
import { readIfcfg } from './ifcfg.ts';
import { editIfupdown } from './ifupdown-write.ts';
import { readIfupdown } from './ifupdown.ts';
import { lintDrafts } from './lint.ts';
import { editNetplan } from './netplan-write.ts';
import { readNetplan } from './netplan.ts';
import { editNetworkd } from './networkd-write.ts';
import { readNetworkd } from './networkd.ts';
import { editNetworkManager } from './networkmanager-write.ts';
import { readNetworkManager } from './networkmanager.ts';
import type { Reading } from './reading.ts';
import { writeIn, type Dialect } from './write.ts';

export { chooseBackend, type Choice, type ChoiceFacts } from './choose.ts';

/** One dialect: where its files lie, how they are read and written. Both throw `spec-invalid` for a file that cannot be understood. */
export interface HostConfigBackend {
  readonly name: BackendName;
  /** Folders, or single files, in the order they are read. */
  readonly places: readonly string[];
  readonly read: (files: readonly HostFile[]) => Reading;
  /** `files` are all files of this dialect. What is not about the wanted interfaces stays byte for byte. */
  readonly write: (wanted: readonly HostInterface[], files: readonly HostFile[], wish: HostWish) => HostEdit;
}

function backend(places: readonly string[], dialect: Dialect): HostConfigBackend {
  return { name: dialect.name, places, read: dialect.read, write: (wanted, files, wish) => writeIn(dialect, wanted, files, wish) };
}

export const backends: readonly HostConfigBackend[] = [
  backend(['/etc/netplan'], { name: 'netplan', read: readNetplan, edit: editNetplan, mode: 0o600 }),
  backend(['/etc/NetworkManager/system-connections'], {
    name: 'networkmanager',
    read: readNetworkManager,
    edit: editNetworkManager,
    mode: 0o600,
  }),
  backend(['/etc/systemd/network'], { name: 'networkd', read: readNetworkd, edit: editNetworkd, mode: 0o644 }),
  backend(['/etc/network/interfaces', '/etc/network/interfaces.d'], {
    name: 'ifupdown',
    read: readIfupdown,
    edit: editIfupdown,
    mode: 0o644,
  }),
  backend(['/etc/sysconfig/network-scripts'], { name: 'ifcfg', read: readIfcfg, edit: editIfcfg, mode: 0o644 }),
];

/** Everything the files of a host say about its interfaces, and what is wrong with it. */
export function readHost(files: ReadonlyMap<BackendName, readonly HostFile[]>): HostReading {
  const readings = backends.map(({ name, read }) => read(files.get(name) ?? []));
  const drafts = readings.flatMap((reading) => reading.drafts);
  return { interfaces: assemble(drafts), findings: [...readings.flatMap(({ findings }) => findings), ...lintDrafts(drafts)] };
}
