import { PageSection, Spinner } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { operation } from '../lib/live.ts';
import { intents, type Intent } from '../networks/form.ts';
import { NewNetworkForm } from '../networks/new-form.tsx';
import { Refusal } from '../shell/refusal.tsx';

/** Waits for a free subnet to propose, then shows the form. `?intent=` answers its first question. */
export function NewNetworkPage() {
  const { t } = useTranslation();
  const { intent } = useSearch({ strict: false }) as { intent?: string };
  const { data, error } = useQuery({ ...operation('network.propose', {}), staleTime: Infinity, gcTime: 0 });
  return (
    <PageSection isFilled>
      {error !== null ? (
        <Refusal error={error} />
      ) : data === undefined ? (
        <Spinner aria-label={t('common.loading')} />
      ) : (
        <NewNetworkForm proposal={data} intent={intents.find((known): known is Intent => known === intent) ?? 'nat'} />
      )}
    </PageSection>
  );
}
