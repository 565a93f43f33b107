import { Alert, Button, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { PlanSteps } from './plan-steps.tsx';
import { usePreview } from './preview.ts';

/** The definition as XML or YAML, checked as you type; applying it changes the running network, and the plan says how. */
export function Definition({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const mayWrite = useMayWrite();
  const [language, setLanguage] = useState<'xml' | 'yaml'>('xml');
  const [edited, setEdited] = useState<string>();
  const [applying, setApplying] = useState(false);
  const { data: kept } = useQuery(operation('network.xml', { network: network.name, inactive: network.persistent }));
  const asKept = usePreview(kept?.xml);
  const shown = edited ?? (language === 'xml' ? kept?.xml : asKept.data?.networks[0]?.yaml) ?? '';
  const preview = usePreview(edited);

  const apply = async (): Promise<void> => {
    setApplying(true);
    try {
      await call('spec.apply', { text: shown });
      setEdited(undefined);
      toasts.tell(t('network.applied'));
    } catch (error) {
      toasts.fail(error);
    }
    setApplying(false);
    await queryClient.invalidateQueries();
  };

  return (
    <>
      <ToggleGroup aria-label={t('network.definition')}>
        {(['xml', 'yaml'] as const).map((key) => (
          <ToggleGroupItem
            key={key}
            text={t(`network.view.${key}`)}
            isSelected={language === key}
            onChange={() => {
              setLanguage(key);
              setEdited(undefined);
            }}
          />
        ))}
      </ToggleGroup>
      <textarea
        className="viaduct-editor"
        aria-label={t('network.definition')}
        spellCheck={false}
        readOnly={!mayWrite}
        value={shown}
        onChange={({ target }) => setEdited(target.value)}
      />
      {edited === undefined ? null : preview.isError ? (
        <Refusal error={preview.error} />
      ) : preview.data === undefined ? (
        <p>{t('network.checking')}</p>
      ) : (
        <Alert
          isInline
          variant="success"
          title={preview.data.plan.steps.length + preview.data.plan.definitions.length === 0 ? t('network.unchanged') : t('network.valid')}
        >
          {network.active && preview.data.plan.steps.length > 0 ? <p>{t('network.liveNow')}</p> : null}
          <PlanSteps plan={preview.data.plan} />
        </Alert>
      )}
      <p>
        <Button isDisabled={!mayWrite || edited === undefined || !preview.isGood} isLoading={applying} onClick={() => void apply()}>
          {t('network.apply')}
        </Button>{' '}
        {edited === undefined ? null : (
          <Button variant="link" onClick={() => setEdited(undefined)}>
            {t('common.cancel')}
          </Button>
        )}{' '}
        <Button variant="link" onClick={() => void navigator.clipboard.writeText(shown).then(() => toasts.tell(t('common.copied')))}>
          {t('common.copy')}
        </Button>
      </p>
    </>
  );
}
