import { Button, List, ListItem, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostStatus } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { expectQuestion } from '../lib/host-status.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { SecondsField, secondsOf, usualSeconds } from './seconds-field.tsx';

/** The change that was kept last becomes again what it was: when that was, and which files it is about. */
export function UndoHostDialog({
  last: { at, files },
  onClose,
}: {
  readonly last: NonNullable<HostStatus['last']>;
  readonly onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const [text, setText] = useState(String(usualSeconds));
  const seconds = secondsOf(text);
  const undo = async (): Promise<void> => {
    setBusy(true);
    try {
      const change = await call('host.undo', { ...(seconds !== undefined && { seconds }) });
      if (change.confirmWithin === undefined) toasts.tell(t('hostPage.undone'));
      onClose();
      await expectQuestion(change);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="host-undo">
      <ModalHeader labelId="host-undo" title={t('hostPage.undoTitle')} />
      <ModalBody>
        <div className="viaduct-steps">
          <p>{t('hostPage.undoBody', { time: new Date(at).toLocaleString(i18n.language) })}</p>
          <List isPlain className="viaduct-mono">
            {files.length === 0 ? <ListItem>{t('hostPage.undoInterfaces')}</ListItem> : null}
            {files.map((file) => (
              <ListItem key={file}>{file}</ListItem>
            ))}
          </List>
          {refusal === undefined ? null : <Refusal error={refusal} />}
          <SecondsField value={text} onChange={setText} />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={busy || seconds === undefined} isLoading={busy} onClick={() => void undo()}>
          {t('common.undo')}
        </Button>
        <Button variant="link" isDisabled={busy} onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
