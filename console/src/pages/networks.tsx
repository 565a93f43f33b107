import { Button, Content, PageSection, SearchInput, Spinner, Switch, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { useRowKeys } from '../lib/row-keys.ts';
import { NetworkActions } from '../networks/actions.tsx';
import { Intents } from '../networks/intents.tsx';
import { modeKey } from '../networks/mode.ts';
import { StateLabel } from '../networks/state.tsx';
import { useMayWrite } from '../lib/session.ts';
import { ExportMenu } from '../shell/export-menu.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';

export function NetworksPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toasts = useToasts();
  const { data, error } = useQuery(operation('network.list', {}));
  const [search, setSearch] = useState('');
  const shown = (data ?? []).filter((network) => JSON.stringify(network).toLowerCase().includes(search.trim().toLowerCase()));
  const body = useRowKeys();
  const mayWrite = useMayWrite();

  const topology = useQuery(operation('topology.get', {})).data?.topology;
  /** Everybody on the wire, whoever plugged them in; for a network without a bridge the ports promised. */
  const guestsOf = ({ bridge, ports }: NetworkSummary): number => {
    const ends = new Set(topology?.edges.filter(({ from }) => from === `switch/${bridge}`).map(({ to }) => to));
    return Math.max(ports, topology?.nodes.filter(({ id, kind }) => kind === 'guest' && ends.has(id)).length ?? 0);
  };

  const setAutostart = async (network: string, autostart: boolean): Promise<void> => {
    await call('network.autostart', { network, autostart }).catch(toasts.fail);
    await queryClient.invalidateQueries();
  };

  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('networks.title')}</h1>
      </Content>
      {error !== null && data === undefined ? <Refusal error={error} /> : null}
      {data === undefined && error === null ? <Spinner aria-label={t('common.loading')} /> : null}
      {data?.length === 0 ? <Intents /> : null}
      {data === undefined || data.length === 0 ? null : (
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
              {mayWrite ? (
                <ToolbarItem>
                  <Button onClick={() => void navigate({ to: '/networks/new' })}>{t('networks.create')}</Button>
                </ToolbarItem>
              ) : null}
              <ToolbarItem>
                <ExportMenu
                  name="networks"
                  rows={shown.map(({ name, active, mode, addresses, bridge, ports, autostart }) => ({
                    name,
                    active,
                    mode,
                    addresses: addresses.join(' '),
                    bridge,
                    ports,
                    autostart,
                  }))}
                />
              </ToolbarItem>
            </ToolbarContent>
          </Toolbar>
          <Table aria-label={t('networks.title')} variant="compact">
            <Thead>
              <Tr>
                <Th>{t('common.name')}</Th>
                <Th>{t('common.state')}</Th>
                <Th>{t('networks.mode')}</Th>
                <Th>{t('networks.subnet')}</Th>
                <Th>{t('networks.bridge')}</Th>
                <Th>{t('networks.guests')}</Th>
                <Th>{t('networks.autostart')}</Th>
                <Th screenReaderText={t('common.actions')} />
              </Tr>
            </Thead>
            <Tbody ref={body}>
              {shown.map((network) => (
                <Tr key={network.uuid} className="viaduct-row" tabIndex={0}>
                  <Td dataLabel={t('common.name')}>
                    <Link to="/networks/$name" params={{ name: network.name }}>
                      {network.name}
                    </Link>
                  </Td>
                  <Td dataLabel={t('common.state')}>
                    <StateLabel network={network} />
                  </Td>
                  <Td dataLabel={t('networks.mode')}>{t(modeKey(network))}</Td>
                  <Td dataLabel={t('networks.subnet')} className="viaduct-mono">
                    {network.addresses.length === 0 ? '–' : network.addresses.map((address) => <div key={address}>{address}</div>)}
                  </Td>
                  <Td dataLabel={t('networks.bridge')} className="viaduct-mono">
                    {network.bridge ?? '–'}
                  </Td>
                  <Td dataLabel={t('networks.guests')}>{guestsOf(network)}</Td>
                  <Td dataLabel={t('networks.autostart')}>
                    <Switch
                      aria-label={`${t('networks.autostart')} ${network.name}`}
                      isChecked={network.autostart}
                      isDisabled={!network.persistent || !mayWrite}
                      onChange={(_event, on) => void setAutostart(network.name, on)}
                    />
                  </Td>
                  <Td isActionCell>
                    <NetworkActions network={network} />
                  </Td>
                </Tr>
              ))}
            </Tbody>
          </Table>
        </>
      )}
    </PageSection>
  );
}
