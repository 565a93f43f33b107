import { ViaductError } from '../../model/errors.ts';
import { editText } from './editor.ts';
import { UsageError } from '../failure.ts';
import { attempt, type Session } from '../session.ts';
import { readTarget, type Target } from './target.ts';

interface MetadataOptions extends Target {
  readonly network: string;
  readonly uri: string;
  readonly edit: boolean;
  readonly key: string | undefined;
  readonly set: string | undefined;
  readonly remove: boolean;
}

/** Shows, sets or removes what another program keeps in a network's definition under its own namespace. */
export async function metadata(session: Session, options: MetadataOptions): Promise<void> {
  const { t, client } = session;
  const { network, uri, edit, key, set, remove } = options;
  const target = { network, what: 'element', uri, ...readTarget(options, t) } as const;
  const [one, other] = [...(set === undefined ? [] : ['set']), ...(edit ? ['edit'] : []), ...(remove ? ['remove'] : [])];
  if (one !== undefined && other !== undefined) throw new UsageError(t('usage.exclusive', { one, other }));
  if ((set !== undefined || edit) && key === undefined) throw new UsageError(t('usage.set-needs-key'));

  const change = (input: { value?: string; key?: string }): Promise<object> =>
    attempt(t('failed.set-metadata', { network }), () => client.call('network.setMetadata', { ...target, ...input }));
  const keyed = key === undefined ? {} : { key };

  if (remove) {
    session.printJson(await change({}));
    return session.tell(t('done.metadata-removed'));
  }
  if (set !== undefined) {
    session.printJson(await change({ value: set, ...keyed }));
    return session.tell(t('done.metadata-set'));
  }
  if (!edit) {
    const { value } = await attempt(t('failed.metadata', { network }), () => client.call('network.metadata', target));
    return session.json ? session.printJson({ value }) : session.print(value);
  }
  const before = await attempt(t('failed.metadata', { network }), async () => {
    try {
      return (await client.call('network.metadata', target)).value;
    } catch (error) {
      if (error instanceof ViaductError && error.code === 'metadata-missing') return '';
      throw error;
    }
  });
  const text = (await editText(session, before, '.xml')).trimEnd();
  if (text === before) return session.tell(t('done.text-same'));
  session.printJson(await change(text === '' ? {} : { value: text, ...keyed }));
  session.tell(text === '' ? t('done.metadata-removed') : t('done.metadata-set'));
}
