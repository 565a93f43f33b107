import { Menu, MenuContent, MenuItem, MenuList, Modal, ModalBody, ModalHeader, SearchInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { operation } from '../lib/live.ts';

interface Target {
  readonly label: string;
  readonly about: string;
  readonly go: () => void;
}

/** Type a few letters, press Enter: the first match is opened. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const networks = useQuery(operation('network.list', {})).data ?? [];
  const guests = useQuery(operation('topology.get', {})).data?.topology.nodes.filter((node) => node.kind === 'guest') ?? [];

  const all: Target[] = [
    { label: t('nav.topology'), about: '', go: () => void navigate({ to: '/' }) },
    ...(['networks', 'guests', 'host', 'reach', 'doctor', 'activity', 'words'] as const).map((key) => ({
      label: t(`nav.${key}`),
      about: '',
      go: () => void navigate({ to: `/${key}` }),
    })),
    { label: t('networks.create'), about: t('nav.networks'), go: () => void navigate({ to: '/networks/new' }) },
    ...networks.map(({ name }) => ({
      label: name,
      about: t('nav.networks'),
      go: () => void navigate({ to: '/networks/$name', params: { name } }),
    })),
    ...guests.map((node) => ({
      label: node.label,
      about: `${t('nav.guests')} · ${node.addresses.join(' ')}`,
      go: () => void navigate({ to: '/guests' }),
    })),
  ];
  const wanted = text.trim().toLowerCase();
  const matches = all.filter(({ label, about }) => `${label} ${about}`.toLowerCase().includes(wanted)).slice(0, 12);
  const choose = (target: Target | undefined): void => {
    if (target === undefined) return;
    onClose();
    target.go();
  };

  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="palette" position="top">
      <ModalHeader title={t('shell.palette')} labelId="palette" />
      <ModalBody>
        <SearchInput
          autoFocus
          aria-label={t('shell.palette')}
          value={text}
          onChange={(_event, value) => setText(value)}
          onClear={() => setText('')}
          onSearch={() => choose(matches[0])}
        />
        <Menu isPlain isScrollable onSelect={(_event, id) => choose(matches[Number(id)])}>
          <MenuContent>
            <MenuList>
              {matches.length === 0 ? <MenuItem isDisabled>{t('shell.nothingFound')}</MenuItem> : null}
              {matches.map((match, position) => (
                <MenuItem key={`${match.about}/${match.label}`} itemId={position} description={match.about}>
                  {match.label}
                </MenuItem>
              ))}
            </MenuList>
          </MenuContent>
        </Menu>
      </ModalBody>
    </Modal>
  );
}
