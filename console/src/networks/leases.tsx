import { Button, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { ExportMenu } from '../shell/export-menu.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { changeSection } from './change-section.ts';
import { documentQuery, reservationXml, type Reservation } from './document.ts';
import { ReservationDialog } from './reservation-dialog.tsx';

interface LeaseRow {
  readonly address: string;
  readonly mac: string | undefined;
  readonly hostname: string | undefined;
  /** Seconds since the epoch; undefined while only reserved. */
  readonly expiry: number | undefined;
  readonly reservation: Reservation | undefined;
}

/** Addresses given out and addresses promised, in one table. */
export function Leases({ network }: { readonly network: NetworkSummary }) {
  const { t, i18n } = useTranslation();
  const toasts = useToasts();
  const mayWrite = useMayWrite();
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const { data: leases = [] } = useQuery(operation('network.leases', { network: network.name }, 5000));
  const { data: document } = useQuery(documentQuery(network));
  const reservations = document?.reservations ?? [];
  const rows: readonly LeaseRow[] = [
    ...leases.map(({ address, mac, hostname, expiry }) => ({
      address,
      mac,
      hostname,
      expiry,
      reservation: reservations.find((one) => one.ip === address && one.mac === mac),
    })),
    ...reservations
      .filter(({ ip }) => !leases.some(({ address }) => address === ip))
      .map((reservation) => ({
        address: reservation.ip,
        mac: reservation.mac,
        hostname: reservation.name || undefined,
        expiry: undefined,
        reservation,
      })),
  ];
  const shown = rows.filter((row) => JSON.stringify(row).toLowerCase().includes(search.trim().toLowerCase()));
  const hasDhcp = (document?.ranges.length ?? 0) + reservations.length > 0 || network.addresses.length > 0;

  const keep = async (mac: string, address: string, hostname: string | undefined): Promise<void> => {
    await changeSection(network, 'ip-dhcp-host', 'add-last', reservationXml({ mac, ip: address, name: hostname ?? '' }));
    toasts.tell(t('network.kept', { mac, address }));
  };
  const forget = async (reservation: Reservation): Promise<void> => {
    await changeSection(network, 'ip-dhcp-host', 'delete', reservationXml(reservation));
    toasts.tell(t('network.forgotten', { address: reservation.ip }), {
      label: t('common.undo'),
      run: () => void changeSection(network, 'ip-dhcp-host', 'add-last', reservationXml(reservation)).catch(toasts.fail),
    });
  };
  const release = async (address: string): Promise<void> => {
    await call('lease.release', { network: network.name, address });
    await queryClient.invalidateQueries();
  };
  const expiryText = ({ expiry }: LeaseRow): string =>
    expiry === undefined
      ? t('network.notGiven')
      : expiry === 0
        ? t('network.never')
        : new Date(expiry * 1000).toLocaleString(i18n.language);

  return (
    <>
      <Toolbar>
        <ToolbarContent alignItems="center">
          <ToolbarItem>
            <SearchInput
              aria-label={t('shell.search')}
              placeholder={t('shell.search')}
              value={search}
              onChange={(_event, value) => setSearch(value)}
              onClear={() => setSearch('')}
            />
          </ToolbarItem>
          {mayWrite && hasDhcp ? (
            <ToolbarItem>
              <Button variant="secondary" onClick={() => setAdding(true)}>
                {t('network.reserve')}
              </Button>
            </ToolbarItem>
          ) : null}
          <ToolbarItem>
            <ExportMenu
              name={`${network.name}-leases`}
              rows={rows.map((row) => ({
                address: row.address,
                mac: row.mac,
                hostname: row.hostname,
                expires: expiryText(row),
                reserved: row.reservation !== undefined,
              }))}
            />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      {adding ? <ReservationDialog network={network} onClose={() => setAdding(false)} /> : null}
      {rows.length === 0 ? (
        <p>{t('network.noLeases')}</p>
      ) : (
        <Table aria-label={t('network.leases')} variant="compact">
          <Thead>
            <Tr>
              <Th>{t('network.address')}</Th>
              <Th>{t('topology.mac')}</Th>
              <Th>{t('network.hostname')}</Th>
              <Th>{t('network.expires')}</Th>
              <Th>{t('network.reserved')}</Th>
              <Th screenReaderText={t('common.actions')} />
            </Tr>
          </Thead>
          <Tbody>
            {shown.map((row) => (
              <Tr key={row.address}>
                <Td dataLabel={t('network.address')} className="viaduct-mono">
                  {row.address}
                </Td>
                <Td dataLabel={t('topology.mac')} className="viaduct-mono">
                  {row.mac ?? '–'}
                </Td>
                <Td dataLabel={t('network.hostname')}>{row.hostname ?? '–'}</Td>
                <Td dataLabel={t('network.expires')}>{expiryText(row)}</Td>
                <Td dataLabel={t('network.reserved')}>{row.reservation === undefined ? t('common.no') : t('common.yes')}</Td>
                <Td isActionCell>
                  <div className="viaduct-actions">
                    {mayWrite && row.reservation === undefined && row.mac !== undefined && row.address.includes('.') ? (
                      <Button
                        variant="link"
                        size="sm"
                        onClick={() => void keep(row.mac ?? '', row.address, row.hostname).catch(toasts.fail)}
                      >
                        {t('network.keep')}
                      </Button>
                    ) : null}
                    {row.expiry === undefined ? null : (
                      <Button
                        variant="link"
                        size="sm"
                        onClick={() => void navigator.clipboard.writeText(`ssh ${row.address}`).then(() => toasts.tell(t('common.copied')))}
                      >
                        {t('network.copySsh')}
                      </Button>
                    )}
                    {mayWrite && row.expiry !== undefined ? (
                      <Button variant="link" size="sm" isDanger onClick={() => void release(row.address).catch(toasts.fail)}>
                        {t('network.release')}
                      </Button>
                    ) : null}
                    {mayWrite && row.reservation !== undefined ? (
                      <Button
                        variant="link"
                        size="sm"
                        isDanger
                        onClick={() => void forget(row.reservation as Reservation).catch(toasts.fail)}
                      >
                        {t('network.forget')}
                      </Button>
                    ) : null}
                  </div>
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
    </>
  );
}
