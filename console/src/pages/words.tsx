import {
  Content,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  PageSection,
  SearchInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { glossaryQuery } from '../lib/words.ts';

/** The words of the trade as this console uses them. */
export function WordsPage() {
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
  const [search, setSearch] = useState('');
  const { data: terms = [] } = useQuery(glossaryQuery);
  const shown = terms.filter((term) => JSON.stringify(term).toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('words.title')}</h1>
        <p>{t('words.about')}</p>
      </Content>
      <SearchInput
        aria-label={t('words.search')}
        placeholder={t('shell.search')}
        value={search}
        onChange={(_event, value) => setSearch(value)}
        onClear={() => setSearch('')}
        style={{ maxWidth: '24rem', marginBlock: '1rem' }}
      />
      {shown.length === 0 && terms.length > 0 ? (
        <p>{t('shell.nothingFound')}</p>
      ) : (
        <DescriptionList style={{ maxWidth: '60rem' }}>
          {shown.map((term) => (
            <DescriptionListGroup key={term.id}>
              <DescriptionListTerm>{term[language].term}</DescriptionListTerm>
              <DescriptionListDescription>
                {term[language].says}
                {term.neutron === undefined ? null : <div className="viaduct-subtle">{t('words.neutron', { word: term.neutron })}</div>}
              </DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      )}
    </PageSection>
  );
}
