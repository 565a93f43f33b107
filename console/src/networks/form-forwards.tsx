import { Button, FormGroup } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { emptyForward, type ForwardDraft } from './forward-draft.ts';
import { ForwardFields } from './forward-fields.tsx';

/** The forwards of a network that is not there yet: a row each, as many as one likes. */
export function FormForwards({
  drafts,
  onChange,
}: {
  readonly drafts: readonly ForwardDraft[];
  readonly onChange: (drafts: readonly ForwardDraft[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <FormGroup role="group" label={t('forwards.wizard')} fieldId="forwards">
      {drafts.map((draft, position) => (
        // Rows have no name of their own, and are only added at the end.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={position} className="viaduct-forward-row">
          <ForwardFields
            id={`forward-${position}`}
            draft={draft}
            onChange={(changed) => onChange(drafts.map((one, index) => (index === position ? changed : one)))}
          />
          <Button
            variant="link"
            size="sm"
            isDanger
            aria-label={`${t('forwards.remove')} ${draft.protocol} ${draft.listen}`}
            onClick={() => onChange(drafts.filter((_one, index) => index !== position))}
          >
            {t('forwards.remove')}
          </Button>
        </div>
      ))}
      <div>
        <Button variant="secondary" size="sm" onClick={() => onChange([...drafts, emptyForward])}>
          {t('forwards.add')}
        </Button>
      </div>
    </FormGroup>
  );
}
