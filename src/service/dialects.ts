import { backends, chooseBackend, readHost } from '../hostconfig/index.ts';
import { ViaductError } from '../model/errors.ts';
import type { BackendName, HostFile, HostReading, WrittenInterface } from '../model/host-config.ts';
import { hostFilesAt } from '../system/host-files.ts';
import { requireTool, runningBackends } from '../system/host-tools.ts';
import type { Log } from './context.ts';

/** Where interfaces are written down: in the files of one program of the host. */
export interface Home {
  readonly backend: BackendName;
  /** All files of its dialect. */
  readonly files: readonly HostFile[];
  readonly written: readonly WrittenInterface[];
}

/** The files of one dialect on this host, and what they say: nothing where they cannot be understood. */
export interface Reading extends HostReading {
  readonly backend: BackendName;
  readonly files: readonly HostFile[];
  /** Why they cannot be understood. */
  readonly unreadable?: ViaductError;
}

/** Every dialect by itself: a file that cannot be understood harms no other. */
export function readings(): readonly Reading[] {
  return backends.map(({ name: backend, places }) => {
    const files = places.flatMap(hostFilesAt);
    try {
      return { backend, files, ...readHost(new Map([[backend, files]])) };
    } catch (cause) {
      if (!(cause instanceof ViaductError)) throw cause;
      return { backend, files, interfaces: [], findings: [], unreadable: cause };
    }
  });
}

/**
 * The program whose files a change of these interfaces belongs in; undefined where none describes them, and Viaduct keeps them.
 * `asked` is what the caller said: a back end by its name, or `none`.
 *
 * @throws `spec-invalid` for a file that names one of them and cannot be understood; `operation-unsupported` when two programs
 * claim them, or the program is not installed.
 */
export function homeOf(names: readonly string[], asked?: BackendName | 'none'): Home | undefined {
  if (asked === 'none') return undefined;
  const all = readings();
  const unclear = all.find((one) => one.unreadable !== undefined && (one.backend === asked || mentions(one.files, names)));
  if (unclear?.unreadable !== undefined) throw unclear.unreadable;
  const written = all.flatMap(({ interfaces }) => interfaces);
  if (asked === undefined && !written.some(({ definition }) => names.includes(definition.name))) return undefined;
  const files = new Map(all.flatMap((one) => (one.unreadable === undefined ? [[one.backend, one.files] as const] : [])));
  const backend = asked ?? chooseBackend({ names, files, written, active: runningBackends() }).backend;
  requireTool(backend);
  return { backend, files: files.get(backend) ?? [], written: written.filter((one) => one.backend === backend) };
}

function mentions(files: readonly HostFile[], names: readonly string[]): boolean {
  return files.some(({ text }) => names.some((name) => text.split(/[^\w.+-]+/).includes(name)));
}

/** Where the host's own tools configure one of these interfaces; undefined where none does. */
export function managedElsewhere(names: Iterable<string>, log: Log): WrittenInterface | undefined {
  const wanted = new Set(names);
  const all = readings();
  for (const { backend, unreadable } of all)
    if (unreadable !== undefined)
      log.warn({ err: unreadable, backend }, `The host's configuration for ${backend} cannot be understood and is passed over.`);
  return all.flatMap(({ interfaces }) => interfaces).find(({ definition }) => wanted.has(definition.name));
}

export function refuseManaged(names: readonly string[], log: Log): void {
  const found = managedElsewhere(names, log);
  if (found === undefined) return;
  const { backend, file, line, definition } = found;
  throw new ViaductError('operation-unsupported', `interface '${definition.name}' is configured by ${backend}, in ${file}`, {
    hint: `Two programs would fight over it. \`viaduct host apply\` changes ${file} (line ${line}) too; or take the interface out of it first.`,
    params: { interface: definition.name, file, backend },
  });
}
