import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { download, toCsv, type Row } from '../lib/download.ts';

/** The rows of a table as a file. */
export function ExportMenu({ name, rows }: { readonly name: string; readonly rows: readonly Row[] }) {
  const { t } = useTranslation();
  return (
    <ToggleGroup aria-label={t('common.export')} isCompact>
      <ToggleGroupItem
        text="CSV"
        buttonId={`${name}-csv`}
        onChange={() => download(`${name}.csv`, new Blob([toCsv(rows)], { type: 'text/csv' }))}
      />
      <ToggleGroupItem
        text="JSON"
        buttonId={`${name}-json`}
        onChange={() => download(`${name}.json`, new Blob([JSON.stringify(rows, undefined, 2)], { type: 'application/json' }))}
      />
    </ToggleGroup>
  );
}
