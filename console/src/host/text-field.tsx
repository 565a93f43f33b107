import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';

/** One line, and below it what is wrong with it, else what helps to write it. */
export function TextField({
  id,
  label,
  value,
  onChange,
  wrong,
  help,
  hasFocus = false,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly wrong: string | undefined;
  readonly help?: string;
  readonly hasFocus?: boolean;
}) {
  const said = wrong ?? help;
  return (
    <FormGroup label={label} fieldId={id}>
      <TextInput
        id={id}
        className="viaduct-mono"
        autoFocus={hasFocus}
        value={value}
        validated={wrong === undefined ? 'default' : 'error'}
        aria-describedby={`${id}-said`}
        onChange={(_event, text) => onChange(text)}
      />
      {said === undefined ? null : (
        <FormHelperText>
          <HelperText id={`${id}-said`} isLiveRegion>
            <HelperTextItem variant={wrong === undefined ? 'default' : 'error'}>{said}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
