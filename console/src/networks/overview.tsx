import { Alert, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ForwardMode } from '../../../src/model/network.ts';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { bytesText, rateText } from '../lib/format.ts';
import { operation } from '../lib/live.ts';
import { useRates } from '../topology/rates.ts';
import { Term } from '../shell/term.tsx';
import { documentQuery, poolSize } from './document.ts';
import { modeKey } from './mode.ts';
import { ReachTable } from './reach.tsx';
import { TrafficPlot } from './traffic-plot.tsx';

/** The glossary's word for each mode. */
const terms: Readonly<Partial<Record<ForwardMode, string>>> = {
  nat: 'nat',
  route: 'routed',
  open: 'routed',
  isolated: 'isolated',
  bridge: 'lan-bridge',
  private: 'macvtap',
  vepa: 'macvtap',
  passthrough: 'macvtap',
};

export function Overview({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const { data } = useQuery(operation('topology.get', {}, 2000));
  const rate = useRates(data).get(network.bridge ?? '');
  const counters = data?.counters[network.bridge ?? ''];
  const { data: document } = useQuery(documentQuery(network));
  const leases =
    useQuery({ ...operation('network.leases', { network: network.name }, 5000), enabled: network.active }).data?.filter(
      ({ family }) => family === 'ipv4',
    ).length ?? 0;
  const pool = document === undefined ? 0 : poolSize(document);
  const ends = new Set(data?.topology.edges.filter(({ from }) => from === `switch/${network.bridge}`).map(({ to }) => to));
  const guests = data?.topology.nodes.filter(({ id, kind }) => kind === 'guest' && ends.has(id)).length ?? 0;
  const rows: [string, string, string?][] = [
    [t('networks.mode'), t(modeKey(network)), network.veryIsolated ? 'very-isolated' : terms[network.mode]],
    [t('networks.subnet'), network.addresses.join(', ') || t('common.none')],
    [t('networks.bridge'), network.bridge ?? t('common.none'), 'bridge'],
    [t('networks.guests'), String(Math.max(network.ports, guests)), 'port'],
    [t('networks.autostart'), network.autostart ? t('common.yes') : t('common.no')],
    [t('networks.persistent'), network.persistent ? t('common.yes') : t('common.no')],
    [t('network.uuid'), network.uuid],
  ];
  if (pool > 0)
    rows.push([t('network.leases'), t('network.leasesFree', { used: leases, free: Math.max(0, pool - leases), pool }), 'lease']);
  if (counters !== undefined)
    rows.push([
      t('network.traffic'),
      `${t('topology.receives')} ${rateText(rate?.rx ?? 0)} (${bytesText(counters.rxBytes)}), ${t('topology.sends')} ${rateText(rate?.tx ?? 0)} (${bytesText(counters.txBytes)})`,
    ]);
  return (
    <>
      {network.trouble === undefined ? null : (
        <Alert isInline variant="danger" title={t('network.troubled')}>
          {network.trouble}
        </Alert>
      )}
      {network.description === undefined ? null : <p>{network.description}</p>}
      <DescriptionList isHorizontal isCompact columnModifier={{ default: '1Col', xl: '2Col' }}>
        {rows.map(([term, value, word]) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>
              {term}
              {word === undefined ? null : <Term id={word}>{term}</Term>}
            </DescriptionListTerm>
            <DescriptionListDescription className="viaduct-mono">{value}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
      {network.active && network.bridge !== undefined && data !== undefined ? <TrafficPlot sample={data} link={network.bridge} /> : null}
      <ReachTable kind={network.veryIsolated ? 'veryIsolated' : network.mode} />
    </>
  );
}
