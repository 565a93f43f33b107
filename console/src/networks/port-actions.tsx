import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { useToasts } from '../shell/toasts.tsx';
import { ArgumentsDialog } from './arguments-dialog.tsx';
import type { GuestRow } from './guest-rows.ts';
import { LimitsDialog } from './limits-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { UnplugDialog } from './unplug-dialog.tsx';
import { VlanDialog } from './vlan-dialog.tsx';

/** Seconds of a capture that the menu starts. */
const captureSeconds = 10;

/** What can be done with one guest NIC: everything with a port of Viaduct's, listening with any. */
export function PortActions({ row: { port, tap, label } }: { readonly row: GuestRow }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<'arguments' | 'move' | 'vlan' | 'limits' | 'unplug'>();
  if (!useMayWrite() || (port === undefined && tap === undefined)) return null;
  const setLink = async (up: boolean): Promise<void> => {
    await call('port.setLink', { port: port?.uuid ?? '', up });
    await queryClient.invalidateQueries();
  };
  /** libvirt runs this guest, and has the way to its console. */
  const copyConsole = async (domain: string): Promise<void> => {
    await navigator.clipboard.writeText(`virsh console ${/^[\w.-]+$/.test(domain) ? domain : `'${domain.replaceAll("'", `'\\''`)}'`}`);
    toasts.tell(t('common.copied'));
  };
  const ours = port?.link === undefined ? undefined : port;
  return (
    <>
      <Dropdown
        isOpen={open}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            variant="plain"
            size="sm"
            aria-label={`${t('common.actions')}: ${label}`}
            isExpanded={open}
            onClick={() => setOpen(!open)}
            icon={<EllipsisVIcon />}
          />
        )}
      >
        <DropdownList>
          {ours === undefined ? null : (
            <DropdownItem key="arguments" onClick={() => setDialog('arguments')}>
              {t('ports.arguments')}
            </DropdownItem>
          )}
          {ours === undefined ? null : (
            <DropdownItem key="link" onClick={() => void setLink(ours.down === true).catch(toasts.fail)}>
              {t(ours.down === true ? 'ports.linkUp' : 'ports.linkDown')}
            </DropdownItem>
          )}
          {ours === undefined ? null : (
            <DropdownItem key="move" onClick={() => setDialog('move')}>
              {t('move.item')}
            </DropdownItem>
          )}
          {port === undefined ? null : (
            <DropdownItem key="vlan" onClick={() => setDialog('vlan')}>
              {t('vlan.item')}
            </DropdownItem>
          )}
          {port === undefined ? null : (
            <DropdownItem key="limits" onClick={() => setDialog('limits')}>
              {t('ports.limits')}
            </DropdownItem>
          )}
          {tap === undefined ? null : (
            <DropdownItem
              key="capture"
              to={`/api/v1/captures/${encodeURIComponent(tap)}?seconds=${captureSeconds}`}
              download={`${tap}.pcapng`}
            >
              {t('ports.capture', { seconds: captureSeconds })}
            </DropdownItem>
          )}
          {tap === undefined ? null : (
            <DropdownItem key="reach" onClick={() => void navigate({ to: '/reach', search: { from: tap } as never })}>
              {t('reach.item')}
            </DropdownItem>
          )}
          {port === undefined || ours !== undefined ? null : (
            <DropdownItem key="console" onClick={() => void copyConsole(port.owner.name).catch(toasts.fail)}>
              {t('ports.console')}
            </DropdownItem>
          )}
          {port === undefined ? null : (
            <DropdownItem key="unplug" isDanger onClick={() => setDialog('unplug')}>
              {t('ports.unplug')}
            </DropdownItem>
          )}
        </DropdownList>
      </Dropdown>
      {dialog === 'arguments' && port !== undefined ? <ArgumentsDialog port={port} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'move' && port !== undefined ? <MoveDialog port={port} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'vlan' && port !== undefined ? <VlanDialog port={port} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'limits' && port !== undefined ? <LimitsDialog port={port} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'unplug' && port !== undefined ? <UnplugDialog port={port} onClose={() => setDialog(undefined)} /> : null}
    </>
  );
}
