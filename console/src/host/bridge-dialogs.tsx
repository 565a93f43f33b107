import { FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BridgeSummary } from '../../../src/service/operation-types.ts';
import { canBePort } from './bridge-wizard.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { hostRequest } from './request.ts';
import { useDevices } from './use-devices.ts';

interface Props {
  readonly bridge: BridgeSummary;
  readonly onClose: () => void;
}

export function AddPortDialog({ bridge: { name }, onClose }: Props) {
  const { t } = useTranslation();
  const cards = useDevices()
    .filter(canBePort)
    .map((card) => card.name);
  return (
    <PortDialog
      operation="bridge.add"
      bridge={name}
      ports={cards}
      title={t('bridgeWizard.addTitle', { name })}
      apply={t('bridgeWizard.add')}
      onClose={onClose}
    />
  );
}

export function RemovePortDialog({ bridge: { name, ports }, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <PortDialog
      operation="bridge.remove"
      bridge={name}
      ports={ports.map((port) => port.name)}
      title={t('bridgeWizard.removeTitle', { name })}
      apply={t('bridgeWizard.remove')}
      onClose={onClose}
    />
  );
}

function PortDialog({
  operation,
  bridge,
  ports,
  title,
  apply,
  onClose,
}: {
  readonly operation: 'bridge.add' | 'bridge.remove';
  readonly bridge: string;
  readonly ports: readonly string[];
  readonly title: string;
  readonly apply: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<string>();
  const port = chosen ?? ports[0];
  return (
    <ChangeDialog
      title={title}
      request={port === undefined ? undefined : hostRequest(operation, { bridge, port })}
      apply={apply}
      isDanger={operation === 'bridge.remove'}
      done={() => t('hostPage.changed', { name: bridge })}
      onClose={onClose}
      form={
        <div className="pf-v6-c-form">
          <FormGroup label={t('bridgeWizard.port')} fieldId="bridge-port">
            {port === undefined ? (
              <p className="viaduct-subtle">{t('bridgeWizard.noCards')}</p>
            ) : (
              <FormSelect id="bridge-port" autoFocus value={port} onChange={(_event, value) => setChosen(value)}>
                {ports.map((one) => (
                  <FormSelectOption key={one} value={one} label={one} />
                ))}
              </FormSelect>
            )}
          </FormGroup>
        </div>
      }
    />
  );
}

export function DeleteBridgeDialog({ bridge: { name }, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <ChangeDialog
      title={t('bridgeWizard.deleteTitle', { name })}
      request={hostRequest('bridge.delete', { bridge: name })}
      apply={t('bridgeWizard.delete')}
      isDanger
      done={() => t('hostPage.deleted', { name })}
      onClose={onClose}
    />
  );
}
