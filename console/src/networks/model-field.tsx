import { FormGroup, FormHelperText, FormSelect, FormSelectOption, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isVirtio, usualModel } from '../../../src/model/nic-model.ts';
import { operation } from '../lib/live.ts';

/** The model of a guest's card, of those that the QEMU of this host has; empty is the usual one. */
export function ModelField({ value, onChange }: { readonly value: string; readonly onChange: (model: string) => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...operation('nic.models', {}), staleTime: Infinity });
  const models = data?.models.filter(({ name }) => name !== usualModel) ?? [];
  const chosen = models.find(({ name }) => name === value);
  const about = [
    ...(value === '' || isVirtio(value) ? [t('ports.virtio')] : chosen?.needsDrivers === true ? [t('model.needsDrivers')] : []),
    models.length === 0 ? t('model.none') : t('model.help', { version: data?.version ?? '' }),
  ];
  return (
    <FormGroup label={t('model.label')} fieldId="port-model">
      {models.length === 0 ? (
        <TextInput id="port-model" value={value} placeholder={usualModel} onChange={(_event, text) => onChange(text)} />
      ) : (
        <FormSelect id="port-model" value={value} onChange={(_event, name) => onChange(name)}>
          <FormSelectOption value="" label={t('model.usual', { model: usualModel })} />
          {models.map(({ name, description, bus }) => (
            <FormSelectOption key={name} value={name} label={[name, description ?? bus].join(' · ')} />
          ))}
        </FormSelect>
      )}
      <FormHelperText>
        <HelperText>
          {about.map((text) => (
            <HelperTextItem key={text}>{text}</HelperTextItem>
          ))}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
