import { Button, Checkbox, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkChange } from '../../../src/service/history-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { PlanSteps } from './plan-steps.tsx';

/** What taking a change back would do, before it is done. `stop`: the stop that came with a deletion, to be taken back too. */
export function UndoDialog({
  change,
  did,
  stop,
  onClose,
}: {
  readonly change: NetworkChange;
  readonly did: string;
  readonly stop: NetworkChange | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [startsAgain, setStartsAgain] = useState(true);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const { data, error } = useQuery({ ...operation('network.undoPlan', { change: change.id }), gcTime: 0 });
  const { id, network } = change;
  const undo = async (digest: string): Promise<void> => {
    setBusy(true);
    try {
      await call('network.undo', { change: id, digest });
      if (stop !== undefined && startsAgain) await call('network.undo', { change: stop.id });
      toasts.tell(t('history.undone', { id, name: network.name }));
      onClose();
    } catch (failure) {
      setRefusal(failure);
      setBusy(false);
    }
    await queryClient.invalidateQueries();
  };
  const failure = refusal ?? error;
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="undo">
      <ModalHeader labelId="undo" title={t('history.undoTitle', { id, name: network.name })} description={t('history.undoBody', { did })} />
      <ModalBody>
        {data === undefined ? error === null ? <p>{t('network.checking')}</p> : null : <PlanSteps plan={data.plan} />}
        {stop === undefined ? null : (
          <Checkbox
            id="start-again"
            label={t('history.startAgain')}
            isChecked={startsAgain}
            onChange={(_event, is) => setStartsAgain(is)}
            style={{ marginTop: '1rem' }}
          />
        )}
        {failure === null ? null : <Refusal error={failure} />}
      </ModalBody>
      <ModalFooter>
        <Button
          isDisabled={data === undefined || busy}
          isLoading={busy}
          onClick={() => (data === undefined ? undefined : void undo(data.plan.digest))}
        >
          {t('common.undo')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
