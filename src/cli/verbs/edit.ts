import { Failure } from '../failure.ts';
import { openDraft } from './editor.ts';
import { attempt, type Session } from '../session.ts';
import { report } from '../report.ts';

/**
 * The persistent definition in the editor. The daemon checks what was saved before it keeps it; after a mistake
 * the same text can be edited again, and where nobody can be asked it stays in its file.
 */
export async function editNetwork(session: Session, { network }: { readonly network: string }): Promise<void> {
  const { t, client, terminal } = session;
  const read = (): Promise<string> => attempt(t('failed.get-network', { network }), async () => (await client.call('network.xml', { network, inactive: true })).xml);
  const before = await read();
  const draft = await openDraft(session, before, '.xml');
  let force = false;
  for (let again = true; again; ) {
    const xml = await draft.edit();
    if (xml === before) {
      await draft.remove();
      return session.tell(t('done.edit-same', { network }));
    }
    try {
      if (!force && (await read()) !== before) throw new Failure(t('failed.edit', { network }), new Failure(t('edit.raced')));
      const edited = await attempt(t('failed.edit', { network }), () => client.call('network.define', { xml }));
      await draft.remove();
      session.printJson(edited);
      return session.tell(t('done.edit', { network: edited.name }));
    } catch (error) {
      const answer = terminal.interactive ? await askAfter(session, error) : undefined;
      if (answer === undefined) {
        const cause = error instanceof Failure ? error.cause : error;
        throw new Failure(t('failed.edit', { network }), cause, [t('edit.kept', { file: draft.file }), t('edit.no-terminal', { file: draft.file })].join(' '));
      }
      again = answer !== 'n';
      force ||= answer === 'f';
    }
  }
  await draft.remove();
  throw new Failure(t('failed.edit', { network }), new Failure(t('plan.left')));
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
