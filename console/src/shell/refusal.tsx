import { Alert } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { errorText, hintText } from '../lib/said.ts';

/** A refusal where it happened: what, why, and what helps. */
export function Refusal({ error, title }: { readonly error: unknown; readonly title?: string }) {
  const { t } = useTranslation();
  const hint = hintText(error);
  return (
    <Alert isInline variant="danger" title={title ?? t('common.failed')}>
      <p>{errorText(error)}</p>
      {hint === undefined ? null : (
        <p>
          <strong>{t('common.hint')}:</strong> {hint}
        </p>
      )}
    </Alert>
  );
}
