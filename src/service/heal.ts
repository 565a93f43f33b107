import type { Uuid } from '../model/units.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { currentOf } from './lookup.ts';

export type Healing = 'well' | 'healed' | 'troubled';

/**
 * True when the host is as all these networks want it. Changes nothing and makes nobody wait.
 *
 * @param links Looks only at what belongs to these links of their guests.
 */
export async function areWell(context: Context, uuids: readonly Uuid[], links?: ReadonlySet<string>): Promise<boolean> {
  try {
    const recheckLinks = links === undefined ? {} : { recheckLinks: links };
    const { plan } = await change(context, (catalog) => catalog, { recheck: uuids, ...recheckLinks, dryRun: true });
    return plan.steps.length === 0;
  } catch {
    return false;
  }
}

/** Puts one network right and tells of it, or tells why it cannot be done. */
export async function heal(context: Context, uuid: Uuid): Promise<Healing> {
  const entry = context.store.catalog().networks.get(uuid);
  if (entry?.live === undefined) return 'well';
  const network = { uuid, name: currentOf(entry).name };
  try {
    const { plan } = await change(context, (catalog) => catalog, { recheck: [uuid] });
    const repaired = plan.steps.map(({ summary }) => summary);
    const wasTroubled = context.troubles.delete(uuid);
    if (repaired.length === 0 && !wasTroubled) return 'well';
    context.log.warn(
      { network: network.name, repaired },
      `Network '${network.name}' was not as it should be and was put right: ${repaired.join('; ')}.`,
    );
    context.events.emit({ at: Date.now(), kind: 'network-healed', network, repaired });
    return 'healed';
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (context.troubles.get(uuid) !== reason) {
      context.troubles.set(uuid, reason);
      context.log.error({ err: cause, network: network.name }, `Network '${network.name}' is in trouble: ${reason}`);
      context.events.emit({ at: Date.now(), kind: 'network-troubled', network, reason });
    }
    return 'troubled';
  }
}
