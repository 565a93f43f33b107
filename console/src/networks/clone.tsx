import { Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';

/** A second network like this one, with a subnet and a bridge that are free. */
export function CloneDialog({ network, onClose }: { readonly network: NetworkSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState(`${network.name}-2`);
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const create = async (): Promise<void> => {
    setBusy(true);
    try {
      await call('network.copy', { network: network.name, name: name.trim(), start: network.active });
      await queryClient.invalidateQueries();
      onClose();
      await navigate({ to: '/networks/$name', params: { name: name.trim() } });
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="clone">
      <ModalHeader labelId="clone" title={t('networks.cloneTitle', { name: network.name })} description={t('networks.cloneBody')} />
      <ModalBody>
        <Form
          id="clone-form"
          onSubmit={(event) => {
            event.preventDefault();
            void create();
          }}
        >
          <FormGroup label={t('common.name')} fieldId="clone-name">
            <TextInput
              id="clone-name"
              value={name}
              onChange={(_event, value) => {
                setName(value);
                setFailure(undefined);
              }}
            />
          </FormGroup>
        </Form>
        {failure === undefined ? null : <Refusal error={failure} />}
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="clone-form" isDisabled={name.trim() === '' || busy} isLoading={busy}>
          {t('networks.clone')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
