import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';

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

/** English is there; the other catalogue comes when somebody reads it. */
async function show(language: Language): Promise<void> {
  if (language === 'zh-CN') i18next.addResourceBundle('zh-CN', 'translation', (await import('./zh-CN.ts')).zhCN);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
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
    resources: { translation: typeof en };
  }
}
