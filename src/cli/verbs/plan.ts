import type { PlanReport } from '../../rest/client.ts';
import { Failure } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import type { ExitStatus } from '../verb.ts';
import { placeIn, readInputFile } from './files.ts';

interface PlanOptions {
  readonly file: string;
  readonly prune: boolean;
}

export async function plan(session: Session, { file, prune }: PlanOptions): Promise<ExitStatus> {
  const { t, client } = session;
  const text = await readInputFile(session, file);
  const planned = await placed(session, file, t('failed.plan', { file }), () => client.call('spec.plan', { text, prune }));
  if (session.json) session.printJson(planned);
  else printPlan(session, planned);
  if (isNothing(planned)) return 0;
  session.tell(t('plan.count', { ...counts(planned), file }));
  return 4;
}

interface ApplyOptions extends PlanOptions {
  readonly yes: boolean;
  readonly 'dry-run': boolean;
}

/** On a terminal the plan is shown and asked about, and exactly that plan is applied. Elsewhere nobody can be asked. */
export async function apply(session: Session, { file, prune, yes, 'dry-run': dryRun }: ApplyOptions): Promise<ExitStatus> {
  if (dryRun) return plan(session, { file, prune });
  const { t, client, terminal } = session;
  const failed = t('failed.apply', { file });
  const text = await readInputFile(session, file);
  const applying = { text, prune };
  const asking = terminal.interactive && !yes && !session.json && file !== '-';
  let digest: { digest?: string } = {};
  if (asking) {
    const planned = await placed(session, file, failed, () => client.call('spec.plan', applying));
    printPlan(session, planned);
    if (isNothing(planned)) return 0;
    if (!/^(y|yes|是)$/i.test(((await terminal.ask(t('plan.ask'))) ?? '').trim())) {
      session.tell(t('plan.left'));
      return 1;
    }
    digest = { digest: planned.digest };
  }
  const applied = await placed(session, file, failed, () => client.call('spec.apply', { ...applying, ...digest }));
  session.printJson(applied);
  if (!asking && !session.json && !session.quiet) printPlan(session, applied);
  if (!isNothing(applied)) session.tell(t('plan.applied', counts(applied)));
  return 0;
}

export function printPlan(session: Session, { steps, definitions }: PlanReport): void {
  const { t, print } = session;
  if (steps.length === 0 && definitions.length === 0) return session.tell(t('plan.nothing'));
  if (definitions.length > 0) print(t('plan.definitions'));
  for (const definition of definitions) print(`  ${definition}`);
  if (steps.length > 0) print(t('plan.steps'));
  for (const { summary, interrupts } of steps) {
    print(`  ${summary}`);
    if (interrupts !== undefined) print(`    ! ${t('plan.interrupts', { what: interrupts })}`);
  }
}

export function isNothing({ steps, definitions }: PlanReport): boolean {
  return steps.length === 0 && definitions.length === 0;
}

function counts({ steps, definitions }: PlanReport): { steps: number; definitions: number } {
  return { steps: steps.length, definitions: definitions.length };
}

/** An error of the specification then names the file too. */
export async function placed<Result>(session: Session, file: string, what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt(what, call);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.message, session.json ? error.cause : placeIn(file, error.cause));
  }
}
