import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import type { HostTexts } from './host-en.ts';
import type { MoreTexts } from './more-en.ts';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** The reader's own choice, else the browser's. */
function chooseLanguage(): Language {
  const kept = localStorage.getItem('language');
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem('language', language);
  await show(language);
}

/** The daemon speaks English; this says the same in another language, as far as it knows the words. */
export interface DaemonWords {
  readonly error: (error: {
    readonly code: string;
    readonly message: string;
    readonly params: Readonly<Record<string, string | number>>;
  }) => string;
  readonly hint: (error: { readonly code: string; readonly hint?: string | undefined }) => string | undefined;
  /** A step of a plan, a definition that changes, or what a step interrupts. */
  readonly planLine: (line: string) => string;
}

const asSaid: DaemonWords = { error: ({ message }) => message, hint: ({ hint }) => hint, planLine: (line) => line };
let chineseWords = asSaid;

/** In the language of the page. */
export const daemonWords = (): DaemonWords => (i18next.language === 'zh-CN' ? chineseWords : asSaid);

/** English is there; the other catalogue comes when somebody reads it. */
async function show(language: Language): Promise<void> {
  if (language === 'zh-CN') {
    const [{ zhCN }, { daemonZhCN }] = await Promise.all([import('./zh-CN.ts'), import('./daemon-zh-CN.ts')]);
    i18next.addResourceBundle('zh-CN', 'translation', zhCN);
    chineseWords = daemonZhCN;
  }
  if (wantsMore) await addMore(language);
  if (wantsHost) await addHost(language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

let wantsMore = false;

/** Texts that the first page can do without: whatever is loaded later asks for them, and may then use them. */
export async function moreTexts(): Promise<void> {
  wantsMore = true;
  await addMore(i18next.language as Language);
}

async function addMore(language: Language): Promise<void> {
  const texts = language === 'en' ? (await import('./more-en.ts')).moreEn : (await import('./more-zh-CN.ts')).moreZhCN;
  i18next.addResourceBundle(language, 'translation', texts, true, true);
}

let wantsHost = false;

/** Texts of the Host page. */
export async function hostTexts(): Promise<void> {
  wantsHost = true;
  await addHost(i18next.language as Language);
}

async function addHost(language: Language): Promise<void> {
  const texts = language === 'en' ? (await import('./host-en.ts')).hostEn : (await import('./host-zh-CN.ts')).hostZhCN;
  i18next.addResourceBundle(language, 'translation', texts, true, true);
}

void i18next.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false },
  returnNull: false,
});

/** Resolves when the first page can be read in its language. */
export const languageReady = show(chooseLanguage());

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en & MoreTexts & HostTexts };
  }
}
