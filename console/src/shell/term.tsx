import { Button, Popover } from '@patternfly/react-core';
import QuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { glossaryQuery } from '../lib/words.ts';

/** Says what a word of the trade means, to whoever asks: one entry of the glossary, by its id. */
export function Term({ id, children }: { readonly id: string; readonly children: string }) {
  const { t } = useTranslation();
  return (
    <Popover
      aria-label={children}
      headerContent={children}
      headerComponent="h2"
      closeBtnAriaLabel={t('common.close')}
      bodyContent={<Meaning id={id} />}
      showClose
    >
      <Button
        variant="plain"
        size="sm"
        className="viaduct-term"
        aria-label={t('words.what', { term: children })}
        icon={<QuestionCircleIcon />}
      />
    </Popover>
  );
}

function Meaning({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation();
  const term = useQuery(glossaryQuery).data?.find((one) => one.id === id);
  if (term === undefined) return <>{t('common.loading')}</>;
  return (
    <>
      <p>{term[i18n.language === 'zh-CN' ? 'zh-CN' : 'en'].says}</p>
      {term.neutron === undefined ? null : <p className="viaduct-subtle">{t('words.neutron', { word: term.neutron })}</p>}
    </>
  );
}
