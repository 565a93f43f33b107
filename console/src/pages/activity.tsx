import { Content, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ViaductEvent } from '../../../src/model/event.ts';
import { daemonWords } from '../i18n/index.ts';
import { operation, useEvents } from '../lib/live.ts';
import { ChangeTable } from '../networks/history.tsx';

/** What happened while the page is open, who changed networks (with the way back), and everything that was asked for. */
export function ActivityPage() {
  const { t, i18n } = useTranslation();
  const events = useEvents();
  const { data: audit = [] } = useQuery(operation('audit.list', {}, 5000));
  const time = (at: number): string => new Date(at).toLocaleTimeString(i18n.language);
  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('activity.title')}</h1>
        <h2>{t('activity.events')}</h2>
      </Content>
      {events.length === 0 ? (
        <p>{t('activity.quiet')}</p>
      ) : (
        <Table aria-label={t('activity.events')} variant="compact">
          <Thead>
            <Tr>
              <Th width={10}>{t('activity.time')}</Th>
              <Th>{t('activity.what')}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {events.slice(0, 100).map((event, position) => (
              <Tr key={`${event.at}-${events.length - position}`}>
                <Td dataLabel={t('activity.time')} className="viaduct-time">
                  {time(event.at)}
                </Td>
                <Td dataLabel={t('activity.what')}>
                  {t(`activity.kinds.${event.kind}`, { name: 'network' in event ? event.network.name : '', detail: detailOf(event) })}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      <Content>
        <h2>{t('history.title')}</h2>
      </Content>
      <ChangeTable />
      <Content>
        <h2>{t('activity.audit')}</h2>
      </Content>
      {audit.length === 0 ? (
        <p>{t('activity.noAudit')}</p>
      ) : (
        <Table aria-label={t('activity.audit')} variant="compact">
          <Thead>
            <Tr>
              <Th width={10}>{t('activity.time')}</Th>
              <Th>{t('activity.who')}</Th>
              <Th>{t('activity.what')}</Th>
              <Th>{t('activity.result')}</Th>
            </Tr>
          </Thead>
          <Tbody>
            {audit.slice(0, 100).map((entry, position) => (
              <Tr key={`${entry.at}-${audit.length - position}`}>
                <Td dataLabel={t('activity.time')} className="viaduct-time">
                  {time(entry.at)}
                </Td>
                <Td dataLabel={t('activity.who')}>
                  {entry.user} ({entry.door})
                </Td>
                <Td dataLabel={t('activity.what')} className="viaduct-mono">
                  {entry.operation} {entry.target}
                </Td>
                <Td dataLabel={t('activity.result')}>{entry.error ?? t('activity.ok')}</Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </PageSection>
  );
}

function detailOf(event: ViaductEvent): string {
  if (event.kind === 'network-healed') return event.repaired.map(daemonWords().planLine).join(', ');
  if (event.kind === 'network-troubled') return event.reason;
  if (event.kind === 'lease-given' || event.kind === 'lease-ended') return event.lease.address;
  return event.kind === 'links-changed' ? event.links.join(', ') : '';
}
