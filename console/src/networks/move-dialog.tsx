import { Button, Form, FormGroup, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PortSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { portLabel } from './port-label.ts';

/** Takes a port to another network; the wire and the guest's card stay. */
export function MoveDialog({ port, onClose }: { readonly port: PortSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [chosen, setChosen] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const { data: networks } = useQuery(operation('network.list', {}));
  const others = networks?.filter(({ uuid }) => uuid !== port.network.uuid) ?? [];
  const to = chosen === '' ? (others[0]?.name ?? '') : chosen;
  const name = portLabel(port);
  const move = async (): Promise<void> => {
    setBusy(true);
    try {
      await call('port.move', { port: port.uuid, to });
      toasts.tell(t('move.done', { name, network: to }));
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
    await queryClient.invalidateQueries();
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="move">
      <ModalHeader labelId="move" title={t('move.title', { name })} description={t('move.body', { network: port.network.name })} />
      <ModalBody>
        {networks !== undefined && others.length === 0 ? (
          <p>{t('move.nowhere')}</p>
        ) : (
          <Form
            id="move-form"
            onSubmit={(event) => {
              event.preventDefault();
              void move();
            }}
          >
            <FormGroup label={t('move.to')} fieldId="move-to">
              <FormSelect
                id="move-to"
                value={to}
                onChange={(_event, value) => {
                  setChosen(value);
                  setRefusal(undefined);
                }}
              >
                {others.map((network) => (
                  <FormSelectOption
                    key={network.uuid}
                    value={network.name}
                    label={[network.name, ...network.addresses, ...(network.active ? [] : [t('common.inactive')])].join(' · ')}
                  />
                ))}
              </FormSelect>
            </FormGroup>
          </Form>
        )}
        {refusal === undefined ? null : <Refusal error={refusal} />}
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="move-form" isDisabled={to === '' || busy} isLoading={busy}>
          {t('move.button')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
