import { bridgeFilterObjects } from '../compile/linux/bridge-filter.ts';
import { diagnose } from '../explain/doctor/diagnose.ts';
import { mayTurnOff } from '../explain/doctor/bridge-filter.ts';
import { bridgeFilterModule, type BridgeFilterOff } from '../model/bridge-filter.ts';
import type { Catalog } from '../model/catalog.ts';
import type { HostHealth } from '../model/doctor.ts';
import { ViaductError } from '../model/errors.ts';
import { parseIfName } from '../model/units.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { gatherHealth } from './health.ts';
import type { Input, Output, PlanReport } from './operation-types.ts';
import { reportPlan } from './report.ts';

export async function examine(context: Context): Promise<Output<'doctor.examine'>> {
  return { findings: diagnose(await gatherHealth(context)), at: Date.now() };
}

/** Keeps bridged frames out of the host's packet filter, for good. It is remembered what was so before. */
export async function applyRemedy(context: Context, { dryRun = false }: Input<'doctor.fix'>): Promise<PlanReport> {
  const health = await gatherHealth(context);
  if (!mayTurnOff(health)) {
    throw new ViaductError(
      'operation-invalid',
      'Kubernetes runs here, and stops working when these switches are off; nothing was changed.',
      {
        hint: '`viaduct doctor` says how to accept frames between guests explicitly.',
      },
    );
  }
  return reportPlan(await change(context, (catalog) => turnOff(catalog, health), { dryRun, recheckSettings: true }));
}

/** Puts back what {@link applyRemedy} changed. */
export async function undoRemedy(context: Context, { dryRun = false }: Input<'doctor.undo'>): Promise<PlanReport> {
  const { bridgeFilterOff } = context.store.catalog();
  if (bridgeFilterOff === undefined) {
    throw new ViaductError('operation-invalid', 'There is nothing to undo: `viaduct doctor --fix` has changed nothing on this host.');
  }
  await refuseEdited(context, bridgeFilterOff);
  return reportPlan(await change(context, ({ bridgeFilterOff: _off, ...catalog }) => catalog, { dryRun }));
}

/** A second time what is remembered of before the first one stays. */
function turnOff(catalog: Catalog, { release, switches, bridges, off }: HostHealth): Catalog {
  const known = new Set(off?.kept.map(({ bridge }) => bridge));
  const kept = bridges.flatMap(({ name, owner, filters }) => {
    const bridge = parseIfName(name);
    return owner !== 'docker' || bridge === undefined || known.has(bridge) ? [] : [{ bridge, before: filters }];
  });
  const present = new Set(bridges.map(({ name }) => name));
  const bridgeFilterOff: BridgeFilterOff = {
    module: bridgeFilterModule(release),
    before: { ...switches, ...off?.before },
    kept: [...(off?.kept.filter(({ bridge }) => present.has(bridge)) ?? []), ...kept],
  };
  return { ...catalog, bridgeFilterOff };
}

/** What an administrator has written into a file of ours is not thrown away. */
async function refuseEdited({ system }: Context, off: BridgeFilterOff): Promise<void> {
  const files = bridgeFilterObjects(off).filter((object) => object.kind === 'setting-file');
  for (const object of (await system.observe(files)).values()) {
    if (object.kind !== 'setting-file' || files.some(({ path, text }) => path === object.path && text === object.text)) continue;
    throw new ViaductError('operation-invalid', `${object.path} is no longer as Viaduct wrote it; nothing was changed.`, {
      hint: 'Move it away if you want to keep it, and undo again.',
      params: { path: object.path },
    });
  }
}
