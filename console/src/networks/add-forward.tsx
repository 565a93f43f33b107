import { Button, Form, Grid, GridItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';
import { emptyForward, isWhole } from './forward-draft.ts';
import { ForwardFields } from './forward-fields.tsx';

/** One more forward for a network; the guest's port is the host's where none is said. */
export function AddForward({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(emptyForward);
  const [refusal, setRefusal] = useState<unknown>();
  const add = async (): Promise<void> => {
    setRefusal(undefined);
    try {
      await call('forward.add', { network: network.name, protocol: draft.protocol, listen: draft.listen.trim(), to: draft.to.trim() });
      setDraft(emptyForward);
    } catch (error) {
      setRefusal(error);
    }
    await queryClient.invalidateQueries();
  };
  return (
    <Form
      style={{ maxWidth: '56rem', marginTop: '1.5rem' }}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Grid hasGutter>
        <GridItem md={10}>
          <ForwardFields id="forward" draft={draft} onChange={setDraft} network={network.name} />
        </GridItem>
        <GridItem md={2} style={{ alignSelf: 'center' }}>
          <Button type="submit" variant="secondary" isDisabled={!isWhole(draft)}>
            {t('forwards.add')}
          </Button>
        </GridItem>
      </Grid>
      {refusal === undefined ? null : <Refusal error={refusal} />}
    </Form>
  );
}
