import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';
import { bringBack } from '../lib/take-back.ts';
import { useToasts } from '../shell/toasts.tsx';
import { CloneDialog } from './clone.tsx';

/** Start, stop and delete, each saying first who loses what. */
export function NetworkActions({ network, onRemoved }: { readonly network: NetworkSummary; readonly onRemoved?: () => void }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const [asking, setAsking] = useState<'stop' | 'remove' | 'clone'>();
  const [busy, setBusy] = useState(false);
  const { name } = network;
  const mayWrite = useMayWrite();

  const run = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setAsking(undefined);
    try {
      await what();
    } catch (error) {
      toasts.fail(error);
    }
    setBusy(false);
    await queryClient.invalidateQueries();
  };
  const start = () =>
    run(async () => {
      await call('network.start', { network: name });
      toasts.tell(t('networks.started', { name }));
    });
  const stop = () =>
    run(async () => {
      await call('network.destroy', { network: name });
      toasts.tell(t('networks.stopped', { name }));
    });
  const remove = () =>
    run(async () => {
      if (network.active) await call('network.destroy', { network: name });
      if (network.persistent) await call('network.undefine', { network: name });
      onRemoved?.();
      toasts.tell(t('networks.removed', { name }), { label: t('common.undo'), run: () => void run(() => bringBack(name)) });
    });

  if (!mayWrite) return null;
  return (
    <span className="viaduct-actions">
      {network.active ? (
        <Button
          variant="secondary"
          size="sm"
          isDisabled={busy}
          isLoading={busy}
          onClick={() => setAsking('stop')}
          aria-label={`${t('networks.stop')} ${name}`}
        >
          {t('networks.stop')}
        </Button>
      ) : (
        <Button
          variant="primary"
          size="sm"
          isDisabled={busy}
          isLoading={busy}
          onClick={() => void start()}
          aria-label={`${t('networks.start')} ${name}`}
        >
          {t('networks.start')}
        </Button>
      )}
      <Button variant="link" size="sm" isDisabled={busy} onClick={() => setAsking('clone')} aria-label={`${t('networks.clone')} ${name}`}>
        {t('networks.clone')}
      </Button>
      <Button
        variant="link"
        isDanger
        size="sm"
        isDisabled={busy}
        onClick={() => setAsking('remove')}
        aria-label={`${t('networks.remove')} ${name}`}
      >
        {t('networks.remove')}
      </Button>
      {asking === 'clone' ? <CloneDialog network={network} onClose={() => setAsking(undefined)} /> : null}
      {asking === undefined || asking === 'clone' ? null : (
        <Modal isOpen variant="small" onClose={() => setAsking(undefined)} aria-labelledby="ask">
          <ModalHeader
            labelId="ask"
            titleIconVariant="warning"
            title={t(asking === 'stop' ? 'networks.stopTitle' : 'networks.removeTitle', { name })}
          />
          <ModalBody>
            {network.active ? <Losers network={network} /> : null}
            {asking === 'remove' ? <p>{t('networks.removeBody')}</p> : null}
          </ModalBody>
          <ModalFooter>
            <Button variant="danger" onClick={() => void (asking === 'stop' ? stop() : remove())}>
              {t(asking === 'stop' ? 'networks.stop' : 'networks.remove')}
            </Button>
            <Button variant="link" onClick={() => setAsking(undefined)}>
              {t('common.cancel')}
            </Button>
          </ModalFooter>
        </Modal>
      )}
    </span>
  );
}

/** The guests that are cut off when the network stops, by name. */
function Losers({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const { data } = useQuery(operation('topology.get', {}));
  const edges = data?.topology.edges.filter(({ from }) => from === `switch/${network.bridge}`) ?? [];
  const guests = data?.topology.nodes.filter(({ id, kind }) => kind === 'guest' && edges.some(({ to }) => to === id)) ?? [];
  return (
    <p>
      {guests.length === 0 ? t('networks.stopNobody') : t('networks.stopBody', { guests: guests.map(({ label }) => label).join(', ') })}
    </p>
  );
}
