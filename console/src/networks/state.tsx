import { Label, Tooltip } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';

/** State as colour and as a word. */
export function StateLabel({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  if (network.trouble !== undefined)
    return (
      <Tooltip content={network.trouble}>
        <Label status="danger" tabIndex={0}>
          {t('common.trouble')}
        </Label>
      </Tooltip>
    );
  return network.active ? <Label status="success">{t('common.active')}</Label> : <Label variant="outline">{t('common.inactive')}</Label>;
}
