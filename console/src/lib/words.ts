import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fill, type TemplateValues } from '../../../src/model/template.ts';

/** The words of the trade, loaded when somebody asks for one. */
export const glossaryQuery = queryOptions({
  queryKey: ['glossary'] as const,
  queryFn: async () => (await import('../../../src/explain/glossary.ts')).glossary,
  staleTime: Infinity,
});

type CommandLineTexts = typeof import('../../../src/cli/i18n/en.ts').en;
export type CommandLineWords = (key: keyof CommandLineTexts, values?: TemplateValues) => string;

/** What the command line says, for pages that tell the same as it; undefined until it is loaded. */
export function useCommandLineWords(): CommandLineWords | undefined {
  const { i18n } = useTranslation();
  const { data } = useQuery({
    queryKey: ['command-line-words', i18n.language],
    queryFn: async (): Promise<Readonly<Record<keyof CommandLineTexts, string>>> =>
      i18n.language === 'zh-CN' ? (await import('../../../src/cli/i18n/zh-CN.ts')).zhCN : (await import('../../../src/cli/i18n/en.ts')).en,
    staleTime: Infinity,
  });
  return data === undefined ? undefined : (key, values = {}) => fill(data[key], values);
}
