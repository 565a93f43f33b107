import { Alert, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { bytesText, rateText } from '../lib/format.ts';
import { operation } from '../lib/live.ts';
import { useRates } from '../topology/rates.ts';
import { modeKey } from './mode.ts';
import { ReachTable } from './reach.tsx';
import { TrafficPlot } from './traffic-plot.tsx';

export function Overview({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const { data } = useQuery(operation('topology.get', {}, 2000));
  const rate = useRates(data).get(network.bridge ?? '');
  const counters = data?.counters[network.bridge ?? ''];
  const rows: [string, string][] = [
    [t('networks.mode'), t(modeKey(network))],
    [t('networks.subnet'), network.addresses.join(', ') || t('common.none')],
    [t('networks.bridge'), network.bridge ?? t('common.none')],
    [t('networks.guests'), String(network.ports)],
    [t('networks.autostart'), network.autostart ? t('common.yes') : t('common.no')],
    [t('networks.persistent'), network.persistent ? t('common.yes') : t('common.no')],
    [t('network.uuid'), network.uuid],
  ];
  if (counters !== undefined) rows.push([t('network.traffic'), `${t('topology.receives')} ${rateText(rate?.rx ?? 0)} (${bytesText(counters.rxBytes)}), ${t('topology.sends')} ${rateText(rate?.tx ?? 0)} (${bytesText(counters.txBytes)})`]);
  return (
    <>
      {network.trouble === undefined ? null : <Alert isInline variant="danger" title={t('network.troubled')}>{network.trouble}</Alert>}
      {network.description === undefined ? null : <p>{network.description}</p>}
      <DescriptionList isHorizontal isCompact columnModifier={{ default: '1Col', xl: '2Col' }}>
        {rows.map(([term, value]) => (
          <DescriptionListGroup key={term}><DescriptionListTerm>{term}</DescriptionListTerm><DescriptionListDescription className="viaduct-mono">{value}</DescriptionListDescription></DescriptionListGroup>
        ))}
      </DescriptionList>
      {network.active && network.bridge !== undefined && data !== undefined ? <TrafficPlot sample={data} link={network.bridge} /> : null}
      <ReachTable kind={network.veryIsolated ? 'veryIsolated' : network.mode} />
    </>
  );
}
