import { join } from 'node:path';
import { parseInterface } from '../formats/libvirt/interface.ts';
import type { Catalog, Checkpoint, InterfaceEntry, Interfaces, RunningInterface } from '../model/catalog.ts';
import { readText } from '../system/files.ts';
import type { Log } from './context.ts';
import { checkpointPath, interfacePath, restorePointPath, runningPath } from './interface-files.ts';
import { namesIn, type StoreFolders } from './store-files.ts';

/** Reads what is kept of the host's interfaces. A file that cannot be understood is reported, left alone, and harms no other. */
export async function loadInterfaces(
  { stateDir, runDir }: StoreFolders,
  log: Log,
): Promise<Pick<Catalog, 'interfaces' | 'restorePoint' | 'checkpoint'>> {
  const read = <Value>(path: string, parse: (text: string) => Value): Value | undefined => {
    const text = readText(path);
    try {
      return text === undefined ? undefined : parse(text);
    } catch (cause) {
      log.error({ err: cause, path }, `The interface in ${path} cannot be read and is left alone.`);
      return undefined;
    }
  };
  const names = new Set([
    ...(await namesIn(join(stateDir, 'interfaces'), '.xml')),
    ...(await namesIn(join(runDir, 'interfaces'), '.json')),
  ]);
  const interfaces = new Map<string, InterfaceEntry>();
  for (const name of names) {
    const config = read(join(stateDir, interfacePath(name)), (text) => parseInterface(text.replace(/^<!--[^]*?-->\n/, '')));
    const live = read(join(runDir, runningPath(name)), (text) => JSON.parse(text) as RunningInterface);
    if (config !== undefined && config.name !== name)
      log.error({ name }, `The definition of interface '${name}' is passed over: it names another, '${config.name}'.`);
    else if (config !== undefined || live !== undefined) interfaces.set(name, { ...(config && { config }), ...(live && { live }) });
  }
  const restorePoint = read(join(stateDir, restorePointPath), (text) => new Map(JSON.parse(text) as [string, InterfaceEntry][]));
  const checkpoint = read(join(stateDir, checkpointPath), (text): Checkpoint => {
    const { deadline, interfaces: earlier } = JSON.parse(text) as { deadline: number; interfaces: [string, InterfaceEntry][] };
    return { deadline, interfaces: new Map(earlier) };
  });
  return { interfaces, ...(restorePoint !== undefined && { restorePoint }), ...(checkpoint !== undefined && { checkpoint }) };
}

/** What nobody committed or confirmed before the host rebooted: the definitions are again as they were when it began. */
export function rolledBack(catalog: Catalog): Catalog {
  const { restorePoint, checkpoint, ...rest } = catalog;
  const earlier = restorePoint ?? checkpoint?.interfaces;
  if (earlier === undefined) return catalog;
  const definitions: Interfaces = new Map(
    [...earlier].flatMap(([name, { config }]) => (config === undefined ? [] : [[name, { config }] as const])),
  );
  return { ...rest, interfaces: definitions };
}
