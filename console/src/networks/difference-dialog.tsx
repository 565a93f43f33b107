import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { unifiedDiff } from '../../../src/cli/verbs/text-diff.ts';
import type { NetworkChange } from '../../../src/service/history-types.ts';

const classes: Readonly<Record<string, string>> = { '+': 'viaduct-diff-new', '-': 'viaduct-diff-old', '@': 'viaduct-diff-place' };

/** A definition before and after one change, line by line. */
export function DifferenceDialog({
  change: { id, before = '', after = '' },
  did,
  onClose,
}: {
  readonly change: NetworkChange;
  readonly did: string;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const lines = unifiedDiff(before, after, '', '').split('\n').slice(2, -1);
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="difference">
      <ModalHeader labelId="difference" title={t('history.differenceTitle', { id, did })} />
      <ModalBody>
        {lines.length === 0 ? (
          <p>{t('history.noDifference')}</p>
        ) : (
          <pre className="viaduct-pre viaduct-mono" tabIndex={0}>
            {lines.map((line, position) => (
              // A line of text has no name of its own.
              // oxlint-disable-next-line react/no-array-index-key
              <span key={position} className={classes[line[0] ?? '']}>
                {`${line}\n`}
              </span>
            ))}
          </pre>
        )}
      </ModalBody>
    </Modal>
  );
}
