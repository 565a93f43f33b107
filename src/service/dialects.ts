import { backends, readHost } from '../hostconfig/index.ts';
import { ViaductError } from '../model/errors.ts';
import type { WrittenInterface } from '../model/host-config.ts';
import { hostFilesAt } from '../system/host-files.ts';
import type { Log } from './context.ts';

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
    hint: `Two programs would fight over it. Change ${file} (line ${line}), or take the interface out of it first.`,
    params: { interface: definition.name, file, backend },
  });
}
