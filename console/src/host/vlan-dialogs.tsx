import { Checkbox, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseSubnet } from '../../../src/model/address.ts';
import { parseIfName } from '../../../src/model/units.ts';
import { lastVlan } from '../../../src/model/vlan.ts';
import type { VlanSummary } from '../../../src/service/operation-types.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { hostRequest } from './request.ts';
import { TextField } from './text-field.tsx';
import { useDevices } from './use-devices.ts';

interface Draft {
  readonly id: string;
  readonly uplink?: string;
  readonly hasBridge: boolean;
  /** Undefined until somebody chooses one. */
  readonly bridge?: string;
  readonly address: string;
}

/** A VLAN of a card, with its bridge. */
export function VlanWizard({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const uplinks = useDevices().map(({ name }) => name);
  const [draft, setDraft] = useState<Draft>({ id: '', hasBridge: true, address: '' });
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const wrongId = useIdProblem(draft.id);
  const uplink = draft.uplink ?? uplinks[0];
  const bridge = draft.bridge ?? `brvlan${draft.id.trim()}`;
  const address = draft.address.trim();
  const wrongBridge = draft.hasBridge && parseIfName(bridge) === undefined ? t('bridgeWizard.nameBad') : undefined;
  const wrongAddress = address !== '' && parseSubnet(address) === undefined ? t('vlanWizard.addressBad') : undefined;
  const isWhole = draft.id.trim() !== '' && [wrongId, wrongBridge, wrongAddress].every((wrong) => wrong === undefined);
  return (
    <ChangeDialog
      title={t('vlanWizard.title')}
      about={t('vlanWizard.about')}
      request={
        isWhole && uplink !== undefined
          ? hostRequest('vlan.create', {
              id: Number(draft.id),
              uplink,
              bridge: draft.hasBridge ? bridge : false,
              ...(address !== '' && { address }),
            })
          : undefined
      }
      apply={t('vlanWizard.make')}
      done={({ name }) => t('hostPage.made', { name })}
      onClose={onClose}
      form={
        <div className="pf-v6-c-form">
          <TextField
            id="vlan-id"
            label={t('vlanWizard.id')}
            value={draft.id}
            onChange={(id) => set({ id })}
            wrong={wrongId}
            help={t('vlanWizard.idHelp')}
            hasFocus
          />
          <FormGroup label={t('vlanWizard.uplink')} fieldId="vlan-uplink">
            <FormSelect id="vlan-uplink" value={uplink ?? ''} onChange={(_event, value) => set({ uplink: value })}>
              {uplinks.map((one) => (
                <FormSelectOption key={one} value={one} label={one} />
              ))}
            </FormSelect>
          </FormGroup>
          <Checkbox
            id="vlan-has-bridge"
            label={t('vlanWizard.bridge')}
            isChecked={draft.hasBridge}
            onChange={(_event, hasBridge) => set({ hasBridge })}
          />
          {draft.hasBridge ? (
            <TextField
              id="vlan-bridge"
              label={t('vlanWizard.bridgeName')}
              value={bridge}
              onChange={(name) => set({ bridge: name })}
              wrong={wrongBridge}
            />
          ) : null}
          <TextField
            id="vlan-address"
            label={`${t('vlanWizard.address')} (${t('create.optional')})`}
            value={draft.address}
            onChange={(text) => set({ address: text })}
            wrong={wrongAddress}
            help={t('vlanWizard.addressHelp')}
          />
        </div>
      }
    />
  );
}

/** Why it is not the ID of a VLAN, as IEEE 802.1Q has them; undefined while it is, or nothing is written yet. */
function useIdProblem(text: string): string | undefined {
  const { t } = useTranslation();
  const written = text.trim();
  if (written === '') return undefined;
  const id = /^\d{1,6}$/.test(written) ? Number(written) : undefined;
  if (id === 0) return t('vlanWizard.idZero');
  if (id === lastVlan + 1) return t('vlanWizard.idReserved');
  return id === undefined || id > lastVlan ? t('vlanWizard.idBad', { text: written }) : undefined;
}

export function DeleteVlanDialog({
  vlan: {
    id,
    uplinks: [uplink],
  },
  onClose,
}: {
  readonly vlan: VlanSummary;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <ChangeDialog
      title={t('vlanWizard.deleteTitle', { id, uplink })}
      request={hostRequest('vlan.delete', { id, ...(uplink !== undefined && { uplink }) })}
      apply={t('vlanWizard.delete')}
      isDanger
      done={({ name }) => t('hostPage.deleted', { name })}
      onClose={onClose}
    />
  );
}
