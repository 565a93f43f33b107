import { Checkbox, FormGroup, Label } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseIfName, parseMac } from '../../../src/model/units.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { hostRequest } from './request.ts';
import { TextField } from './text-field.tsx';
import { freeName, useDevices, type Device } from './use-devices.ts';

interface Draft {
  /** Undefined until somebody chooses one: the first that is free. */
  readonly name?: string;
  readonly ports: readonly string[];
  readonly stp: boolean;
  readonly copiesMac: boolean;
  readonly mac: string;
  readonly vlanFiltering: boolean;
}

/** A bridge over cards of this host: what it is called, what is plugged into it, how it behaves; then what that would do. */
export function BridgeWizard({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const devices = useDevices();
  const [draft, setDraft] = useState<Draft>({ ports: [], stp: false, copiesMac: true, mac: '', vlanFiltering: false });
  const taken = new Set(devices.map((device) => device.name));
  const free = freeName('br', taken);
  const name = draft.name ?? free;
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const wrongName =
    parseIfName(name) === undefined ? t('bridgeWizard.nameBad') : taken.has(name) ? t('bridgeWizard.nameTaken', { name, free }) : undefined;
  const wrongMac = !draft.copiesMac && parseMac(draft.mac.trim()) === undefined ? t('bridgeWizard.macBad') : undefined;
  const { ports, stp, vlanFiltering } = draft;
  const request =
    wrongName === undefined && wrongMac === undefined
      ? hostRequest('bridge.create', { bridge: name, ports, stp, vlanFiltering, ...(!draft.copiesMac && { mac: draft.mac.trim() }) })
      : undefined;
  return (
    <ChangeDialog
      title={t('bridgeWizard.title')}
      about={t('bridgeWizard.about')}
      request={request}
      apply={t('bridgeWizard.make')}
      done={() => t('hostPage.made', { name })}
      onClose={onClose}
      form={
        <div className="pf-v6-c-form">
          <TextField
            id="bridge-name"
            label={t('bridgeWizard.name')}
            value={name}
            onChange={(text) => set({ name: text })}
            wrong={wrongName}
            hasFocus
          />
          <PortChoice devices={devices} ports={ports} onChange={(chosen) => set({ ports: chosen })} />
          <FormGroup role="group" label={t('bridgeWizard.options')} fieldId="bridge-options" isStack>
            <Checkbox
              id="bridge-copy-mac"
              label={t('bridgeWizard.copyMac')}
              description={t('bridgeWizard.copyMacHelp')}
              isChecked={draft.copiesMac}
              onChange={(_event, copiesMac) => set({ copiesMac })}
            />
            {draft.copiesMac ? null : (
              <TextField
                id="bridge-mac"
                label={t('bridgeWizard.mac')}
                value={draft.mac}
                onChange={(mac) => set({ mac })}
                wrong={draft.mac === '' ? undefined : wrongMac}
                help={t('bridgeWizard.macBad')}
              />
            )}
            <Checkbox
              id="bridge-stp"
              label={t('bridgeWizard.stp')}
              description={t('bridgeWizard.stpHelp')}
              isChecked={stp}
              onChange={(_event, is) => set({ stp: is })}
            />
            <Checkbox
              id="bridge-vlan-aware"
              label={t('bridgeWizard.vlanAware')}
              description={t('bridgeWizard.vlanAwareHelp')}
              isChecked={vlanFiltering}
              onChange={(_event, is) => set({ vlanFiltering: is })}
            />
          </FormGroup>
        </div>
      }
    />
  );
}

function PortChoice({
  devices,
  ports,
  onChange,
}: {
  readonly devices: readonly Device[];
  readonly ports: readonly string[];
  readonly onChange: (ports: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const cards = devices.filter(canBePort);
  return (
    <FormGroup role="group" label={t('bridgeWizard.ports')} fieldId="bridge-ports" isStack>
      {cards.length === 0 ? <p className="viaduct-subtle">{t('bridgeWizard.noCards')}</p> : null}
      {cards.map((card) => (
        <Checkbox
          key={card.name}
          id={`bridge-port-${card.name}`}
          label={card.name}
          description={<CardFacts card={card} />}
          isChecked={ports.includes(card.name)}
          onChange={(_event, is) => onChange(is ? [...ports, card.name] : ports.filter((port) => port !== card.name))}
        />
      ))}
      {cards.length > 0 && ports.length === 0 ? <p className="viaduct-subtle">{t('bridgeWizard.noPorts')}</p> : null}
    </FormGroup>
  );
}

export const canBePort = ({ isBridge, bridge }: Device): boolean => !isBridge && bridge === undefined;

/** What somebody has to know before the card moves into a bridge. */
function CardFacts({ card: { mac, addresses, carriesDefaultRoute, isOurs } }: { readonly card: Device }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="viaduct-mono">{[mac, ...addresses].filter((part) => part !== undefined).join('  ')}</span>{' '}
      {carriesDefaultRoute ? <Label isCompact>{t('bridgeWizard.carriesRoute')}</Label> : null}{' '}
      {isOurs ? (
        <Label isCompact color="orange">
          {t('bridgeWizard.yours')}
        </Label>
      ) : null}
    </>
  );
}
