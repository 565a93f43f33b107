import {
  Button,
  Form,
  FormGroup,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  TextInput,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portClients, type PortClient } from '../../../src/model/port.ts';
import type { NetworkSummary, PortSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';
import { ArgumentsDialog } from './arguments-dialog.tsx';
import { ModelField } from './model-field.tsx';

/** Makes a port with its wire for a guest, then shows what to tell the program that runs it. */
export function AttachDialog({ network, onClose }: { readonly network: NetworkSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [mac, setMac] = useState('');
  const [model, setModel] = useState('');
  const [client, setClient] = useState<PortClient>('qemu');
  const [refusal, setRefusal] = useState<unknown>();
  const [made, setMade] = useState<PortSummary>();
  if (made !== undefined) return <ArgumentsDialog port={made} onClose={onClose} />;
  const attach = async (): Promise<void> => {
    try {
      setMade(
        await call('port.create', {
          network: network.name,
          name: name.trim(),
          for: client,
          ...(mac.trim() !== '' && { mac: mac.trim() }),
          ...(model.trim() !== '' && { model: model.trim() }),
        }),
      );
      await queryClient.invalidateQueries();
    } catch (error) {
      setRefusal(error);
    }
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="attach">
      <ModalHeader labelId="attach" title={t('ports.attachTitle', { name: network.name })} />
      <ModalBody>
        <Form
          id="attach-form"
          onSubmit={(event) => {
            event.preventDefault();
            void attach();
          }}
        >
          <FormGroup label={t('network.guest')} fieldId="port-name">
            <TextInput id="port-name" autoFocus value={name} onChange={(_event, value) => setName(value)} />
          </FormGroup>
          <FormGroup label={t('ports.client')} fieldId="port-client">
            <FormSelect id="port-client" value={client} onChange={(_event, value) => setClient(value as PortClient)}>
              {portClients.map((key) => (
                <FormSelectOption key={key} value={key} label={key === 'none' ? t('ports.tapOnly') : key} />
              ))}
            </FormSelect>
          </FormGroup>
          <ModelField value={model} onChange={setModel} />
          <FormGroup label={`${t('topology.mac')} (${t('create.optional')})`} fieldId="port-mac">
            <TextInput
              id="port-mac"
              className="viaduct-mono"
              value={mac}
              placeholder="52:54:00:…"
              onChange={(_event, value) => setMac(value)}
            />
          </FormGroup>
        </Form>
        {refusal === undefined ? null : <Refusal error={refusal} />}
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="attach-form" isDisabled={name.trim() === ''}>
          {t('ports.attach')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
