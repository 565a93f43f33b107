import type { PlanReport } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import type { ExitStatus } from '../verb.ts';
import { attemptOn, readInputFile } from './files.ts';
import { isNothing, printPlan } from './plan.ts';

interface Named {
  readonly network: string;
}

interface FromFile {
  readonly file: string;
  readonly validate: boolean;
}

interface Planned extends Named {
  readonly 'dry-run': boolean;
}

export async function start(session: Session, { network, 'dry-run': dryRun }: Planned): Promise<ExitStatus> {
  const { t, client } = session;
  if (dryRun)
    return showPlan(session, await attempt(t('failed.start', { network }), () => client.call('network.start', { network, dryRun })));
  session.printJson(await attempt(t('failed.start', { network }), () => client.call('network.start', { network })));
  session.tell(t('done.start', { network }));
  return 0;
}

export async function destroy(session: Session, { network, 'dry-run': dryRun }: Planned): Promise<ExitStatus> {
  const { t, client } = session;
  if (dryRun)
    return showPlan(session, await attempt(t('failed.destroy', { network }), () => client.call('network.destroy', { network, dryRun })));
  session.printJson(await attempt(t('failed.destroy', { network }), () => client.call('network.destroy', { network })));
  session.tell(t('done.destroy', { network }));
  return 0;
}

/** What would be done, and who would notice; 4 as from `plan`. */
function showPlan(session: Session, report: PlanReport): ExitStatus {
  if (session.json) session.printJson(report);
  else printPlan(session, report);
  return isNothing(report) ? 0 : 4;
}

export async function undefine(session: Session, { network }: Named): Promise<void> {
  const { t, client } = session;
  session.printJson(await attempt(t('failed.undefine', { network }), () => client.call('network.undefine', { network })));
  session.tell(t('done.undefine', { network }));
}

export async function copy(
  session: Session,
  { network, name, start: startNow }: Named & { readonly name: string; readonly start: boolean },
): Promise<void> {
  const { t, client } = session;
  const made = await attempt(t('failed.copy', { network, name }), () =>
    client.call('network.copy', { network, name, ...(startNow && { start: true }) }),
  );
  session.printJson(made);
  session.tell(
    t('done.copy', {
      network,
      name: made.name,
      own: [...made.addresses, ...(made.bridge === undefined ? [] : [made.bridge])].join(', ') || '-',
    }),
  );
}

export async function autostart(session: Session, { network, disable }: Named & { readonly disable: boolean }): Promise<void> {
  const { t, client } = session;
  const failed = disable ? t('failed.no-autostart', { network }) : t('failed.autostart', { network });
  session.printJson(await attempt(failed, () => client.call('network.autostart', { network, autostart: !disable })));
  session.tell(disable ? t('done.no-autostart', { network }) : t('done.autostart', { network }));
}

export async function define(session: Session, { file, validate }: FromFile): Promise<void> {
  const { t, client } = session;
  const xml = await readInputFile(session, file);
  const made = await attemptOn(t('failed.define', { file }), file, () => client.call('network.define', { xml, validate }));
  session.printJson(made);
  session.tell(t('done.define', { network: made.name, file }));
}

export async function create(session: Session, { file, validate }: FromFile): Promise<void> {
  const { t, client } = session;
  const xml = await readInputFile(session, file);
  const made = await attemptOn(t('failed.create', { file }), file, () => client.call('network.create', { xml, validate }));
  session.printJson(made);
  session.tell(t('done.create', { network: made.name, file }));
}
