import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostChange } from '../../../src/service/operation-types.ts';
import { ApiError } from '../lib/api.ts';
import { expectQuestion } from '../lib/host-status.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { ChangePreview } from './change-preview.tsx';
import type { HostRequest } from './request.ts';
import { SecondsField, secondsOf, usualSeconds } from './seconds-field.tsx';

interface Props {
  readonly title: string;
  readonly about?: string;
  /** What is asked first; without it the preview comes at once. */
  readonly form?: ReactNode;
  /** Undefined while the form is not whole. */
  readonly request: HostRequest | undefined;
  /** On the button that does it. */
  readonly apply: string;
  readonly isDanger?: boolean;
  /** What to say when nobody has to confirm it. */
  readonly done: (change: HostChange) => string;
  readonly onClose: () => void;
}

/** A change of the host's own interfaces: asked, shown, and only then done. */
export function ChangeDialog({ title, about, form, request, apply, isDanger = false, done, onClose }: Props) {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(form === undefined);
  const [seconds, setSeconds] = useState(String(usualSeconds));
  const { busy, refusal, run } = useApply(done, onClose);
  const preview = usePreview(isShown && !busy ? request : undefined);
  const part = useRef<HTMLDivElement>(null);
  const isFirst = useRef(true);
  // The button that was pressed is gone: the keyboard goes on where the new part begins.
  useEffect(() => {
    if (!isFirst.current) part.current?.focus();
    isFirst.current = false;
  }, [isShown]);
  const failure = refusal ?? preview.error;
  const wait = secondsOf(seconds);
  const canApply = preview.data !== undefined && preview.data.steps.length > 0 && wait !== undefined && !busy;
  const shown = (
    <div className="viaduct-steps">
      {preview.data !== undefined ? <ChangePreview change={preview.data} /> : failure === null ? <p>{t('change.checking')}</p> : null}
      {failure === null ? null : <Refusal error={failure} />}
      {preview.data === undefined || preview.data.steps.length === 0 ? null : <SecondsField value={seconds} onChange={setSeconds} />}
    </div>
  );
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="host-change">
      <ModalHeader labelId="host-change" title={title} {...(about !== undefined && !isShown && { description: about })} />
      <ModalBody>
        <div ref={part} tabIndex={-1}>
          {isShown ? (
            shown
          ) : (
            <form
              id="host-change-form"
              onSubmit={(event) => {
                event.preventDefault();
                if (request !== undefined) setIsShown(true);
              }}
            >
              {form}
            </form>
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        {isShown ? (
          <Button
            key="apply"
            variant={isDanger ? 'danger' : 'primary'}
            isDisabled={!canApply}
            isLoading={busy}
            onClick={() => (request === undefined || wait === undefined ? undefined : void run(request, wait))}
          >
            {apply}
          </Button>
        ) : (
          <Button key="preview" type="submit" form="host-change-form" isDisabled={request === undefined}>
            {t('change.preview')}
          </Button>
        )}
        {isShown && form !== undefined ? (
          <Button variant="secondary" isDisabled={busy} onClick={() => setIsShown(false)}>
            {t('change.back')}
          </Button>
        ) : null}
        <Button variant="link" isDisabled={busy} onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

/** Nothing is changed. Asked anew whenever something on the host has changed meanwhile. */
function usePreview(request: HostRequest | undefined) {
  return useQuery({
    queryKey: ['host.preview', request?.key],
    queryFn: () => request?.run({ dryRun: true }) ?? Promise.reject(new Error('nothing was asked')),
    enabled: request !== undefined,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
}

/** Does it, and closes: what waits to be confirmed is asked on every page. */
function useApply(done: Props['done'], onClose: () => void) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const run = async ({ run: ask }: HostRequest, seconds: number): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      const change = await ask({ seconds });
      if (change.confirmWithin === undefined) toasts.tell(done(change));
      onClose();
      await expectQuestion(change);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unreachable') {
        // It may have been done: the question about it is asked outside of this dialog.
        toasts.fail(new ApiError('unreachable', t('change.lost')));
        onClose();
        return;
      }
      setRefusal(error);
      setBusy(false);
    }
  };
  return { busy, refusal, run };
}
