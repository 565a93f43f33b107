import { Alert } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../lib/api.ts';

/** A refusal where it happened: what, why, and what helps. */
export function Refusal({ error, title }: { readonly error: unknown; readonly title?: string }) {
  const { t } = useTranslation();
  return (
    <Alert isInline variant="danger" title={title ?? t('common.failed')}>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {error instanceof ApiError && error.hint !== undefined ? (
        <p>
          <strong>{t('common.hint')}:</strong> {error.hint}
        </p>
      ) : null}
    </Alert>
  );
}
