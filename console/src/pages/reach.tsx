import {
  Button,
  Content,
  Form,
  FormGroup,
  FormHelperText,
  Grid,
  GridItem,
  HelperText,
  HelperTextItem,
  PageSection,
  TextInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { operation } from '../lib/live.ts';
import { Told } from '../reach/told.tsx';
import { Refusal } from '../shell/refusal.tsx';

/** How one end reaches another, layer by layer. The question stands in the address, so that it can be sent to somebody. */
export function ReachPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const asked = useSearch({ strict: false }) as { from?: string | number; to?: string | number };
  const ends = { from: String(asked.from ?? ''), to: String(asked.to ?? '') };
  const isAsked = ends.from !== '' && ends.to !== '';
  const [form, setForm] = useState(ends);
  const nodes = useQuery(operation('topology.get', {})).data?.topology.nodes ?? [];
  const names = [...new Set([...nodes.flatMap(({ kind, label }) => (kind === 'outside' ? [] : [label])), 'host', 'outside', 'broadcast'])];
  const { data, error } = useQuery({ ...operation('explain.way', ends), enabled: isAsked, retry: false });
  const field = (id: 'from' | 'to') => (
    <FormGroup label={t(`reach.${id}`)} fieldId={`reach-${id}`}>
      <TextInput
        id={`reach-${id}`}
        list={`reach-${id}-names`}
        value={form[id]}
        onChange={(_event, value) => setForm({ ...form, [id]: value })}
      />
      <datalist id={`reach-${id}-names`}>
        {names
          .filter((name) => id === 'to' || (name !== 'outside' && name !== 'broadcast'))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
    </FormGroup>
  );
  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('reach.title')}</h1>
        <p>{t('reach.about')}</p>
      </Content>
      <Form
        style={{ maxWidth: '56rem', marginBlock: '1rem' }}
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ to: '/reach', search: { from: form.from.trim(), to: form.to.trim() } as never });
        }}
      >
        <Grid hasGutter>
          <GridItem md={5}>{field('from')}</GridItem>
          <GridItem md={5}>{field('to')}</GridItem>
          <GridItem md={2} style={{ alignSelf: 'end' }}>
            <Button type="submit" isDisabled={form.from.trim() === '' || form.to.trim() === ''}>
              {t('reach.ask')}
            </Button>
          </GridItem>
        </Grid>
        <FormHelperText>
          <HelperText>
            <HelperTextItem>{t('reach.help')}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </Form>
      {!isAsked ? <p>{t('reach.empty')}</p> : error !== null ? <Refusal error={error} /> : data === undefined ? null : <Told told={data} />}
    </PageSection>
  );
}
