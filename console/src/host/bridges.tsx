import { Button, Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BridgeSummary } from '../../../src/service/operation-types.ts';
import { hostStatusQuery } from '../lib/host-status.ts';
import { operation } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { useDevices } from './use-devices.ts';

const dialogs = {
  add: lazy(async () => ({ default: (await import('./bridge-dialogs.tsx')).AddPortDialog })),
  remove: lazy(async () => ({ default: (await import('./bridge-dialogs.tsx')).RemovePortDialog })),
  delete: lazy(async () => ({ default: (await import('./bridge-dialogs.tsx')).DeleteBridgeDialog })),
};

/** Bridges of the host, and what can be done with those that no network and no other program has. */
export function Bridges() {
  const { t } = useTranslation();
  const { data = [] } = useQuery(operation('bridge.list', {}));
  const own = new Set(useDevices().map(({ name }) => name));
  const [asked, setAsked] = useState<{ readonly what: keyof typeof dialogs; readonly bridge: BridgeSummary }>();
  const Dialog = asked === undefined ? undefined : dialogs[asked.what];
  return (
    <section className="viaduct-part" aria-labelledby="host-bridges">
      <Content>
        <h2 id="host-bridges">{t('hostPage.bridges')}</h2>
      </Content>
      {data.length === 0 ? (
        <p className="viaduct-subtle">{t('hostPage.noBridges')}</p>
      ) : (
        <Table aria-label={t('hostPage.bridges')} variant="compact">
          <Thead>
            <Tr>
              <Th>{t('common.name')}</Th>
              <Th>{t('hostPage.ports')}</Th>
              <Th>{t('hostPage.stp')}</Th>
              <Th>{t('hostPage.vlanAware')}</Th>
              <Th>{t('hostPage.network')}</Th>
              <Th screenReaderText={t('common.actions')} />
            </Tr>
          </Thead>
          <Tbody>
            {data.map((bridge) => (
              <BridgeRow
                key={bridge.name}
                bridge={bridge}
                isOwn={bridge.network === undefined && own.has(bridge.name)}
                onAsk={(what) => setAsked({ what, bridge })}
              />
            ))}
          </Tbody>
        </Table>
      )}
      <Suspense>
        {asked === undefined || Dialog === undefined ? null : <Dialog bridge={asked.bridge} onClose={() => setAsked(undefined)} />}
      </Suspense>
    </section>
  );
}

function BridgeRow({
  bridge: { name, ports, stp, vlanFiltering, network },
  isOwn,
  onAsk,
}: {
  readonly bridge: BridgeSummary;
  readonly isOwn: boolean;
  readonly onAsk: (what: keyof typeof dialogs) => void;
}) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const waits = useQuery(hostStatusQuery).data?.waiting !== undefined;
  const button = (what: keyof typeof dialogs, text: string) => (
    <Button variant="link" size="sm" isDanger={what === 'delete'} aria-label={`${text}: ${name}`} onClick={() => onAsk(what)}>
      {text}
    </Button>
  );
  return (
    <Tr>
      <Td dataLabel={t('common.name')} className="viaduct-mono">
        {name}
      </Td>
      <Td dataLabel={t('hostPage.ports')} className="viaduct-mono">
        {ports.length === 0 ? '–' : ports.map((port) => port.name).join(', ')}
      </Td>
      <Td dataLabel={t('hostPage.stp')}>{t(stp ? 'common.yes' : 'common.no')}</Td>
      <Td dataLabel={t('hostPage.vlanAware')}>{t(vlanFiltering ? 'common.yes' : 'common.no')}</Td>
      <Td dataLabel={t('hostPage.network')}>
        {network === undefined ? (
          '–'
        ) : (
          <Link to="/networks/$name" params={{ name: network }}>
            {network}
          </Link>
        )}
      </Td>
      <Td dataLabel={t('common.actions')}>
        {isOwn && mayWrite && !waits ? (
          <span className="viaduct-actions">
            {button('add', t('hostPage.addPort'))}
            {ports.length === 0 ? null : button('remove', t('hostPage.removePort'))}
            {button('delete', t('hostPage.remove'))}
          </span>
        ) : null}
      </Td>
    </Tr>
  );
}
