import { Button, Form, FormGroup, Modal, ModalBody, ModalFooter, ModalHeader, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';
import { cloneXml, xmlQuery } from './document.ts';
import { PlanSteps } from './plan-steps.tsx';
import { usePreview } from './preview.ts';

/** A second network like this one, with a subnet and a bridge that are free. */
export function CloneDialog({ network, onClose }: { readonly network: NetworkSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [name, setName] = useState(`${network.name}-2`);
  const [failure, setFailure] = useState<unknown>();
  const { data: kept } = useQuery(xmlQuery(network));
  const { data: proposal } = useQuery({ ...operation('network.propose', {}), gcTime: 0 });
  const xml = kept === undefined || proposal === undefined ? undefined : cloneXml(kept.xml, name, proposal);
  const preview = usePreview(xml);
  const refusal = failure ?? (preview.isError ? preview.error : undefined);
  const create = async (): Promise<void> => {
    try {
      await call('network.define', { xml: xml ?? '' });
      if (network.active) await call('network.start', { network: name });
      await queryClient.invalidateQueries();
      onClose();
      await navigate({ to: '/networks/$name', params: { name } });
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="clone">
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
        {refusal !== undefined ? (
          <Refusal error={refusal} />
        ) : preview.data === undefined ? (
          <p>{t('network.checking')}</p>
        ) : (
          <PlanSteps plan={preview.data.plan} />
        )}
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="clone-form" isDisabled={!preview.isGood}>
          {t('networks.clone')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
