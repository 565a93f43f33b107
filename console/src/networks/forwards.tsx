import { Button, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import type { ForwardSummary } from '../../../src/service/reach-types.ts';
import { call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { useRowKeys } from '../lib/row-keys.ts';
import { useMayWrite } from '../lib/session.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { AddForward } from './add-forward.tsx';
import { modeKey } from './mode.ts';

/** Ports of the host that lead to this network's guests, and where each of them leads now. */
export function Forwards({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const mayWrite = useMayWrite();
  const toasts = useToasts();
  const body = useRowKeys();
  const { name, mode } = network;
  const canForward = mode === 'nat' || mode === 'route' || mode === 'open';
  const { data: forwards, error } = useQuery({ ...operation('forward.list', { network: name }, 5000), enabled: canForward });
  if (!canForward) return <p>{t('forwards.cannot', { mode: t(modeKey(network)) })}</p>;

  const change = async (what: () => Promise<unknown>): Promise<void> => {
    try {
      await what();
    } finally {
      await queryClient.invalidateQueries();
    }
  };
  const remove = async ({ protocol, listen, to }: ForwardSummary): Promise<void> => {
    await change(() => call('forward.remove', { network: name, protocol, listen }));
    toasts.tell(t('forwards.removed', { listen: `${protocol} ${listen}` }), {
      label: t('common.undo'),
      run: () => void change(() => call('forward.add', { network: name, protocol, listen, to })).catch(toasts.fail),
    });
  };

  return (
    <>
      <p>{t('forwards.about')}</p>
      {error !== null && forwards === undefined ? <Refusal error={error} /> : null}
      {forwards?.length === 0 ? <p style={{ marginTop: '1rem' }}>{t('forwards.empty')}</p> : null}
      {forwards === undefined || forwards.length === 0 ? null : (
        <Table aria-label={t('forwards.tab')} variant="compact" style={{ marginTop: '1rem' }}>
          <Thead>
            <Tr>
              <Th>{t('forwards.protocol')}</Th>
              <Th>{t('forwards.listen')}</Th>
              <Th>{t('forwards.to')}</Th>
              <Th>{t('forwards.leads')}</Th>
              <Th screenReaderText={t('common.actions')} />
            </Tr>
          </Thead>
          <Tbody ref={body}>
            {forwards.map((forward) => (
              <Tr key={`${forward.protocol} ${forward.listen}`} className="viaduct-row" tabIndex={0}>
                <Td dataLabel={t('forwards.protocol')}>{forward.protocol}</Td>
                <Td dataLabel={t('forwards.listen')} className="viaduct-mono">
                  {forward.listen}
                </Td>
                <Td dataLabel={t('forwards.to')} className="viaduct-mono">
                  {forward.to}
                </Td>
                <Td dataLabel={t('forwards.leads')}>
                  {forward.targets.length === 0 ? (
                    <Label status="warning">{t(network.active ? 'forwards.nowhere' : 'forwards.stopped')}</Label>
                  ) : (
                    <span className="viaduct-mono">{forward.targets.join(', ')}</span>
                  )}
                  {forward.hides === undefined ? null : (
                    <div>
                      <Label status="warning">{t('forwards.hides', { program: forward.hides })}</Label>
                    </div>
                  )}
                </Td>
                <Td isActionCell>
                  {mayWrite ? (
                    <Button
                      variant="link"
                      size="sm"
                      isDanger
                      aria-label={`${t('forwards.remove')} ${forward.protocol} ${forward.listen}`}
                      onClick={() => void remove(forward).catch(toasts.fail)}
                    >
                      {t('forwards.remove')}
                    </Button>
                  ) : null}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {mayWrite ? <AddForward network={network} /> : null}
    </>
  );
}
