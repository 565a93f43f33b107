import { Button, Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VlanSummary } from '../../../src/service/operation-types.ts';
import { hostStatusQuery } from '../lib/host-status.ts';
import { operation } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';

const DeleteVlanDialog = lazy(async () => ({ default: (await import('./vlan-dialogs.tsx')).DeleteVlanDialog }));

/** VLANs of the host, as devices of their own or inside bridges that filter. */
export function Vlans() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const { data = [] } = useQuery(operation('vlan.list', {}));
  const waits = useQuery(hostStatusQuery).data?.waiting !== undefined;
  const [asked, setAsked] = useState<VlanSummary>();
  return (
    <section className="viaduct-part" aria-labelledby="host-vlans">
      <Content>
        <h2 id="host-vlans">{t('hostPage.vlans')}</h2>
      </Content>
      {data.length === 0 ? (
        <p className="viaduct-subtle">{t('hostPage.noVlans')}</p>
      ) : (
        <Table aria-label={t('hostPage.vlans')} variant="compact">
          <Thead>
            <Tr>
              <Th>{t('vlanWizard.id')}</Th>
              <Th>{t('hostPage.uplink')}</Th>
              <Th>{t('hostPage.device')}</Th>
              <Th>{t('networks.bridge')}</Th>
              <Th>{t('hostPage.ports')}</Th>
              <Th screenReaderText={t('common.actions')} />
            </Tr>
          </Thead>
          <Tbody>
            {data.map((vlan) => (
              <Tr key={`${vlan.id} ${vlan.shape} ${vlan.uplinks.join()} ${vlan.device ?? ''}`}>
                <Td dataLabel={t('vlanWizard.id')}>{vlan.id}</Td>
                <Td dataLabel={t('hostPage.uplink')} className="viaduct-mono">
                  {vlan.uplinks.join(', ') || '–'}
                </Td>
                <Td dataLabel={t('hostPage.device')} className="viaduct-mono">
                  {vlan.device ?? '–'}
                </Td>
                <Td dataLabel={t('networks.bridge')} className="viaduct-mono">
                  {vlan.bridge ?? '–'}
                </Td>
                <Td dataLabel={t('hostPage.ports')} className="viaduct-mono">
                  {vlan.ports.join(', ') || '–'}
                </Td>
                <Td dataLabel={t('common.actions')}>
                  {vlan.shape === 'device' && mayWrite && !waits ? (
                    <span className="viaduct-actions">
                      <Button
                        variant="link"
                        size="sm"
                        isDanger
                        aria-label={`${t('hostPage.remove')}: VLAN ${vlan.id}`}
                        onClick={() => setAsked(vlan)}
                      >
                        {t('hostPage.remove')}
                      </Button>
                    </span>
                  ) : null}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      <Suspense>{asked === undefined ? null : <DeleteVlanDialog vlan={asked} onClose={() => setAsked(undefined)} />}</Suspense>
    </section>
  );
}
