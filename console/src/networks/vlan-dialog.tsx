import {
  Button,
  Form,
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Radio,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PortSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';
import { portLabel } from './port-label.ts';
import { badTags, isVlanWhole, vlanFormOf, vlanFrom, vlanKinds, type VlanForm } from './vlan-form.ts';

/** Which VLANs a port carries: what its network says, one without tags, or several with theirs. */
export function VlanDialog({ port, onClose }: { readonly port: PortSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [form, setForm] = useState<VlanForm>(() => vlanFormOf(port.vlan));
  const [refusal, setRefusal] = useState<unknown>();
  const bad = badTags(form);
  const set = (change: Partial<VlanForm>): void => {
    setRefusal(undefined);
    setForm({ ...form, ...change });
  };
  const save = async (): Promise<void> => {
    const vlan = vlanFrom(form);
    try {
      await call('port.setVlan', { port: port.uuid, ...(vlan !== undefined && { vlan }) });
      onClose();
    } catch (error) {
      setRefusal(error);
    }
    await queryClient.invalidateQueries();
  };
  const field = (id: 'tag' | 'tags' | 'native', help?: string) => {
    const wrong = bad[id];
    const said = wrong === undefined ? help : t('vlan.bad', { text: wrong });
    return (
      <FormGroup label={t(`vlan.${id}`)} fieldId={`vlan-${id}`}>
        <TextInput
          id={`vlan-${id}`}
          inputMode="numeric"
          value={form[id]}
          validated={wrong !== undefined ? 'error' : 'default'}
          onChange={(_event, value) => set({ [id]: value })}
        />
        {said === undefined ? null : (
          <FormHelperText>
            <HelperText>
              <HelperTextItem variant={wrong !== undefined ? 'error' : 'default'}>{said}</HelperTextItem>
            </HelperText>
          </FormHelperText>
        )}
      </FormGroup>
    );
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="vlan">
      <ModalHeader labelId="vlan" title={t('vlan.title', { name: portLabel(port) })} />
      <ModalBody>
        <Form
          id="vlan-form"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <FormGroup role="radiogroup" label={t('vlan.item')} fieldId="vlan-kind">
            {vlanKinds.map((kind) => (
              <Radio
                key={kind}
                id={`vlan-${kind}-kind`}
                name="vlan-kind"
                label={t(`vlan.${kind}`)}
                description={t(`vlan.${kind}Body`, { network: port.network.name })}
                isChecked={form.kind === kind}
                onChange={() => set({ kind })}
              />
            ))}
          </FormGroup>
          {form.kind === 'access' ? field('tag') : null}
          {form.kind === 'trunk' ? (
            <>
              {field('tags', t('vlan.tagsHelp'))}
              {field('native', t('vlan.nativeHelp'))}
            </>
          ) : null}
        </Form>
        {refusal === undefined ? null : <Refusal error={refusal} />}
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="vlan-form" isDisabled={!isVlanWhole(form)}>
          {t('common.save')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
