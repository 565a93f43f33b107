import {
  Button,
  Content,
  EmptyState,
  EmptyStateBody,
  PageSection,
  Spinner,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import CheckCircleIcon from '@patternfly/react-icons/dist/esm/icons/check-circle-icon';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FindingCard } from '../doctor/finding-card.tsx';
import { RemedyDialog } from '../doctor/remedy-dialog.tsx';
import { useFindingTexts } from '../doctor/texts.ts';
import { operation } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { Refusal } from '../shell/refusal.tsx';

/** What on this host is in the way of its guests, and what helps; what is right stands below. */
export function DoctorPage() {
  const { t, i18n } = useTranslation();
  const mayWrite = useMayWrite();
  const [asked, setAsked] = useState<'fix' | 'undo'>();
  const { data, error, isFetching, refetch } = useQuery(operation('doctor.examine', {}, 30_000));
  const tell = useFindingTexts();
  const wrong = data?.findings.filter(({ verdict }) => verdict !== 'ok') ?? [];
  const right = data?.findings.filter(({ verdict }) => verdict === 'ok') ?? [];
  const attention = wrong.filter(({ verdict }) => verdict !== 'note').length;
  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('doctor.title')}</h1>
        <p>{t('doctor.about')}</p>
      </Content>
      {error !== null && data === undefined ? <Refusal error={error} /> : null}
      {data === undefined && error === null ? <Spinner aria-label={t('common.loading')} /> : null}
      {data === undefined || tell === undefined ? null : (
        <>
          <Toolbar>
            <ToolbarContent alignItems="center">
              <ToolbarItem>
                <strong role="status">{attention === 0 ? t('doctor.well') : t('doctor.count', { count: attention })}</strong>
              </ToolbarItem>
              <ToolbarItem className="viaduct-subtle">
                {t('doctor.examined', { time: new Date(data.at).toLocaleTimeString(i18n.language) })}
              </ToolbarItem>
              <ToolbarItem>
                <Button variant="secondary" size="sm" isLoading={isFetching} isDisabled={isFetching} onClick={() => void refetch()}>
                  {t('doctor.again')}
                </Button>
              </ToolbarItem>
              {mayWrite ? (
                <ToolbarItem>
                  <Button variant="link" size="sm" onClick={() => setAsked('undo')}>
                    {t('doctor.undo')}
                  </Button>
                </ToolbarItem>
              ) : null}
            </ToolbarContent>
          </Toolbar>
          {wrong.length === 0 ? (
            <EmptyState titleText={t('doctor.well')} headingLevel="h2" icon={CheckCircleIcon} status="success">
              <EmptyStateBody>{t('doctor.wellBody')}</EmptyStateBody>
            </EmptyState>
          ) : (
            wrong.map((finding) => (
              <FindingCard
                key={`${finding.code} ${finding.object}`}
                finding={finding}
                text={tell(finding)}
                onFix={mayWrite && finding.remedy !== undefined ? () => setAsked('fix') : undefined}
              />
            ))
          )}
          {right.length === 0 ? null : (
            <>
              <Content>
                <h2>{t('doctor.right')}</h2>
              </Content>
              {right.map((finding) => (
                <FindingCard key={`${finding.code} ${finding.object}`} finding={finding} text={tell(finding)} onFix={undefined} />
              ))}
            </>
          )}
        </>
      )}
      {asked === undefined ? null : <RemedyDialog what={asked} onClose={() => setAsked(undefined)} />}
    </PageSection>
  );
}
