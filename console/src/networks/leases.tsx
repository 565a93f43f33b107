import { Button, SearchInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkLease, NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { useToasts } from '../shell/toasts.tsx';

const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll("'", '&apos;').replaceAll('<', '&lt;');

export function Leases({ network }: { readonly network: NetworkSummary }) {
  const { t, i18n } = useTranslation();
  const toasts = useToasts();
  const [search, setSearch] = useState('');
  const { data } = useQuery(operation('network.leases', { network: network.name }, 5000));
  const shown = (data ?? []).filter((lease) => JSON.stringify(lease).toLowerCase().includes(search.trim().toLowerCase()));

  /** The lease becomes a reservation, now and for good. */
  const keep = async ({ mac, address, hostname }: NetworkLease): Promise<void> => {
    const name = hostname === undefined ? '' : ` name='${escapeAttribute(hostname)}'`;
    await call('network.update', { network: network.name, command: 'add-last', section: 'ip-dhcp-host', xml: `<host mac='${mac}'${name} ip='${address}'/>`, live: network.active, config: network.persistent });
    toasts.tell(t('network.kept', { mac, address }));
    await queryClient.invalidateQueries();
  };
  const release = async (address: string): Promise<void> => {
    await call('lease.release', { network: network.name, address });
    await queryClient.invalidateQueries();
  };

  if (data !== undefined && data.length === 0) return <p>{t('network.noLeases')}</p>;
  return (
    <>
      <SearchInput aria-label={t('shell.search')} placeholder={t('shell.search')} value={search} onChange={(_event, value) => setSearch(value)} onClear={() => setSearch('')} style={{ maxWidth: '20rem' }} />
      <Table aria-label={t('network.leases')} variant="compact">
        <Thead><Tr><Th>{t('network.address')}</Th><Th>{t('topology.mac')}</Th><Th>{t('network.hostname')}</Th><Th>{t('network.expires')}</Th><Th screenReaderText={t('common.actions')} /></Tr></Thead>
        <Tbody>
          {shown.map((lease) => (
            <Tr key={lease.address}>
              <Td dataLabel={t('network.address')} className="viaduct-mono">{lease.address}</Td>
              <Td dataLabel={t('topology.mac')} className="viaduct-mono">{lease.mac ?? '–'}</Td>
              <Td dataLabel={t('network.hostname')}>{lease.hostname ?? '–'}</Td>
              <Td dataLabel={t('network.expires')}>{lease.expiry === 0 ? t('network.never') : new Date(lease.expiry * 1000).toLocaleString(i18n.language)}</Td>
              <Td isActionCell>
                {lease.mac === undefined || lease.family === 'ipv6' ? null : <Button variant="link" size="sm" onClick={() => void keep(lease).catch(toasts.fail)}>{t('network.keep')}</Button>}
                <Button variant="link" size="sm" onClick={() => void navigator.clipboard.writeText(`ssh ${lease.address}`).then(() => toasts.tell(t('common.copied')))}>{t('network.copySsh')}</Button>
                <Button variant="link" size="sm" isDanger onClick={() => void release(lease.address).catch(toasts.fail)}>{t('network.release')}</Button>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </>
  );
}
