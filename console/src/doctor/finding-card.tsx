import { Button, Card, CardBody, CardHeader, CardTitle, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Finding, Verdict } from '../../../src/model/doctor.ts';
import type { FindingText } from './texts.ts';

const statuses: Readonly<Record<Verdict, 'danger' | 'warning' | 'info' | 'success'>> = {
  problem: 'danger',
  warning: 'warning',
  note: 'info',
  ok: 'success',
};

/** Commands stand between backticks. */
const withCode = (text: string): React.ReactNode =>
  text.split('`').map((part, position) =>
    position % 2 === 0 ? (
      part
    ) : (
      <code key={`${position} ${part}`} className="viaduct-mono">
        {part}
      </code>
    ),
  );

/** One thing that was looked at: how it stands, why, and what helps; what can be put right by itself has a button. */
export function FindingCard({
  finding: { verdict },
  text: { object, cause, fix },
  onFix,
}: {
  readonly finding: Finding;
  readonly text: FindingText;
  readonly onFix: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <Card isCompact className="viaduct-finding" data-verdict={verdict}>
      <CardHeader
        {...(onFix !== undefined && {
          actions: {
            hasNoOffset: true,
            actions: (
              <Button size="sm" variant="secondary" onClick={onFix} aria-label={`${t('doctor.fix')}: ${object}`}>
                {t('doctor.fix')}
              </Button>
            ),
          },
        })}
      >
        <CardTitle component="h3">
          <Label status={statuses[verdict]}>{t(`doctor.verdict.${verdict}`)}</Label> <span className="viaduct-object">{object}</span>
        </CardTitle>
      </CardHeader>
      <CardBody>
        <p>{withCode(cause)}</p>
        {fix === undefined ? null : (
          <p className="viaduct-fix">
            <strong>{t('common.hint')}:</strong> {withCode(fix)}
          </p>
        )}
      </CardBody>
    </Card>
  );
}
