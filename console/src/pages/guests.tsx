import { Content, PageSection, SearchInput, Spinner, Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGuestRows } from '../networks/guest-rows.ts';
import { exportRows, GuestTable } from '../networks/guest-table.tsx';
import { ExportMenu } from '../shell/export-menu.tsx';
import { Refusal } from '../shell/refusal.tsx';

/** Every guest NIC of every network in one table. */
export function GuestsPage() {
  const { t } = useTranslation();
  const { rows, error } = useGuestRows();
  const [search, setSearch] = useState('');
  const shown = rows?.filter((row) => JSON.stringify(row).toLowerCase().includes(search.trim().toLowerCase())) ?? [];
  return (
    <PageSection isFilled>
      <Content>
        <h1>{t('guests.title')}</h1>
      </Content>
      {error !== null && rows === undefined ? <Refusal error={error} /> : null}
      {rows === undefined && error === null ? <Spinner aria-label={t('common.loading')} /> : null}
      {rows === undefined ? null : rows.length === 0 ? (
        <p>{t('guests.empty')}</p>
      ) : (
        <>
          <Toolbar>
            <ToolbarContent alignItems="center">
              <ToolbarItem>
                <SearchInput
                  aria-label={t('shell.search')}
                  placeholder={t('shell.search')}
                  value={search}
                  onChange={(_event, value) => setSearch(value)}
                  onClear={() => setSearch('')}
                />
              </ToolbarItem>
              <ToolbarItem>
                <ExportMenu name="guests" rows={exportRows(shown)} />
              </ToolbarItem>
            </ToolbarContent>
          </Toolbar>
          <GuestTable rows={shown} label={t('guests.title')} withNetwork />
        </>
      )}
    </PageSection>
  );
}
