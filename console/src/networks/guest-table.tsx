import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { rateText } from '../lib/format.ts';
import { useRowKeys } from '../lib/row-keys.ts';
import type { GuestRow } from './guest-rows.ts';
import { PortActions } from './port-actions.tsx';
import { usePortStateText } from './port-state.ts';
import { carriedText } from './vlan-form.ts';

/** Guest NICs as rows; both halves of each: the MAC and addresses inside, the device on this host. */
export function GuestTable({
  rows,
  label,
  withNetwork,
}: {
  readonly rows: readonly GuestRow[];
  readonly label: string;
  readonly withNetwork: boolean;
}) {
  const { t } = useTranslation();
  const body = useRowKeys();
  const hasVlans = rows.some(({ port }) => port?.vlan !== undefined);
  const stateText = usePortStateText();
  return (
    <Table aria-label={label} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('network.guest')}</Th>
          {withNetwork ? <Th>{t('guests.network')}</Th> : null}
          <Th>{t('network.tap')}</Th>
          <Th>{t('topology.mac')}</Th>
          <Th>{t('guests.addresses')}</Th>
          {hasVlans ? <Th>{t('vlan.column')}</Th> : null}
          <Th>{t('guests.state')}</Th>
          <Th>{t('topology.receives')}</Th>
          <Th>{t('topology.sends')}</Th>
          <Th>{t('topology.drops')}</Th>
          <Th screenReaderText={t('common.actions')} />
        </Tr>
      </Thead>
      <Tbody ref={body}>
        {rows.map((row) => (
          <Tr key={row.key} className="viaduct-row" tabIndex={0}>
            <Td dataLabel={t('network.guest')}>
              {row.label}
              {row.port?.model === undefined ? null : <span className="viaduct-source">{row.port.model}</span>}
            </Td>
            {withNetwork ? (
              <Td dataLabel={t('guests.network')}>
                {row.network === undefined ? (
                  row.place
                ) : (
                  <Link to="/networks/$name" params={{ name: row.network }}>
                    {row.network}
                  </Link>
                )}
              </Td>
            ) : null}
            <Td dataLabel={t('network.tap')} className="viaduct-mono">
              {row.tap ?? '–'}
            </Td>
            <Td dataLabel={t('topology.mac')} className="viaduct-mono">
              {row.mac ?? '–'}
            </Td>
            <Td dataLabel={t('guests.addresses')}>
              {row.addresses.length === 0
                ? '–'
                : row.addresses.map(({ address, source }) => (
                    <div key={address}>
                      <span className="viaduct-mono">{address}</span> <span className="viaduct-source">{t(`ports.sources.${source}`)}</span>
                    </div>
                  ))}
            </Td>
            {hasVlans ? (
              <Td dataLabel={t('vlan.column')} className="viaduct-mono">
                {row.port?.vlan === undefined ? '–' : carriedText(row.port.vlan)}
              </Td>
            ) : null}
            <Td dataLabel={t('guests.state')}>{stateText(row.state)}</Td>
            <Td dataLabel={t('topology.receives')} className="viaduct-numbers">
              {rateText(row.rate?.tx ?? 0)}
            </Td>
            <Td dataLabel={t('topology.sends')} className="viaduct-numbers">
              {rateText(row.rate?.rx ?? 0)}
            </Td>
            <Td dataLabel={t('topology.drops')} className="viaduct-numbers">
              {row.dropped}
            </Td>
            <Td isActionCell>
              <PortActions row={row} />
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

export const exportRows = (rows: readonly GuestRow[]) =>
  rows.map(({ label, network, place, tap, mac, addresses, state }) => ({
    guest: label,
    network: network ?? place,
    tap,
    mac,
    addresses: addresses.map(({ address }) => address).join(' '),
    state,
  }));
