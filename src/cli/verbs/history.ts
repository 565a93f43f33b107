import type { Output } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';
import { localTime } from '../time.ts';
import type { ExitStatus } from '../verb.ts';
import { isNothing, printPlan } from './plan.ts';

type NetworkChange = Output<'network.history'>[number];

export async function listHistory(session: Session, { network }: { readonly network: string | undefined }): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const changes = await attempt(t('failed.history'), () => client.call('network.history', network === undefined ? {} : { network }));
  if (session.json) return session.printJson(changes);
  const header = [t('history.change'), t('history.at'), t('history.user'), t('column.network'), t('history.did')];
  const rows = changes.map((change) => [String(change.id), localTime(change.at), change.user, change.network.name, words(session, change)]);
  terminal.stdout(virshTable(header, rows, { quiet }));
}

/** On a terminal the plan is shown and asked about, and exactly that plan is carried out. */
export async function undo(
  session: Session,
  { change: id, yes, 'dry-run': dryRun }: { readonly change: string; readonly yes: boolean; readonly 'dry-run': boolean },
): Promise<ExitStatus> {
  const { t, client, terminal } = session;
  const failed = t('failed.undo', { change: id });
  const change = /^#?\d+$/.test(id) ? Number(id.replace('#', '')) : Number.NaN;
  const planned = await attempt(failed, () => client.call('network.undoPlan', { change }));
  if (session.json && dryRun) session.printJson(planned);
  else if (!session.json && !session.quiet) {
    session.print(t('history.undoes', { network: planned.change.network.name, did: words(session, planned.change) }));
    printPlan(session, planned.plan);
  }
  if (dryRun) return isNothing(planned.plan) ? 0 : 4;
  if (terminal.interactive && !yes && !session.json && !/^(y|yes|是)$/i.test(((await terminal.ask(t('plan.ask'))) ?? '').trim())) {
    session.tell(t('plan.left'));
    return 1;
  }
  session.printJson(await attempt(failed, () => client.call('network.undo', { change, digest: planned.plan.digest })));
  session.tell(t('done.undo', { change: id, network: planned.change.network.name }));
  return 0;
}

function words({ t }: Session, { did, undoes }: NetworkChange): string {
  const all = did.map((deed) => t(`history.${deed}`));
  return [...all, ...(undoes === undefined ? [] : [t('history.took-back', { change: undoes })])].join(', ');
}
