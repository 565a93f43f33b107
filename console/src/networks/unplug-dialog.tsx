import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { PortSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { queryClient } from '../lib/live.ts';
import { useToasts } from '../shell/toasts.tsx';

export function UnplugDialog({ port, onClose }: { readonly port: PortSummary; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const label = port.name ?? port.owner.name;
  const unplug = async (): Promise<void> => {
    onClose();
    await call('port.delete', { port: port.uuid });
    await queryClient.invalidateQueries();
    toasts.tell(t('ports.unplugged', { name: label }));
  };
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="unplug">
      <ModalHeader labelId="unplug" titleIconVariant="warning" title={t('ports.unplugTitle', { name: label })} />
      <ModalBody>{t('ports.unplugBody', { network: port.network.name })}</ModalBody>
      <ModalFooter>
        <Button variant="danger" onClick={() => void unplug().catch(toasts.fail)}>
          {t('ports.unplug')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
