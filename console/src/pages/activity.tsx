import { Button, Content, PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ViaductEvent } from '../../../src/model/event.ts';
import type { AuditEntry } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient, useEvents } from '../lib/live.ts';
import { bringBack, isRemembered } from '../lib/removed.ts';
import { useMayWrite } from '../lib/session.ts';
import { useToasts } from '../shell/toasts.tsx';

/** What happened while the page is open, and who changed what. */
export function ActivityPage() {
  const { t, i18n } = useTranslation();
  const events = useEvents();
  const { data: audit = [] } = useQuery(operation('audit.list', {}, 5000));
  const networks = useQuery(operation('network.list', {})).data ?? [];
  const mayWrite = useMayWrite();
  const toasts = useToasts();
  const newest = new Map(audit.toReversed().map((entry) => [entry.target, entry]));
  /** What takes an entry back; undefined when it failed, cannot be undone, or something else happened to its object since. */
  const undoOf = (entry: AuditEntry): (() => Promise<unknown>) | undefined => {
    const { operation: name, target = '', error } = entry;
    const network = networks.find((one) => one.name === target || one.uuid === target);
    if (error !== undefined || newest.get(entry.target) !== entry) return undefined;
    if (name === 'network.undefine' && network === undefined && isRemembered(target)) return () => bringBack(target);
    if (name === 'network.start' && network?.active === true) return () => call('network.destroy', { network: target });
    if (name === 'network.destroy' && network?.active === false) return () => call('network.start', { network: target });
    if (name === 'network.autostart' && network !== undefined)
      return () => call('network.autostart', { network: target, autostart: !network.autostart });
    return undefined;
  };
  const undo = async (entry: AuditEntry): Promise<void> => {
    await undoOf(entry)?.();
    await queryClient.invalidateQueries();
  };
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
              <Th screenReaderText={t('common.actions')} />
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
                <Td isActionCell>
                  {mayWrite && undoOf(entry) !== undefined ? (
                    <Button variant="link" size="sm" onClick={() => void undo(entry).catch(toasts.fail)}>
                      {t('common.undo')}
                    </Button>
                  ) : null}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </PageSection>
  );
}

function detailOf(event: ViaductEvent): string {
  if (event.kind === 'network-healed') return event.repaired.join(', ');
  if (event.kind === 'network-troubled') return event.reason;
  if (event.kind === 'lease-given' || event.kind === 'lease-ended') return event.lease.address;
  return event.kind === 'links-changed' ? event.links.join(', ') : '';
}
