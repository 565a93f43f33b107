import type { PlanReport } from '../../rest/client.ts';
import { Failure } from '../failure.ts';
import { openDraft } from './editor.ts';
import { attempt, type Session } from '../session.ts';
import { attemptOn } from './files.ts';
import { printPlan } from './plan.ts';
import { report } from '../report.ts';

/** A definition that can be edited, and what is said about it. */
interface Edited {
  readonly read: () => Promise<string>;
  /** Hands in the new text; resolves to what has been defined, and under which name. */
  readonly define: (xml: string) => Promise<{ readonly made: object; readonly done: string }>;
  readonly same: string;
  readonly failed: string;
  /** The command that takes the file when nobody can be asked. */
  readonly command: string;
}

/** virsh's way changes what is used from the next start on; with `live` what runs is changed as well, or neither. */
export async function editNetwork(
  session: Session,
  { network, live }: { readonly network: string; readonly live: boolean },
): Promise<void> {
  const { t, client } = session;
  const failed = t('failed.edit', { network });
  if (live && !(await attempt(failed, () => client.call('network.get', { network }))).active)
    throw new Failure(failed, new Failure(t('edit.not-running')), t('edit.without-live'));
  return editDefinition(session, {
    read: () =>
      attempt(t('failed.get-network', { network }), async () => (await client.call('network.xml', { network, inactive: true })).xml),
    define: async (xml) => {
      if (live) return { made: await applyEdited(session, xml), done: t('done.edit-live', { network }) };
      const made = await client.call('network.define', { xml });
      return { made, done: t('done.edit', { network: made.name }) };
    },
    same: t('done.edit-same', { network }),
    failed,
    command: live ? 'apply' : 'net-define',
  });
}

/** On a terminal the plan is shown and asked about first, as `apply` does it. */
async function applyEdited(session: Session, text: string): Promise<PlanReport> {
  const { t, client, terminal } = session;
  const planned = await client.call('spec.plan', { text });
  if (!session.json && !session.quiet) printPlan(session, planned);
  if (terminal.interactive && !/^(y|yes|是)$/i.test(((await terminal.ask(t('plan.ask'))) ?? '').trim())) throw new Failure(t('plan.left'));
  return client.call('spec.apply', { text, digest: planned.digest });
}

export function editInterface(session: Session, { interface: name }: { readonly interface: string }): Promise<void> {
  const { t, client } = session;
  return editDefinition(session, {
    read: () =>
      attempt(
        t('failed.get-interface', { interface: name }),
        async () => (await client.call('interface.xml', { interface: name, inactive: true })).xml,
      ),
    define: async (xml) => {
      const made = await client.call('interface.define', { xml });
      return { made, done: t('done.iface-edit', { interface: made.name }) };
    },
    same: t('done.iface-edit-same', { interface: name }),
    failed: t('failed.iface-edit', { interface: name }),
    command: 'iface-define',
  });
}

/**
 * The persistent definition in the editor. The daemon checks what was saved before it keeps it; after a mistake
 * the same text can be edited again, and where nobody can be asked it stays in its file.
 */
async function editDefinition(session: Session, { read, define, same, failed, command }: Edited): Promise<void> {
  const { t, terminal } = session;
  const before = await read();
  const draft = await openDraft(session, before, '.xml');
  let force = false;
  for (let again = true; again;) {
    const xml = await draft.edit();
    if (xml === before) {
      await draft.remove();
      return session.tell(same);
    }
    try {
      if (!force && (await read()) !== before) throw new Failure(failed, new Failure(t('edit.raced')));
      const { made, done } = await attemptOn(failed, draft.file, () => define(xml));
      await draft.remove();
      session.printJson(made);
      return session.tell(done);
    } catch (error) {
      const answer = terminal.interactive ? await askAfter(session, error) : undefined;
      if (answer === undefined) {
        const cause = error instanceof Failure ? error.cause : error;
        throw new Failure(
          failed,
          cause,
          [t('edit.kept', { file: draft.file }), t('edit.no-terminal', { command, file: draft.file })].join(' '),
        );
      }
      again = answer !== 'n';
      force ||= answer === 'f';
    }
  }
  await draft.remove();
  throw new Failure(failed, new Failure(t('plan.left')));
}

/** Undefined when the input ends without an answer. */
async function askAfter(session: Session, error: unknown): Promise<'y' | 'n' | 'f' | undefined> {
  const { t, terminal } = session;
  report(session, error);
  for (;;) {
    const line = await terminal.ask(t('edit.retry'));
    if (line === undefined) return undefined;
    const answer = line.trim().toLowerCase();
    if (answer === 'y' || answer === 'n' || answer === 'f') return answer;
    if (answer === '?') terminal.stderr(`${t('edit.explain')}\n`);
  }
}
