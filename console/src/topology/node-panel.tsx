import {
  Card,
  CardBody,
  CardHeader,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { TopologyNode } from '../../../src/model/topology.ts';
import type { LinkCounters } from '../../../src/service/operation-types.ts';
import { moreTexts } from '../i18n/index.ts';
import { bytesText, rateText } from '../lib/format.ts';
import { usePortStateText } from '../networks/port-state.ts';
import { useMayWrite } from '../lib/session.ts';
import type { Rate } from './rates.ts';

const GuestActions = lazy(async () => {
  const [{ GuestActions: Loaded }] = await Promise.all([import('./guest-actions.tsx'), moreTexts()]);
  return { default: Loaded };
});

/** The facts of one node, and the way to its page. */
export function NodePanel({
  node,
  rate,
  counters,
  close,
}: {
  readonly node: TopologyNode;
  readonly rate: Rate | undefined;
  readonly counters: LinkCounters | undefined;
  readonly close: React.ReactNode;
}) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const portStateText = usePortStateText();
  const rows: [string, React.ReactNode][] = [];
  if (node.kind === 'switch') {
    if (node.network !== undefined)
      rows.push([t('networks.mode'), t(`modes.${node.network.veryIsolated ? 'veryIsolated' : node.network.mode}`)]);
    if (node.bridge !== undefined) rows.push([t('networks.bridge'), node.bridge]);
    if (node.hostPort !== undefined)
      rows.push(
        [t('topology.mac'), node.hostPort.mac ?? '–'],
        [t('topology.addresses'), node.hostPort.addresses.join(', ') || t('common.none')],
      );
    rows.push([t('topology.stp'), node.stp ? t('common.yes') : t('common.no')]);
    if (node.trouble !== undefined) rows.push([t('common.trouble'), node.trouble]);
  } else if (node.kind === 'guest') {
    rows.push(
      [t('topology.tap'), node.tap],
      [t('topology.mac'), node.mac ?? '–'],
      [t('topology.addresses'), node.addresses.join(', ') || t('common.none')],
    );
    if (node.portState !== undefined) rows.push([t('guests.state'), portStateText(node.portState)]);
  } else if ('addresses' in node) {
    rows.push(
      [t('topology.device'), node.label],
      [t('topology.mac'), node.mac ?? '–'],
      [t('topology.addresses'), node.addresses.join(', ') || t('common.none')],
    );
  }
  if (counters !== undefined) {
    rows.push(
      [t('topology.receives'), `${rateText(rate?.rx ?? 0)} (${bytesText(counters.rxBytes)})`],
      [t('topology.sends'), `${rateText(rate?.tx ?? 0)} (${bytesText(counters.txBytes)})`],
    );
    rows.push([t('topology.drops'), String(counters.rxDropped + counters.txDropped)]);
  }
  return (
    <Card component="aside" aria-label={t('topology.details')} style={{ width: '20rem', overflow: 'auto' }}>
      <CardHeader actions={{ actions: close, hasNoOffset: true }}>
        <CardTitle component="h2">{node.kind === 'outside' ? t('topology.outside') : node.label}</CardTitle>
      </CardHeader>
      <CardBody>
        {node.owner === 'viaduct' || node.owner === 'host' ? null : <p>{t('topology.readOnly', { owner: node.owner })}</p>}
        <DescriptionList isCompact>
          {rows.map(([term, value]) => (
            <DescriptionListGroup key={term}>
              <DescriptionListTerm>{term}</DescriptionListTerm>
              <DescriptionListDescription className="viaduct-mono">{value}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
        {node.kind === 'guest' && mayWrite ? (
          <Suspense>
            <GuestActions key={node.tap} tap={node.tap} />
          </Suspense>
        ) : null}
        {node.kind !== 'guest' && node.link !== undefined && mayWrite ? (
          <p>
            <a href={`/api/v1/captures/${encodeURIComponent(node.link)}?seconds=10`} download={`${node.link}.pcapng`}>
              {t('ports.capture', { seconds: 10 })}
            </a>
          </p>
        ) : null}
        {node.kind === 'guest' ? (
          <p>
            <Link to="/guests">{t('nav.guests')}</Link>
          </p>
        ) : null}
        {node.kind === 'switch' && node.network !== undefined ? (
          <p>
            <Link to="/networks/$name" params={{ name: node.network.name }}>
              {t('common.more')}
            </Link>
          </p>
        ) : null}
      </CardBody>
    </Card>
  );
}
