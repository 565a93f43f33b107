import { Bullseye, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, PageSection } from '@patternfly/react-core';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** An address that leads nowhere: which it was, and the way back. */
export function NotFound() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const address = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <PageSection isFilled>
      <Bullseye>
        <EmptyState titleText={t('notFound.title')} headingLevel="h1">
          <EmptyStateBody>{t('notFound.body', { address })}</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions>
              <Button onClick={() => void navigate({ to: '/' })}>{t('notFound.home')}</Button>
              <Button variant="link" onClick={() => void navigate({ to: '/networks' })}>
                {t('notFound.network')}
              </Button>
            </EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      </Bullseye>
    </PageSection>
  );
}
