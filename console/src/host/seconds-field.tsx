import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

/** As the daemon has it where nobody says otherwise. */
export const usualSeconds = 30;

/** Time enough to press a button, and not so much that a mistake lasts; undefined for anything else. */
export function secondsOf(text: string): number | undefined {
  const seconds = /^\d{1,3}$/.test(text.trim()) ? Number(text) : undefined;
  return seconds !== undefined && seconds >= 5 && seconds <= 600 ? seconds : undefined;
}

export function SecondsField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const isBad = secondsOf(value) === undefined;
  return (
    <FormGroup label={t('change.seconds')} fieldId="change-seconds">
      <TextInput
        id="change-seconds"
        inputMode="numeric"
        value={value}
        validated={isBad ? 'error' : 'default'}
        onChange={(_event, text) => onChange(text)}
        style={{ maxWidth: '8rem' }}
      />
      <FormHelperText>
        <HelperText>
          <HelperTextItem variant={isBad ? 'error' : 'default'}>{t('change.secondsHelp')}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
