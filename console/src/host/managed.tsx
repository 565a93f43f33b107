import { Alert, Button, Content } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HostStatus } from '../../../src/service/operation-types.ts';
import { hostStatusQuery } from '../lib/host-status.ts';
import { operation } from '../lib/live.ts';
import { useMayWrite } from '../lib/session.ts';

const UndoHostDialog = lazy(async () => ({ default: (await import('./undo-dialog.tsx')).UndoHostDialog }));

/** Whose files describe which interface, what in them is not as it seems, and the way back from the last change. */
export function Managed() {
  const { t, i18n } = useTranslation();
  const mayWrite = useMayWrite();
  const [asks, setAsks] = useState(false);
  const { data } = useQuery(hostStatusQuery);
  if (data === undefined) return null;
  const { last, waiting, findings, unreadable } = data;
  return (
    <section className="viaduct-part" aria-labelledby="who-manages">
      <Content>
        <h2 id="who-manages">{t('hostPage.managed')}</h2>
        <p>{t('hostPage.managedAbout')}</p>
      </Content>
      <ManagedTable status={data} />
      {last === undefined || !mayWrite ? null : (
        <p className="viaduct-last">
          <Button variant="secondary" size="sm" isDisabled={waiting !== undefined} onClick={() => setAsks(true)}>
            {t('hostPage.undo')}
          </Button>
          <span className="viaduct-subtle">{[new Date(last.at).toLocaleString(i18n.language), ...last.files].join(' · ')}</span>
        </p>
      )}
      {unreadable.map(({ backend, reason }) => (
        <Alert key={backend} isInline variant="danger" title={t('hostPage.unreadable', { backend })} className="viaduct-finding">
          {reason}
        </Alert>
      ))}
      {findings.length === 0 ? null : (
        <Content>
          <h3>{t('hostPage.findings')}</h3>
        </Content>
      )}
      {findings.map(({ file, line, object, message, hint }) => (
        <Alert
          key={`${file}:${line} ${object} ${message}`}
          isInline
          variant="warning"
          title={`${object}: ${t('hostPage.line', { file, line })}`}
          className="viaduct-finding"
        >
          <p>{message}</p>
          {hint === undefined ? null : (
            <p>
              <strong>{t('common.hint')}:</strong> {hint}
            </p>
          )}
        </Alert>
      ))}
      <Suspense>{asks && last !== undefined ? <UndoHostDialog last={last} onClose={() => setAsks(false)} /> : null}</Suspense>
    </section>
  );
}

function ManagedTable({ status: { written } }: { readonly status: HostStatus }) {
  const { t } = useTranslation();
  const { data } = useQuery(operation('topology.get', {}, 2000));
  const nodes = data?.topology.nodes.filter(({ kind, link }) => kind !== 'guest' && kind !== 'outside' && link !== undefined) ?? [];
  const there = new Set(nodes.map(({ link }) => link));
  const described = new Set(written.map((one) => one.interface));
  const others = nodes.filter(({ link = '' }) => !described.has(link));
  const byWhom = ({ link = '', owner }: (typeof nodes)[number]): string => {
    if (data?.madeAtBoot.includes(link) === true || owner === 'viaduct') return t('hostPage.byViaduct');
    return owner === 'host' ? t('hostPage.byNobody') : owner;
  };
  return (
    <Table aria-label={t('hostPage.managed')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('common.name')}</Th>
          <Th>{t('hostPage.by')}</Th>
          <Th>{t('hostPage.file')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {written.map(({ interface: name, backend, file, line }) => (
          <Tr key={`${name} ${file} ${line}`}>
            <Td dataLabel={t('common.name')} className="viaduct-mono">
              {name} {there.has(name) || name === 'lo' ? null : <span className="viaduct-subtle">({t('hostPage.notThere')})</span>}
            </Td>
            <Td dataLabel={t('hostPage.by')}>{backend}</Td>
            <Td dataLabel={t('hostPage.file')}>{t('hostPage.line', { file, line })}</Td>
          </Tr>
        ))}
        {others.map((node) => (
          <Tr key={node.id}>
            <Td dataLabel={t('common.name')} className="viaduct-mono">
              {node.link}
            </Td>
            <Td dataLabel={t('hostPage.by')}>{byWhom(node)}</Td>
            <Td dataLabel={t('hostPage.file')}>–</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
