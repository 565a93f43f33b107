import { Alert, AlertActionCloseButton, Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostStatus } from '../../../src/service/operation-types.ts';
import { answer, hostStatusQuery, takeExpected } from '../lib/host-status.ts';
import { queryClient } from '../lib/live.ts';
import { Refusal } from './refusal.tsx';

interface Question {
  /** By this browser's clock, milliseconds since the epoch. */
  readonly deadline: number;
  readonly files: readonly string[];
  readonly isWorking: boolean;
  /** When the change before this one was kept. */
  readonly lastAt: number | undefined;
}

type Outcome = 'kept' | 'tookBack' | 'over';

/** On every page: a change of the host's own network that waits, with the time it has left; and what became of it. */
export function SafeApply({ mayWrite }: { readonly mayWrite: boolean }) {
  const { t } = useTranslation();
  const { question, outcome, isLost, dismiss } = useQuestion();
  if (question !== undefined) return <Asking key={question.lastAt ?? 0} question={question} isLost={isLost} mayWrite={mayWrite} />;
  if (outcome === undefined) return null;
  return (
    <div className="viaduct-keep" role="status">
      <Alert
        isInline
        variant={outcome === 'kept' ? 'success' : 'info'}
        title={t(`keep.${outcome}`)}
        actionClose={<AlertActionCloseButton title={t('common.close')} onClose={dismiss} />}
      />
    </div>
  );
}

/** What waits as the daemon says it, and how it ended when it waits no more. */
function useQuestion() {
  const { data, dataUpdatedAt, error } = useQuery(hostStatusQuery);
  const open = useRef<Question>(undefined);
  const [question, setQuestion] = useState<Question>();
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (data === undefined) return;
    const was = open.current;
    const is = data.waiting === undefined ? undefined : asked(data, data.waiting, dataUpdatedAt);
    open.current = is;
    setQuestion(is);
    if (is !== undefined) setOutcome(undefined);
    else if (was !== undefined) setOutcome(outcomeOf(was, data.last?.at, dataUpdatedAt));
  }, [data, dataUpdatedAt]);
  return { question, outcome, isLost: error !== null, dismiss: () => setOutcome(undefined) };
}

function asked({ last }: HostStatus, { left, files, working }: NonNullable<HostStatus['waiting']>, now: number): Question {
  return { deadline: now + left, files, isWorking: working === true, lastAt: last?.at };
}

/** Whoever answered: what was kept is the last change from then on, and before its time nothing goes back by itself. */
function outcomeOf({ deadline, lastAt }: Question, last: number | undefined, now: number): Outcome {
  if (last !== lastAt) return 'kept';
  return now < deadline ? 'tookBack' : 'over';
}

function Asking({ question, isLost, mayWrite }: { readonly question: Question; readonly isLost: boolean; readonly mayWrite: boolean }) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const seconds = useSecondsUntil(question.deadline);
  const { files, isWorking } = question;
  useEffect(() => {
    if (!isWorking && takeExpected()) box.current?.focus();
  }, [isWorking]);
  const say = async (name: 'host.confirm' | 'host.rollback'): Promise<void> => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await answer(name);
    } catch (error) {
      setRefusal(error);
    }
    await queryClient.invalidateQueries();
    setBusy(false);
  };
  const isOver = seconds === 0;
  const title = isWorking ? t('keep.working') : isOver ? t('keep.overTitle') : t('keep.title', { seconds });
  return (
    <section ref={box} className="viaduct-keep" aria-label={t('keep.label')} tabIndex={-1}>
      {isWorking ? null : <Announcement seconds={seconds} />}
      <Alert isInline variant="warning" title={title}>
        {isWorking ? null : <p>{isLost ? t(isOver ? 'keep.overUnreachable' : 'keep.unreachable') : isOver ? null : t('keep.body')}</p>}
        {files.length === 0 ? null : <p style={{ overflowWrap: 'anywhere' }}>{t('keep.files', { files: files.join(', ') })}</p>}
        {isWorking || isOver || !mayWrite ? null : (
          <div className="viaduct-actions">
            <Button isDisabled={busy} isLoading={busy} onClick={() => void say('host.confirm')}>
              {t('keep.button')}
            </Button>
            <Button variant="secondary" isDisabled={busy} onClick={() => void say('host.rollback')}>
              {t('keep.back')}
            </Button>
          </div>
        )}
      </Alert>
      {refusal === undefined || isLost ? null : <Refusal error={refusal} />}
    </section>
  );
}

/** Said once: a number that changes each second is not to be read out each second. */
function Announcement({ seconds }: { readonly seconds: number }) {
  const { t } = useTranslation();
  const [first] = useState(seconds);
  return (
    <span role="alert" className="pf-v6-screen-reader">
      {t('keep.said', { seconds: first })}
    </span>
  );
}

function useSecondsUntil(deadline: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((deadline - now) / 1000));
}
