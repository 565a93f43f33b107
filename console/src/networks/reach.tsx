import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import type { ForwardMode } from '../../../src/model/network.ts';

export type NetworkKind = ForwardMode | 'veryIsolated';
type Reach = 'yes' | 'no' | 'replies';

/** Who can start a connection to whom, by kind: guest→guest, guest→host, host→guest, guest→outside, outside→guest. */
const reach: Record<NetworkKind, readonly [Reach, Reach, Reach, Reach, Reach]> = {
  nat: ['yes', 'yes', 'yes', 'yes', 'replies'],
  route: ['yes', 'yes', 'yes', 'yes', 'yes'],
  open: ['yes', 'yes', 'yes', 'yes', 'yes'],
  isolated: ['yes', 'yes', 'yes', 'no', 'no'],
  veryIsolated: ['yes', 'no', 'no', 'no', 'no'],
  bridge: ['yes', 'yes', 'yes', 'yes', 'yes'],
  private: ['no', 'no', 'no', 'yes', 'yes'],
  vepa: ['no', 'no', 'no', 'yes', 'yes'],
  passthrough: ['no', 'no', 'no', 'yes', 'yes'],
  hostdev: ['no', 'no', 'no', 'yes', 'yes'],
};
const pairs = [
  ['guest', 'guest'],
  ['guest', 'host'],
  ['host', 'guest'],
  ['guest', 'outside'],
  ['outside', 'guest'],
] as const;
const signs: Record<Reach, string> = { yes: '✓', no: '✗', replies: '↩' };

export function ReachTable({ kind }: { readonly kind: NetworkKind }) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t('create.who')} variant="compact" borders={false} className="viaduct-reach" style={{ maxWidth: '32rem' }}>
      <caption>{t('create.who')}</caption>
      <Thead>
        <Tr>
          <Th>{t('create.from')}</Th>
          <Th>{t('create.to')}</Th>
          <Th>{t('common.state')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {pairs.map(([from, to], at) => {
          const answer = reach[kind][at] ?? 'no';
          return (
            <Tr key={`${from}-${to}`} data-reach={`${from}-${to}-${answer}`}>
              <Td dataLabel={t('create.from')}>{t(`create.${from}`)}</Td>
              <Td dataLabel={t('create.to')}>{t(`create.${to}`)}</Td>
              <Td dataLabel={t('common.state')}>
                {signs[answer]} {t(`create.${answer}`)}
              </Td>
            </Tr>
          );
        })}
      </Tbody>
    </Table>
  );
}
