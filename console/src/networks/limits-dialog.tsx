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
  TextInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PortSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';

/** libvirt counts in kibibytes a second; people in megabits. */
const toMbit = (kib: number | undefined): string =>
  kib === undefined || kib === 0 ? '' : String(Math.round((kib * 1024 * 8) / 1e4) / 100);
const toKib = (mbit: string): number => Math.max(1, Math.round((Number(mbit) * 1e6) / 8 / 1024));

/** What the guest may send and receive, as an average; empty is no limit. */
export function LimitsDialog({ port, onClose }: { readonly port: PortSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...operation('port.bandwidth', { port: port.uuid }), gcTime: 0 });
  const [edited, setEdited] = useState<{ readonly receive?: string; readonly send?: string }>({});
  const [refusal, setRefusal] = useState<unknown>();
  const receive = edited.receive ?? toMbit(data?.inbound?.average);
  const send = edited.send ?? toMbit(data?.outbound?.average);
  const bad = (text: string): boolean => text !== '' && !(Number(text) > 0);
  const save = async (): Promise<void> => {
    const limit = (text: string | undefined) => (text === undefined ? undefined : text === '' ? null : { average: toKib(text) });
    try {
      await call('port.setBandwidth', { port: port.uuid, inbound: limit(edited.receive), outbound: limit(edited.send) });
      await queryClient.invalidateQueries();
      onClose();
    } catch (error) {
      setRefusal(error);
    }
  };
  const field = (id: 'receive' | 'send', value: string) => (
    <FormGroup label={t(`ports.${id}Limit`)} fieldId={id}>
      <TextInput
        id={id}
        inputMode="decimal"
        value={value}
        validated={bad(value) ? 'error' : 'default'}
        onChange={(_event, text) => setEdited({ ...edited, [id]: text.trim() })}
      />
      <FormHelperText>
        <HelperText>
          <HelperTextItem variant={bad(value) ? 'error' : 'default'}>{t(bad(value) ? 'ports.notARate' : 'ports.noLimit')}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="limits">
      <ModalHeader labelId="limits" title={t('ports.limits')} description={port.name ?? port.owner.name} />
      <ModalBody>
        <Form
          id="limits-form"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {field('receive', receive)}
          {field('send', send)}
        </Form>
        {refusal === undefined ? null : <Refusal error={refusal} />}
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="limits-form" isDisabled={bad(receive) || bad(send)}>
          {t('common.save')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
