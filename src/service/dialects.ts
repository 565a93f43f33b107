import { backends, chooseBackend, readHost } from '../hostconfig/index.ts';
import { ViaductError } from '../model/errors.ts';
import type { BackendName, HostFile, WrittenInterface } from '../model/host-config.ts';
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

/**
 * The program whose files a change of these interfaces belongs in; undefined where none describes them, and Viaduct keeps them.
 * `asked` is what the caller said: a back end by its name, or `none`.
 *
 * @throws `spec-invalid` for a file that names one of them and cannot be understood; `operation-unsupported` when two programs
 * claim them, or the program is not installed.
 */
export function homeOf(names: readonly string[], asked?: BackendName | 'none'): Home | undefined {
  if (asked === 'none') return undefined;
  const files = filesByBackend();
  const readable = new Map([...files].filter(([name, theirs]) => asked === name || isReadable(name, theirs, names)));
  const { interfaces } = readHost(readable);
  if (asked === undefined && !interfaces.some(({ definition }) => names.includes(definition.name))) return undefined;
  const backend = asked ?? chooseBackend({ names, files: readable, written: interfaces, active: runningBackends() }).backend;
  requireTool(backend);
  return { backend, files: files.get(backend) ?? [], written: interfaces.filter((one) => one.backend === backend) };
}

/** The files of every dialect on this host. */
export function filesByBackend(): ReadonlyMap<BackendName, readonly HostFile[]> {
  return new Map(backends.map(({ name, places }) => [name, places.flatMap(hostFilesAt)]));
}

function isReadable(backend: BackendName, files: readonly HostFile[], names: readonly string[]): boolean {
  try {
    readHost(new Map([[backend, files]]));
    return true;
  } catch (cause) {
    const isAbout = files.some(({ text }) => names.some((name) => text.split(/[^\w.+-]+/).includes(name)));
    if (isAbout || !(cause instanceof ViaductError)) throw cause;
    return false;
  }
}

/** Where the host's own tools configure one of these interfaces; undefined where none does. */
export function managedElsewhere(names: Iterable<string>, log: Log): WrittenInterface | undefined {
  const wanted = new Set(names);
  for (const { name, places } of backends) {
    const files = places.flatMap(hostFilesAt);
    if (files.length === 0) continue;
    try {
      const found = readHost(new Map([[name, files]])).interfaces.find(({ definition }) => wanted.has(definition.name));
      if (found !== undefined) return found;
    } catch (cause) {
      if (!(cause instanceof ViaductError)) throw cause;
      log.warn({ err: cause, backend: name }, `The host's configuration for ${name} cannot be understood and is passed over.`);
    }
  }
  return undefined;
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
