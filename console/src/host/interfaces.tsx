import { Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src/service/operation-types.ts';
import { bytesText } from '../lib/format.ts';

/** The devices of this host as the kernel has them, and whose they are. */
export function Interfaces({ data }: { readonly data: Output<'topology.get'> }) {
  const { t } = useTranslation();
  const nodes = data.topology.nodes.filter(({ kind }) => kind !== 'guest' && kind !== 'outside');
  const masterOf = new Map(
    data.topology.edges
      .filter(({ kind, to }) => kind === 'wire' && to.startsWith('switch/'))
      .map(({ from, to }) => [from, to.slice('switch/'.length)]),
  );
  return (
    <section className="viaduct-part" aria-labelledby="host-interfaces">
      <Content>
        <h2 id="host-interfaces">{t('host.interfaces')}</h2>
      </Content>
      <Table aria-label={t('host.interfaces')} variant="compact">
        <Thead>
          <Tr>
            <Th>{t('common.name')}</Th>
            <Th>{t('host.type')}</Th>
            <Th>{t('common.state')}</Th>
            <Th>{t('topology.mac')}</Th>
            <Th>{t('topology.addresses')}</Th>
            <Th>{t('host.owner')}</Th>
            <Th>{t('host.master')}</Th>
            <Th>{t('host.received')}</Th>
            <Th>{t('host.sent')}</Th>
            <Th>{t('host.dropped')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {nodes
            .filter(({ link }) => link !== undefined)
            .map((node) => {
              const counters = data.counters[node.link ?? ''];
              const about = node.kind === 'switch' ? node.hostPort : node.kind === 'guest' || node.kind === 'outside' ? undefined : node;
              return (
                <Tr key={node.id}>
                  <Td dataLabel={t('common.name')} className="viaduct-mono">
                    {node.link}
                  </Td>
                  <Td dataLabel={t('host.type')}>
                    {node.kind === 'switch' ? t('networks.bridge') : node.kind === 'nic' ? t('host.hardware') : node.kind}
                  </Td>
                  <Td dataLabel={t('common.state')}>{node.state === 'idle' ? t('topology.idle') : node.state}</Td>
                  <Td dataLabel={t('topology.mac')} className="viaduct-mono">
                    {about?.mac ?? '–'}
                  </Td>
                  <Td dataLabel={t('topology.addresses')} className="viaduct-mono">
                    {about === undefined || about.addresses.length === 0
                      ? '–'
                      : about.addresses.map((address) => <div key={address}>{address}</div>)}
                  </Td>
                  <Td dataLabel={t('host.owner')}>{node.owner}</Td>
                  <Td dataLabel={t('host.master')} className="viaduct-mono">
                    {masterOf.get(node.id) ?? '–'}
                  </Td>
                  <Td dataLabel={t('host.received')} className="viaduct-numbers">
                    {bytesText(counters?.rxBytes ?? 0)}
                  </Td>
                  <Td dataLabel={t('host.sent')} className="viaduct-numbers">
                    {bytesText(counters?.txBytes ?? 0)}
                  </Td>
                  <Td dataLabel={t('host.dropped')} className="viaduct-numbers">
                    {(counters?.rxDropped ?? 0) + (counters?.txDropped ?? 0)}
                  </Td>
                </Tr>
              );
            })}
        </Tbody>
      </Table>
    </section>
  );
}
