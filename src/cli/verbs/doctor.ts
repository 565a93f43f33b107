import type { Finding, Verdict } from '../../model/doctor.ts';
import { fillFirst } from '../../model/template.ts';
import { paint, type Paint } from '../colors.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import type { ExitStatus } from '../verb.ts';
import { printPlan } from './plan.ts';

interface DoctorOptions {
  readonly fix: boolean;
  readonly undo: boolean;
  readonly yes: boolean;
  readonly 'dry-run': boolean;
}

/** What is wrong with this host and what helps; with `--fix` it is done, with `--undo` taken back. */
export async function doctor(session: Session, { fix, undo, ...how }: DoctorOptions): Promise<ExitStatus> {
  const { t } = session;
  if (fix && undo) throw new UsageError(t('usage.exclusive', { one: 'fix', other: 'undo' }));
  if (fix || undo) return remedy(session, { ...how, undo });
  const { findings } = await attempt(t('failed.doctor'), () => session.client.call('doctor.examine', {}));
  if (session.json) session.printJson(findings);
  else await printFindings(session, findings);
  return findings.some(({ verdict }) => verdict === 'problem' || verdict === 'warning') ? 4 : 0;
}

async function printFindings(session: Session, findings: readonly Finding[]): Promise<void> {
  const { t, print, color, quiet } = session;
  const tell = await translated(session);
  for (const found of findings) {
    if (quiet && found.verdict === 'ok') continue;
    const { cause, fix } = tell(found);
    print(`${paint(t(`doctor.${found.verdict}`), paints[found.verdict], color)}  ${found.object}`);
    print(`    ${cause}`);
    if (fix !== undefined) print(`    ${t('line.hint', { text: fix })}`);
  }
  const count = (verdict: Verdict) => findings.filter((found) => found.verdict === verdict).length;
  session.tell(t('doctor.count', { problems: count('problem'), warnings: count('warning'), notes: count('note') }));
}

const paints: Readonly<Record<Verdict, Paint>> = { ok: 'good', note: 'dim', warning: 'bad', problem: 'bad' };

type Tell = (finding: Finding) => { readonly cause: string; readonly fix?: string | undefined };

async function translated({ translator }: Session): Promise<Tell> {
  if (translator.language === 'en') return (found) => found;
  const { findingsZhCN } = await import('../i18n/findings-zh-CN.ts');
  return ({ code, params, cause, fix }) => {
    const texts = findingsZhCN[code];
    return { cause: fillFirst(texts.cause, params) ?? cause, fix: fix && (fillFirst(texts.fix ?? [], params) ?? fix) };
  };
}

/** The plan is shown first; on a terminal somebody is asked. */
async function remedy(session: Session, { undo, yes, 'dry-run': dryRun }: Omit<DoctorOptions, 'fix'>): Promise<ExitStatus> {
  const { t, client, terminal } = session;
  const failed = undo ? t('failed.doctor-undo') : t('failed.doctor-fix');
  const call = (input: { dryRun?: boolean }) => attempt(failed, () => client.call(undo ? 'doctor.undo' : 'doctor.fix', input));
  const planned = await call({ dryRun: true });
  if (!session.json && !session.quiet) printPlan(session, planned);
  if (dryRun || planned.steps.length === 0) {
    session.printJson(planned);
    return planned.steps.length === 0 ? 0 : 4;
  }
  if (terminal.interactive && !yes && !session.json && !/^(y|yes|是)$/i.test(((await terminal.ask(t('plan.ask'))) ?? '').trim())) {
    session.tell(t('plan.left'));
    return 1;
  }
  session.printJson(await call({}));
  session.tell(undo ? t('done.doctor-undo') : t('done.doctor-fix'));
  return 0;
}
