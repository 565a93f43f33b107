import { PageSection, Spinner } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { operation } from '../lib/live.ts';
import { Intents } from '../networks/intents.tsx';
import { Refusal } from '../shell/refusal.tsx';

const Canvas = lazy(async () => ({ default: (await import('./canvas.tsx')).Canvas }));

/** Home: the whole host as one picture. Counters are read every two seconds; the shape follows the kernel's events. */
export function TopologyPage() {
  const { t } = useTranslation();
  const { data, error } = useQuery(operation('topology.get', {}, 2000));
  if (error !== null && data === undefined)
    return (
      <PageSection>
        <Refusal error={error} />
      </PageSection>
    );
  if (data === undefined)
    return (
      <PageSection>
        <Spinner aria-label={t('common.loading')} />
      </PageSection>
    );
  const hasNetworks = data.topology.nodes.some((node) => node.kind === 'switch');
  return (
    <PageSection isFilled padding={{ default: 'noPadding' }} aria-label={t('topology.title')}>
      <h1 className="pf-v6-screen-reader">{t('topology.title')}</h1>
      {hasNetworks ? (
        <Suspense fallback={<Spinner aria-label={t('common.loading')} />}>
          <Canvas data={data} />
        </Suspense>
      ) : (
        <Intents />
      )}
    </PageSection>
  );
}
