import { Button, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { useMayWrite } from '../lib/session.ts';
import { ExportMenu } from '../shell/export-menu.tsx';
import { AttachDialog } from './attach-dialog.tsx';
import { useGuestRows } from './guest-rows.ts';
import { exportRows, GuestTable } from './guest-table.tsx';

/** Every guest NIC on this network, whoever plugged it in. */
export function Ports({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const [attaching, setAttaching] = useState(false);
  const all = useGuestRows().rows;
  const rows = all?.filter((row) => row.network === network.name) ?? [];
  return (
    <>
      <Toolbar>
        <ToolbarContent alignItems="center">
          {mayWrite ? (
            <ToolbarItem>
              <Button onClick={() => setAttaching(true)}>{t('ports.attach')}</Button>
            </ToolbarItem>
          ) : null}
          {rows.length === 0 ? null : (
            <ToolbarItem>
              <ExportMenu name={`${network.name}-ports`} rows={exportRows(rows)} />
            </ToolbarItem>
          )}
        </ToolbarContent>
      </Toolbar>
      {attaching ? <AttachDialog network={network} onClose={() => setAttaching(false)} /> : null}
      {all === undefined ? null : rows.length === 0 ? (
        <p>{t('network.noPorts')}</p>
      ) : (
        <GuestTable rows={rows} label={t('network.ports')} withNetwork={false} />
      )}
    </>
  );
}
