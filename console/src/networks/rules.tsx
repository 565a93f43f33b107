import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { operation } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';

/** The packet rules as nft prints them, with hit counters, read again every five seconds. */
export function Rules({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(operation('network.rules', { network: network.name }, 5000));
  if (error !== null && data === undefined) return <Refusal error={error} />;
  if (data === undefined || data.text === '') return <p>{t('network.noRules')}</p>;
  return (
    <pre className="viaduct-pre viaduct-mono" tabIndex={0}>
      {data.text}
    </pre>
  );
}
