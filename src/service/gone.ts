import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Port } from '../model/port.ts';
import type { Uuid } from '../model/units.ts';
import { hasNetns, isRunning } from '../system/processes.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { removePort, withPort } from './port-edits.ts';
import { portLabel, portName } from './port-names.ts';

/** How long a port whose other end is lost is still shown, and waits for a namespace of that name to come back. */
const shownMs = 60_000;
/** The same for a hypervisor's: virtqemud may be starting anew meanwhile, and then looks for its ports. */
export const hypervisorsShownMs = 600_000;

/**
 * Looks for ports whose other end is lost: the process they belong to has ended, or the namespace is gone
 * that their wire led into. They lose their wire at once, and are forgotten a minute later.
 *
 * Ports of a hypervisor that have lost their wire (`port-wires.ts`) are forgotten ten minutes later, and not while
 * the hypervisor says that their guest runs. That takes nothing from it: it asks for its ports by their UUIDs, and
 * brings along what it knows of one that is not there (`reclaim`).
 *
 * @param links Looks at the ports of these wires only.
 */
export async function tidyPorts(context: Context, links?: ReadonlySet<string>): Promise<void> {
  const { store, log } = context;
  const now = Date.now();
  const edits = new Map<Uuid, Port | undefined>();
  if (links === undefined) for (const uuid of await abandonedPorts(context, now)) edits.set(uuid, undefined);
  for (const port of store.catalog().ports.values()) {
    if (port.link === undefined || (links !== undefined && !links.has(port.link.name))) continue;
    const lost = isLost(port);
    const { goneSince, ...rest } = port;
    if (lost && goneSince === undefined) edits.set(port.uuid, { ...port, goneSince: now });
    else if (!lost && goneSince !== undefined) edits.set(port.uuid, rest);
    else if (goneSince !== undefined && now - goneSince > shownMs) edits.set(port.uuid, undefined);
  }
  if (edits.size === 0) return;
  const before = store.catalog().ports;
  await change(context, (catalog) => [...edits].reduce(replacePort, catalog));
  for (const [uuid, port] of edits) {
    if (port?.goneSince === now)
      log.warn({ port: uuid }, `Nobody is at the other end of port '${portName(port)}' any more: its wire was removed.`);
    const forgotten = port === undefined ? before.get(uuid) : undefined;
    if (forgotten?.link === undefined && forgotten?.wire !== undefined)
      log.warn(
        { port: uuid },
        `Port '${portName(forgotten)}' was forgotten: its wire ${forgotten.wire} is gone, and its hypervisor has not asked for it.`,
      );
  }
}

/** Of guests that have ended, as far as their hypervisor can say. */
async function abandonedPorts({ store, hypervisor }: Context, now: number): Promise<readonly Uuid[]> {
  const lost = [...store.catalog().ports.values()].filter(
    ({ link, goneSince }) => link === undefined && goneSince !== undefined && now - goneSince > hypervisorsShownMs,
  );
  if (lost.length === 0) return [];
  const guests = (await hypervisor?.guests().catch(() => [])) ?? [];
  const running = new Set(guests.flatMap(({ uuid, active }) => (active ? [uuid] : [])));
  return lost.filter(({ owner }) => !running.has(owner.uuid)).map(({ uuid }) => uuid);
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

/** Refuses what needs the wire of a port that has lost its other end, noticed or not. */
export function refuseGone(port: Port): void {
  if (port.link === undefined || (port.goneSince === undefined && !isLost(port))) return;
  const { holder, link } = port;
  const [cause, hint] =
    holder !== undefined && !isRunning(holder)
      ? [
          `process ${holder.pid}, which it was made for, has ended`,
          `Start the program anew and make a port for it; this one is removed by itself.`,
        ]
      : link.kind === 'veth' && !hasNetns(link.netns)
        ? [`namespace '${link.netns}', which it led into, is not there`, `Make it again, and the wire is back: ip netns add ${link.netns}`]
        : ['its other end is back only now', 'Try again in a few seconds.'];
  throw new ViaductError('operation-invalid', `The wire of ${portLabel(port)} is gone: ${cause}.`, {
    hint,
    params: { port: portName(port) },
  });
}
