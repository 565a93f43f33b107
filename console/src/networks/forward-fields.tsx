import {
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { daemonWords } from '../i18n/index.ts';
import { operation } from '../lib/live.ts';
import { problemOf, type ForwardDraft } from './forward-draft.ts';

/** Protocol, host port and guest in one row, checked as one types; names of the network's guests are offered. */
export function ForwardFields({
  id,
  draft,
  onChange,
  network,
}: {
  readonly id: string;
  readonly draft: ForwardDraft;
  readonly onChange: (draft: ForwardDraft) => void;
  /** Whose guests are offered. */
  readonly network?: string;
}) {
  const { t } = useTranslation();
  const known = useQuery({ ...operation('host.names', {}), enabled: network !== undefined }).data ?? [];
  const guests = known.filter((one) => one.network === network);
  const problem = problemOf(draft);
  const words = daemonWords();
  return (
    <>
      <Grid hasGutter>
        <GridItem sm={2}>
          <FormGroup label={t('forwards.protocol')} fieldId={`${id}-protocol`}>
            <FormSelect id={`${id}-protocol`} value={draft.protocol} onChange={(_event, protocol) => onChange({ ...draft, protocol })}>
              <FormSelectOption value="tcp" label="tcp" />
              <FormSelectOption value="udp" label="udp" />
            </FormSelect>
          </FormGroup>
        </GridItem>
        <GridItem sm={5}>
          <FormGroup label={t('forwards.listen')} fieldId={`${id}-listen`}>
            <TextInput
              id={`${id}-listen`}
              className="viaduct-mono"
              value={draft.listen}
              validated={problem === undefined ? 'default' : 'error'}
              onChange={(_event, listen) => onChange({ ...draft, listen })}
            />
            <Help text={t('forwards.listenHelp')} />
          </FormGroup>
        </GridItem>
        <GridItem sm={5}>
          <FormGroup label={t('forwards.to')} fieldId={`${id}-to`}>
            <TextInput
              id={`${id}-to`}
              className="viaduct-mono"
              list={`${id}-guests`}
              value={draft.to}
              validated={problem === undefined ? 'default' : 'error'}
              onChange={(_event, to) => onChange({ ...draft, to })}
            />
            <datalist id={`${id}-guests`}>
              {guests.map(({ address, names }) => (
                <option key={address} value={names[0]?.split('.')[0] ?? address}>
                  {address}
                </option>
              ))}
            </datalist>
            <Help text={t('forwards.toHelp')} />
          </FormGroup>
        </GridItem>
      </Grid>
      {problem === undefined ? null : (
        <HelperText>
          <HelperTextItem variant="error">
            {words.error(problem)} {words.hint(problem) ?? ''}
          </HelperTextItem>
        </HelperText>
      )}
    </>
  );
}

function Help({ text }: { readonly text: string }) {
  return (
    <FormHelperText>
      <HelperText>
        <HelperTextItem>{text}</HelperTextItem>
      </HelperText>
    </FormHelperText>
  );
}
