import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Finding } from '../../../src/model/doctor.ts';
import { fillFirst } from '../../../src/model/template.ts';

export interface FindingText {
  readonly object: string;
  readonly cause: string;
  readonly fix?: string | undefined;
}

/** What objects are called by. */
const kinds: Readonly<Record<string, string>> = { bridge: '网桥', network: '网络', module: '模块', interface: '接口' };

/** Tells a finding in the language of the page: the daemon's own words in English, the command line's catalogue in Chinese. Undefined until that is loaded. */
export function useFindingTexts(): ((finding: Finding) => FindingText) | undefined {
  const { i18n } = useTranslation();
  const isChinese = i18n.language === 'zh-CN';
  const { data } = useQuery({
    queryKey: ['findings-zh-CN'],
    queryFn: async () => (await import('../../../src/cli/i18n/findings-zh-CN.ts')).findingsZhCN,
    staleTime: Infinity,
    enabled: isChinese,
  });
  if (!isChinese) return (finding) => finding;
  if (data === undefined) return undefined;
  return ({ code, params, object, cause, fix }) => ({
    object: object.replace(/^(bridge|network|module|interface)(?= )/, (kind) => kinds[kind] ?? kind),
    cause: fillFirst(data[code].cause, params) ?? cause,
    fix: fix && (fillFirst(data[code].fix ?? [], params) ?? fix),
  });
}
