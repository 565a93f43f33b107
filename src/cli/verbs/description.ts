import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { editText } from './editor.ts';
import { readTarget, type Target } from './target.ts';
import { ViaductError } from '../../model/errors.ts';

interface DescribeOptions extends Target {
  readonly network: string;
  readonly title: boolean;
  readonly edit: boolean;
  readonly 'new-desc': readonly string[];
}

/** Shows, or with a text changes, a network's description or title. An empty text removes it. */
export async function describe(session: Session, options: DescribeOptions): Promise<void> {
  const { t, client } = session;
  const { network, title, edit, 'new-desc': words } = options;
  const what = title ? 'title' : 'description';
  const target = { network, what, ...readTarget(options, t) } as const;
  if (edit && words.length > 0) throw new UsageError(t('usage.exclusive', { one: 'edit', other: 'new-desc' }));

  const read = async (): Promise<string> => {
    try {
      return (await client.call('network.metadata', target)).value;
    } catch (error) {
      if (error instanceof ViaductError && error.code === 'metadata-missing') return '';
      throw error;
    }
  };
  if (words.length === 0 && !edit) {
    const value = await attempt(t('failed.metadata', { network }), read);
    if (session.json) session.printJson({ [what]: value });
    else if (value === '') session.tell(title ? t('none.title', { network }) : t('none.description', { network }));
    else session.print(value);
    return;
  }
  const before = edit ? await attempt(t('failed.metadata', { network }), read) : undefined;
  const text = before === undefined ? words.join(' ') : (await editText(session, before, '.txt')).trimEnd();
  if (text === before) return session.tell(t('done.text-same'));
  const value = text === '' ? {} : { value: text };
  session.printJson(
    await attempt(t('failed.set-metadata', { network }), () => client.call('network.setMetadata', { ...target, ...value })),
  );
  session.tell(title ? t('done.title') : t('done.description'));
}
