import { Button } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkChange } from '../../../src/service/history-types.ts';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { operation } from '../lib/live.ts';
import { useRowKeys } from '../lib/row-keys.ts';
import { useMayWrite } from '../lib/session.ts';
import { stopBefore } from '../lib/take-back.ts';
import { Refusal } from '../shell/refusal.tsx';
import { DifferenceDialog } from './difference-dialog.tsx';
import { UndoDialog } from './undo-dialog.tsx';

/** The tab of a network's page. */
export function History({ network }: { readonly network: NetworkSummary }) {
  return <ChangeTable network={network.name} />;
}

/** Who changed a network (or any), when and how, and the way back; the daemon keeps it, so it is there after a reload and a deletion. */
export function ChangeTable({ network }: { readonly network?: string }) {
  const { t, i18n } = useTranslation();
  const mayWrite = useMayWrite();
  const body = useRowKeys();
  const [asked, setAsked] = useState<{ readonly what: 'undo' | 'difference'; readonly change: NetworkChange }>();
  const { data: changes, error } = useQuery(operation('network.history', network === undefined ? {} : { network }));
  const ofAll = network === undefined;
  const didText = ({ did, undoes }: NetworkChange): string =>
    [...did.map((deed) => t(`history.did.${deed}`)), ...(undoes === undefined ? [] : [t('history.tookBack', { id: undoes })])].join(', ');
  if (error !== null && changes === undefined) return <Refusal error={error} />;
  if (changes === undefined) return null;
  if (changes.length === 0) return <p>{t(ofAll ? 'history.emptyAll' : 'history.empty')}</p>;
  return (
    <>
      <Table aria-label={t('history.title')} variant="compact">
        <Thead>
          <Tr>
            <Th width={10}>{t('history.change')}</Th>
            <Th width={15}>{t('activity.time')}</Th>
            <Th>{t('activity.who')}</Th>
            {ofAll ? <Th>{t('guests.network')}</Th> : null}
            <Th>{t('activity.what')}</Th>
            <Th screenReaderText={t('common.actions')} />
          </Tr>
        </Thead>
        <Tbody ref={body}>
          {changes.slice(0, 100).map((change) => (
            <Tr key={change.id} className="viaduct-row" tabIndex={0}>
              <Td dataLabel={t('history.change')} className="viaduct-mono">
                {change.id}
              </Td>
              <Td dataLabel={t('activity.time')} className="viaduct-time">
                {new Date(change.at).toLocaleString(i18n.language)}
              </Td>
              <Td dataLabel={t('activity.who')}>
                {change.user} ({change.door})
              </Td>
              {ofAll ? (
                <Td dataLabel={t('guests.network')}>
                  <Link to="/networks/$name/$tab" params={{ name: change.network.name, tab: 'history' }}>
                    {change.network.name}
                  </Link>
                </Td>
              ) : null}
              <Td dataLabel={t('activity.what')}>{didText(change)}</Td>
              <Td isActionCell>
                <span className="viaduct-actions">
                  {change.before === undefined && change.after === undefined ? null : (
                    <Button variant="link" size="sm" onClick={() => setAsked({ what: 'difference', change })}>
                      {t('history.difference')}
                    </Button>
                  )}
                  {!mayWrite ? null : change.undoable ? (
                    <Button
                      variant="link"
                      size="sm"
                      aria-label={`${t('common.undo')} ${change.id}`}
                      onClick={() => setAsked({ what: 'undo', change })}
                    >
                      {t('common.undo')}
                    </Button>
                  ) : (
                    <span className="viaduct-source">{t('history.now')}</span>
                  )}
                </span>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {asked?.what === 'undo' ? (
        <UndoDialog
          change={asked.change}
          did={didText(asked.change)}
          stop={stopBefore(asked.change, changes)}
          onClose={() => setAsked(undefined)}
        />
      ) : null}
      {asked?.what === 'difference' ? (
        <DifferenceDialog change={asked.change} did={didText(asked.change)} onClose={() => setAsked(undefined)} />
      ) : null}
    </>
  );
}
