import type { ErrorCode, ErrorParams } from '../../model/errors.ts';
import { fill, fillFirst, type TemplateValues } from '../../model/template.ts';
import { en, type MessageKey, type Placeholders } from './en.ts';
import { errorsEn } from './errors-en.ts';

export type Language = 'en' | 'zh-CN';
export type Values = TemplateValues;

/** One language: what is said, and how an error is told. */
export interface Translator {
  readonly language: Language;
  readonly t: Translate;
  /** The daemon's error in this language; the message it came with where nothing better is known. */
  error(error: { readonly code: ErrorCode; readonly message: string; readonly params: ErrorParams }): string;
  hint(error: { readonly code: ErrorCode; readonly hint?: string | undefined }): string | undefined;
}

/** Every value that a text names has to be given, and no text is named that is not there. */
export type Translate = <Key extends MessageKey>(
  key: Key,
  ...values: [Placeholders<(typeof en)[Key]>] extends [never] ? [] : [Readonly<Record<Placeholders<(typeof en)[Key]>, string | number>>]
) => string;

/** POSIX: LC_ALL, then LC_MESSAGES, then LANG, the first that is set and not empty. */
export function chooseLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh([_.@-]|$)/i.test(locale) ? 'zh-CN' : 'en';
}

export async function loadTranslator(language: Language): Promise<Translator> {
  return language === 'en' ? english : loadChinese();
}

const english: Translator = {
  language: 'en',
  t: (key, values: Values = {}) => fill(en[key], values),
  error: ({ code, message }) => fill(errorsEn[code] ?? '{{message}}', { message }),
  hint: ({ hint }) => hint,
};

async function loadChinese(): Promise<Translator> {
  const [{ zhCN }, { errorsZhCN, hintsZhCN }] = await Promise.all([import('./zh-CN.ts'), import('./errors-zh-CN.ts')]);
  return {
    language: 'zh-CN',
    t: (key, values: Values = {}) => fill(zhCN[key], values),
    error({ code, message, params }) {
      return fillFirst(errorsZhCN[code] ?? [], { ...params, message }) ?? message;
    },
    hint: ({ code, hint }) => hintsZhCN[code] ?? hint,
  };
}
