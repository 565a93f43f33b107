import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Modal,
  ModalBody,
  ModalHeader,
} from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

const keys = [
  ['Ctrl K', 'palette'],
  ['/', 'search'],
  ['j / k', 'move'],
  ['Enter', 'open'],
  ['?', 'help'],
] as const;

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="key-help">
      <ModalHeader title={t('shell.help')} labelId="key-help" />
      <ModalBody>
        <DescriptionList isHorizontal isCompact>
          {keys.map(([key, name]) => (
            <DescriptionListGroup key={key}>
              <DescriptionListTerm>
                <kbd>{key}</kbd>
              </DescriptionListTerm>
              <DescriptionListDescription>{t(`shell.keys.${name}`)}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
        <p style={{ marginTop: '1rem' }}>
          <Link to="/words" onClick={onClose}>
            {t('nav.words')}
          </Link>
        </p>
      </ModalBody>
    </Modal>
  );
}
