import { Content, PageSection, SearchInput, Spinner } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rateText } from '../lib/format.ts';
import { operation } from '../lib/live.ts';
import { useRowKeys } from '../lib/row-keys.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useRates } from '../topology/rates.ts';

/** Every guest NIC of every network in one table. */
export function GuestsPage() {
  const { t } = useTranslation();
  const { data, error } = useQuery(operation('topology.get', {}, 2000));
  const rates = useRates(data);
  const [search, setSearch] = useState('');
  const body = useRowKeys();
  const switches = new Map(data?.topology.nodes.filter(({ kind }) => kind === 'switch').map((node) => [node.id, node]));
  const switchOf = new Map(data?.topology.edges.filter(({ from }) => switches.has(from)).map(({ from, to }) => [to, switches.get(from)]));
  const guests = (data?.topology.nodes ?? []).filter((node) => node.kind === 'guest');
  const shown = guests.filter((node) => `${JSON.stringify(node)} ${switchOf.get(node.id)?.label}`.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <PageSection isFilled>
      <Content><h1>{t('guests.title')}</h1></Content>
      {error !== null && data === undefined ? <Refusal error={error} /> : null}
      {data === undefined && error === null ? <Spinner aria-label={t('common.loading')} /> : null}
      {data !== undefined && guests.length === 0 ? <p>{t('guests.empty')}</p> : null}
      {guests.length === 0 ? null : (
        <>
          <SearchInput aria-label={t('shell.search')} placeholder={t('shell.search')} value={search} onChange={(_event, value) => setSearch(value)} onClear={() => setSearch('')} style={{ maxWidth: '20rem' }} />
          <Table aria-label={t('guests.title')} variant="compact">
            <Thead><Tr><Th>{t('network.guest')}</Th><Th>{t('guests.network')}</Th><Th>{t('network.tap')}</Th><Th>{t('topology.mac')}</Th><Th>{t('guests.addresses')}</Th><Th>{t('guests.state')}</Th><Th>{t('guests.rate')}</Th></Tr></Thead>
            <Tbody ref={body}>
              {shown.map((node) => {
                const to = switchOf.get(node.id);
                const rate = rates.get(node.tap);
                return (
                  <Tr key={node.id} className="viaduct-row" tabIndex={0}>
                    <Td dataLabel={t('network.guest')}>{node.label}</Td>
                    <Td dataLabel={t('guests.network')}>{to?.kind === 'switch' && to.network !== undefined ? <Link to="/networks/$name" params={{ name: to.network.name }}>{to.network.name}</Link> : (to?.label ?? '–')}</Td>
                    <Td dataLabel={t('network.tap')} className="viaduct-mono">{node.tap}</Td>
                    <Td dataLabel={t('topology.mac')} className="viaduct-mono">{node.mac ?? '–'}</Td>
                    <Td dataLabel={t('guests.addresses')} className="viaduct-mono">{node.addresses.join(', ') || '–'}</Td>
                    <Td dataLabel={t('guests.state')}>{node.portState ?? node.state}</Td>
                    <Td dataLabel={t('guests.rate')} className="viaduct-numbers">{rateText((rate?.rx ?? 0) + (rate?.tx ?? 0))}</Td>
                  </Tr>
                );
              })}
            </Tbody>
          </Table>
        </>
      )}
    </PageSection>
  );
}
