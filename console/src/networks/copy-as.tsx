import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { useToasts } from '../shell/toasts.tsx';

/** The network as text that makes it again elsewhere: libvirt's XML, Viaduct's YAML, or commands with the XML in them. */
export function CopyAs({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [open, setOpen] = useState(false);
  const copy = async (as: 'xml' | 'yaml' | 'virsh'): Promise<void> => {
    const { xml } = await call('network.xml', { network: network.name, inactive: network.persistent });
    const yaml = async (): Promise<string> => (await call('network.preview', { text: xml })).networks[0]?.yaml ?? '';
    const text = as === 'xml' ? xml : as === 'yaml' ? await yaml() : virshScript(network, xml);
    await navigator.clipboard.writeText(text);
    toasts.tell(t('common.copied'));
  };
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle ref={ref} size="sm" isExpanded={open} onClick={() => setOpen(!open)}>
          {t('common.copy')}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem onClick={() => void copy('xml').catch(toasts.fail)}>{t('network.view.xml')}</DropdownItem>
        <DropdownItem onClick={() => void copy('yaml').catch(toasts.fail)}>{t('network.view.yaml')}</DropdownItem>
        <DropdownItem onClick={() => void copy('virsh').catch(toasts.fail)}>{t('network.view.virsh')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

export function virshScript({ name, autostart, active }: Pick<NetworkSummary, 'name' | 'autostart' | 'active'>, xml: string): string {
  const quoted = /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
  return [
    `cat > /tmp/network.xml <<'XML'`,
    xml.trim(),
    'XML',
    'virsh net-define /tmp/network.xml',
    ...(autostart ? [`virsh net-autostart ${quoted}`] : []),
    ...(active ? [`virsh net-start ${quoted}`] : []),
    '',
  ].join('\n');
}
