import { Alert, List, ListItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { HostChange } from '../../../src/service/operation-types.ts';
import { daemonWords } from '../i18n/index.ts';
import { FileDiff } from './file-diff.tsx';

/** What a change would do: the difference in the host's own files, or the steps on the kernel; and who moves with it. */
export function ChangePreview({ change: { steps, files, moved, managed } }: { readonly change: HostChange }) {
  const { t } = useTranslation();
  const { planLine } = daemonWords();
  if (steps.length === 0) return <p>{t('change.nothing')}</p>;
  const yours = moved.find((address) => location.hostname.replace(/^\[|\]$/g, '') === address);
  return (
    <div className="viaduct-steps">
      {files === undefined ? (
        <>
          <p>{t('change.steps')}</p>
          <List isPlain className="viaduct-mono">
            {steps.map((step) => (
              <ListItem key={step}>{planLine(step)}</ListItem>
            ))}
          </List>
        </>
      ) : (
        <>
          <p>{t('change.files', { backend: files.backend })}</p>
          {files.changes.map((file) => (
            <FileDiff key={file.path} {...file} />
          ))}
        </>
      )}
      {moved.length === 0 ? null : (
        <p>
          {t('change.moved', { addresses: moved.join(', ') })} {yours === undefined ? null : t('change.yours', { address: yours })}
        </p>
      )}
      {managed === undefined ? null : <Alert isInline isPlain variant="warning" title={t('change.managed', managed)} />}
    </div>
  );
}
