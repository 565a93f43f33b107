import { glossary, type Term } from '../../explain/glossary.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';

/** The words of the trade in the user's language, or one of them. */
export async function showGlossary(session: Session, { word }: { readonly word: string | undefined }): Promise<void> {
  const { t, translator } = session;
  const shown = word === undefined ? glossary : glossary.filter((term) => isMeant(term, word.toLowerCase()));
  if (shown.length === 0) throw new Failure(t('failed.glossary', { word: word ?? '' }), undefined, t('glossary.all'));
  session.printJson(shown);
  if (session.json) return;
  for (const term of shown) {
    const { term: name, says } = term[translator.language];
    session.print(name);
    session.print(`    ${says}`);
    if (term.neutron !== undefined) session.print(`    Neutron: ${term.neutron}`);
  }
}

function isMeant({ id, en, 'zh-CN': zh, neutron = '' }: Term, word: string): boolean {
  return id === word || [en.term, zh.term, neutron].some((text) => text.toLowerCase().includes(word));
}
