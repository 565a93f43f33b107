import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';

/** A text in the user's editor: a file of their own, which stays until somebody says it may go. */
export interface Draft {
  readonly file: string;
  /** Runs the editor once more; resolves to what was saved. */
  edit(): Promise<string>;
  remove(): Promise<void>;
}

export async function openDraft({ terminal, t }: Session, text: string, ending: string): Promise<Draft> {
  const { env } = terminal;
  const folder = await mkdtemp(join(env['TMPDIR'] || tmpdir(), 'viaduct-'));
  const file = join(folder, `edit${ending}`);
  await writeFile(file, text, { mode: 0o600 });
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  return {
    file,
    async edit() {
      const status = await terminal.runProgram(editor, file);
      if (status === 0) return readFile(file, 'utf8');
      const kept = (await readFile(file, 'utf8')) !== text;
      if (!kept) await rm(dirname(file), { recursive: true });
      throw new Failure(t('edit.editor-failed', { editor, status }), undefined, kept ? t('edit.kept', { file }) : undefined);
    },
    remove: () => rm(dirname(file), { recursive: true }),
  };
}

/** One run of the editor, for a text that the daemon takes as it is. */
export async function editText(session: Session, text: string, ending: string): Promise<string> {
  const draft = await openDraft(session, text === '' ? '' : `${text}\n`, ending);
  const after = await draft.edit();
  await draft.remove();
  return after;
}
