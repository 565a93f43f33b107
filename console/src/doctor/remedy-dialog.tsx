import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { PlanSteps } from '../networks/plan-steps.tsx';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';

/** What `viaduct doctor --fix`, or `--undo`, would do, before it is done. */
export function RemedyDialog({ what, onClose }: { readonly what: 'fix' | 'undo'; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const name = what === 'fix' ? 'doctor.fix' : 'doctor.undo';
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const { data, error } = useQuery({ queryKey: [name, 'plan'], queryFn: () => call(name, { dryRun: true }), gcTime: 0, retry: false });
  const failure = refusal ?? error;
  const isNothing = data !== undefined && data.steps.length === 0;
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await call(name, {});
      toasts.tell(t(what === 'fix' ? 'doctor.fixed' : 'doctor.undone'));
      onClose();
    } catch (caught) {
      setRefusal(caught);
      setBusy(false);
    }
    await queryClient.invalidateQueries();
  };
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="remedy">
      <ModalHeader labelId="remedy" title={t(what === 'fix' ? 'doctor.fixTitle' : 'doctor.undoTitle')} />
      <ModalBody>
        {data === undefined ? (
          error === null ? (
            <p>{t('network.checking')}</p>
          ) : null
        ) : isNothing ? (
          <p>{t('doctor.nothing')}</p>
        ) : (
          <PlanSteps plan={data} />
        )}
        {failure === null ? null : <Refusal error={failure} />}
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={data === undefined || isNothing || busy} isLoading={busy} onClick={() => void run()}>
          {t(what === 'fix' ? 'doctor.fix' : 'doctor.undo')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
