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
  TextArea,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { ApiError } from '../lib/api.ts';
import { changeSection } from './change-section.ts';
import { parseReservations, reservationXml } from './document.ts';

/** One reservation or a pasted list of them; what the daemon refuses stays in the field, with its reason. */
export function ReservationDialog({ network, onClose }: { readonly network: NetworkSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const wanted = parseReservations(text);
  const add = async (): Promise<void> => {
    setBusy(true);
    for (const [done, reservation] of wanted.entries()) {
      try {
        await changeSection(network, 'ip-dhcp-host', 'add-last', reservationXml(reservation));
      } catch (error) {
        setText(
          wanted
            .slice(done)
            .map(({ mac, ip, name }) => `${mac} ${ip} ${name}`.trim())
            .join('\n'),
        );
        setRefusal(error);
        return setBusy(false);
      }
    }
    onClose();
  };
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="reserve">
      <ModalHeader labelId="reserve" title={t('network.reserve')} />
      <ModalBody>
        <Form
          id="reserve-form"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <FormGroup label={t('network.reservationLines')} fieldId="reservations">
            <TextArea
              id="reservations"
              className="viaduct-mono"
              rows={5}
              value={text}
              autoFocus
              placeholder="52:54:00:12:34:56 192.168.122.50 web1"
              validated={refusal === undefined ? 'default' : 'error'}
              onChange={(_event, value) => {
                setText(value);
                setRefusal(undefined);
              }}
            />
            <FormHelperText>
              <HelperText>
                <HelperTextItem variant={refusal === undefined ? 'default' : 'error'}>
                  {refusal === undefined
                    ? t('network.reservationHelp')
                    : `${(refusal as Error).message} ${refusal instanceof ApiError ? (refusal.hint ?? '') : ''}`}
                </HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="reserve-form" isLoading={busy} isDisabled={busy || wanted.length === 0}>
          {t('network.reserveCount', { count: wanted.length })}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
