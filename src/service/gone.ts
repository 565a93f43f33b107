import type { Catalog } from '../model/catalog.ts';
import type { Port } from '../model/port.ts';
import type { Uuid } from '../model/units.ts';
import { hasNetns, isRunning } from '../system/processes.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { removePort, withPort } from './port-edits.ts';
import { portName } from './port-names.ts';

/** How long a port whose other end is lost is still shown, and waits for a namespace of that name to come back. */
const shownMs = 60_000;

/**
 * Looks for ports whose other end is lost: the process they belong to has ended, or the namespace is gone
 * that their wire led into. They lose their wire at once, and are forgotten a minute later.
 *
 * @param links Looks at the ports of these wires only.
 */
export async function tidyPorts(context: Context, links?: ReadonlySet<string>): Promise<void> {
  const { store, log } = context;
  const now = Date.now();
  const edits = new Map<Uuid, Port | undefined>();
  for (const port of store.catalog().ports.values()) {
    if (port.link === undefined || (links !== undefined && !links.has(port.link.name))) continue;
    const lost = isLost(port);
    const { goneSince, ...rest } = port;
    if (lost && goneSince === undefined) edits.set(port.uuid, { ...port, goneSince: now });
    else if (!lost && goneSince !== undefined) edits.set(port.uuid, rest);
    else if (goneSince !== undefined && now - goneSince > shownMs) edits.set(port.uuid, undefined);
  }
  if (edits.size === 0) return;
  await change(context, (catalog) => [...edits].reduce(replacePort, catalog));
  for (const [uuid, port] of edits) {
    if (port?.goneSince === now)
      log.warn({ port: uuid }, `Nobody is at the other end of port '${portName(port)}' any more: its wire was removed.`);
  }
}

function replacePort(catalog: Catalog, [uuid, port]: [Uuid, Port | undefined]): Catalog {
  // It may have been unplugged meanwhile.
  if (!catalog.ports.has(uuid)) return catalog;
  return port === undefined ? removePort(catalog, uuid) : withPort(catalog, port);
}

/** Cheap for what nothing has to be asked about: only ports of processes and namespaces end by themselves. */
function isLost({ link, holder }: Port): boolean {
  return (holder !== undefined && !isRunning(holder)) || (link?.kind === 'veth' && !hasNetns(link.netns));
}
