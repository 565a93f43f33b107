import {
  ClipboardCopy,
  ClipboardCopyVariant,
  HelperText,
  HelperTextItem,
  Modal,
  ModalBody,
  ModalHeader,
  ToggleGroup,
  ToggleGroupItem,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portClients, type PortClient } from '../../../src/model/port.ts';
import type { PortSummary } from '../../../src/service/operation-types.ts';
import { operation } from '../lib/live.ts';
import { Refusal } from '../shell/refusal.tsx';

/** What to tell the program that runs the guest, ready to paste. */
export function ArgumentsDialog({ port, onClose }: { readonly port: PortSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [client, setClient] = useState<PortClient>(port.client ?? 'qemu');
  const { data, error } = useQuery(operation('port.arguments', { port: port.uuid, for: client }));
  return (
    <Modal isOpen variant="medium" onClose={onClose} aria-labelledby="arguments">
      <ModalHeader labelId="arguments" title={t('ports.arguments')} description={port.name ?? port.owner.name} />
      <ModalBody>
        <ToggleGroup aria-label={t('ports.client')}>
          {portClients.map((key) => (
            <ToggleGroupItem
              key={key}
              buttonId={`client-${key}`}
              text={key === 'none' ? t('ports.tapOnly') : key}
              isSelected={client === key}
              onChange={() => setClient(key)}
            />
          ))}
        </ToggleGroup>
        <div style={{ marginBlock: '1rem' }}>
          {error !== null ? (
            <Refusal error={error} />
          ) : data === undefined ? null : (
            <ClipboardCopy
              key={client}
              isCode
              isReadOnly
              isExpanded
              variant={ClipboardCopyVariant.expansion}
              hoverTip={t('common.copy')}
              clickTip={t('common.copied')}
              textAriaLabel={t('ports.arguments')}
              toggleAriaLabel={t('common.more')}
            >
              {data.text.trim()}
            </ClipboardCopy>
          )}
        </div>
        <HelperText>
          <HelperTextItem>{port.model === undefined ? t('ports.virtio') : `${t('model.label')}: ${port.model}`}</HelperTextItem>
        </HelperText>
      </ModalBody>
    </Modal>
  );
}
