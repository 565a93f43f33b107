import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { rateText } from '../lib/format.ts';
import { operation } from '../lib/live.ts';
import { useRates } from '../topology/rates.ts';

/** Every guest NIC on this network, whoever plugged it in. */
export function Ports({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const { data } = useQuery(operation('topology.get', {}, 2000));
  const rates = useRates(data);
  const ends = new Set(data?.topology.edges.filter(({ from }) => from === `switch/${network.bridge}`).map(({ to }) => to));
  const guests = data?.topology.nodes.filter((node) => node.kind === 'guest' && ends.has(node.id)) ?? [];
  if (guests.length === 0) return <p>{t('network.noPorts')}</p>;
  return (
    <Table aria-label={t('network.ports')} variant="compact">
      <Thead><Tr><Th>{t('network.guest')}</Th><Th>{t('network.tap')}</Th><Th>{t('topology.mac')}</Th><Th>{t('topology.addresses')}</Th><Th>{t('guests.state')}</Th><Th>{t('topology.receives')}</Th><Th>{t('topology.sends')}</Th></Tr></Thead>
      <Tbody>
        {guests.map((node) => node.kind !== 'guest' ? null : (
          <Tr key={node.id}>
            <Td dataLabel={t('network.guest')}>{node.label}</Td>
            <Td dataLabel={t('network.tap')} className="viaduct-mono">{node.tap}</Td>
            <Td dataLabel={t('topology.mac')} className="viaduct-mono">{node.mac ?? '–'}</Td>
            <Td dataLabel={t('topology.addresses')} className="viaduct-mono">{node.addresses.join(', ') || '–'}</Td>
            <Td dataLabel={t('guests.state')}>{node.portState ?? node.state}</Td>
            <Td dataLabel={t('topology.receives')} className="viaduct-numbers">{rateText(rates.get(node.tap)?.tx ?? 0)}</Td>
            <Td dataLabel={t('topology.sends')} className="viaduct-numbers">{rateText(rates.get(node.tap)?.rx ?? 0)}</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
