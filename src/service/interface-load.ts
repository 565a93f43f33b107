import { join } from 'node:path';
import { parseInterface } from '../formats/libvirt/interface.ts';
import type { Catalog, Checkpoint, ConfirmedChange, InterfaceEntry, Interfaces, RunningInterface } from '../model/catalog.ts';
import { readText } from '../system/files.ts';
import type { Log } from './context.ts';
import { checkpointPath, interfacePath, lastChangePath, restorePointPath, runningPath } from './interface-files.ts';
import { namesIn, type StoreFolders } from './store-files.ts';

type Entries = readonly (readonly [string, InterfaceEntry])[];

/** Reads what is kept of the host's interfaces. A file that cannot be understood is reported, left alone, and harms no other. */
export async function loadInterfaces(
  { stateDir, runDir }: StoreFolders,
  log: Log,
): Promise<Pick<Catalog, 'interfaces' | 'restorePoint' | 'checkpoint' | 'lastChange'>> {
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
    const { interfaces: earlier, ...rest } = JSON.parse(text) as Omit<Checkpoint, 'interfaces'> & { interfaces: Entries };
    return { ...rest, interfaces: new Map(earlier) };
  });
  const lastChange = read(join(stateDir, lastChangePath), (text): ConfirmedChange => {
    const { before, after, ...rest } = JSON.parse(text) as Omit<ConfirmedChange, 'before' | 'after'> & { before: Entries; after: Entries };
    return { ...rest, before: new Map(before), after: new Map(after) };
  });
  return {
    interfaces,
    ...(restorePoint !== undefined && { restorePoint }),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(lastChange !== undefined && { lastChange }),
  };
}

/** What nobody committed or confirmed before the host rebooted: the definitions are again as they were when it began. */
export function rolledBack(catalog: Catalog): Catalog {
  const { restorePoint, checkpoint, ...rest } = catalog;
  const earlier = restorePoint ?? checkpoint?.interfaces;
  if (earlier === undefined) return catalog;
  const definitions: Interfaces = new Map(
    [...earlier].flatMap(([name, { config }]) => (config === undefined ? [] : [[name, { config }] as const])),
  );
  // The host's own files outlived the reboot: the clock, which has run out by now, takes them back.
  const { files } = checkpoint ?? {};
  return {
    ...rest,
    interfaces: definitions,
    ...(files !== undefined && { checkpoint: { deadline: 0, interfaces: definitions, files } }),
  };
}
