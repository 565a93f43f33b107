import { Bullseye, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** The empty page teaches: three intents, each opens the form with its question answered. */
export function Intents() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Bullseye>
      <EmptyState titleText={t('topology.emptyTitle')} headingLevel="h2">
        <EmptyStateBody>{t('topology.emptyBody')}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            {(['nat', 'isolated', 'bridge'] as const).map((intent) => (
              <Button
                key={intent}
                variant={intent === 'nat' ? 'primary' : 'secondary'}
                onClick={() => void navigate({ to: '/networks/new', search: { intent } as never })}
              >
                {t(`create.intents.${intent}`)}
              </Button>
            ))}
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </Bullseye>
  );
}
