import { Button, Content, PageSection, Spinner, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Bridges } from '../host/bridges.tsx';
import { Interfaces } from '../host/interfaces.tsx';
import { Managed } from '../host/managed.tsx';
import { Vlans } from '../host/vlans.tsx';
import { hostStatusQuery } from '../lib/host-status.ts';
import { operation } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { ExportMenu } from '../shell/export-menu.tsx';
import { Refusal } from '../shell/refusal.tsx';

const BridgeWizard = lazy(async () => ({ default: (await import('../host/bridge-wizard.tsx')).BridgeWizard }));
const VlanWizard = lazy(async () => ({ default: (await import('../host/vlan-dialogs.tsx')).VlanWizard }));

/** The host's own network: who manages what, its bridges, VLANs and devices, and the wizards that change them. */
export function HostPage() {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [wizard, setWizard] = useState<'bridge' | 'vlan'>();
  const { data, error } = useQuery(operation('topology.get', {}, 2000));
  const waits = useQuery(hostStatusQuery).data?.waiting !== undefined;
  const close = (): void => setWizard(undefined);
  const nodes = data?.topology.nodes.filter(({ kind }) => kind !== 'guest' && kind !== 'outside') ?? [];
  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('host.title')}</h1>
      </Content>
      {data === undefined ? null : (
        <Toolbar>
          <ToolbarContent alignItems="center">
            {mayWrite ? (
              <>
                <ToolbarItem>
                  <Button isDisabled={waits} onClick={() => setWizard('bridge')}>
                    {t('hostPage.newBridge')}
                  </Button>
                </ToolbarItem>
                <ToolbarItem>
                  <Button variant="secondary" isDisabled={waits} onClick={() => setWizard('vlan')}>
                    {t('hostPage.newVlan')}
                  </Button>
                </ToolbarItem>
                {waits ? <ToolbarItem className="viaduct-subtle">{t('hostPage.waits')}</ToolbarItem> : null}
              </>
            ) : null}
            <ToolbarItem>
              <ExportMenu
                name="interfaces"
                rows={nodes.flatMap((node) =>
                  node.link === undefined
                    ? []
                    : [{ name: node.link, kind: node.kind, state: node.state, owner: node.owner, ...data.counters[node.link] }],
                )}
              />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      )}
      {error !== null && data === undefined ? <Refusal error={error} /> : null}
      {data === undefined && error === null ? <Spinner aria-label={t('common.loading')} /> : null}
      <Managed />
      <Bridges />
      <Vlans />
      {data === undefined ? null : <Interfaces data={data} />}
      <Suspense>
        {wizard === 'bridge' ? <BridgeWizard onClose={close} /> : null}
        {wizard === 'vlan' ? <VlanWizard onClose={close} /> : null}
      </Suspense>
    </PageSection>
  );
}
