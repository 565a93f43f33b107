import { Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { unifiedDiff } from '../../../src/cli/verbs/text-diff.ts';
import type { HostChange } from '../../../src/service/operation-types.ts';

const classes: Readonly<Record<string, string>> = { '+': 'viaduct-diff-new', '-': 'viaduct-diff-old', '@': 'viaduct-diff-place' };

/** One of the host's files before and after, line by line. */
export function FileDiff({ path, before, after }: NonNullable<HostChange['files']>['changes'][number]) {
  const { t } = useTranslation();
  const lines = unifiedDiff(before ?? '', after ?? '', '', '')
    .split('\n')
    .slice(2, -1);
  return (
    <figure>
      <figcaption>
        <strong className="viaduct-mono">{path}</strong> {before === undefined ? <Label isCompact>{t('change.newFile')}</Label> : null}
        {after === undefined ? <Label isCompact>{t('change.goneFile')}</Label> : null}
      </figcaption>
      <pre className="viaduct-pre viaduct-mono" tabIndex={0} aria-label={path}>
        {lines.map((line, position) => (
          // A line of text has no name of its own.
          // oxlint-disable-next-line react/no-array-index-key
          <span key={position} className={classes[line[0] ?? '']}>
            {`${line}\n`}
          </span>
        ))}
      </pre>
    </figure>
  );
}
