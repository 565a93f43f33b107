import { Button, Content, Form, FormGroup, Grid, GridItem, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkSummary } from '../../../src/service/operation-types.ts';
import { useMayWrite } from '../lib/session.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import { changeSection } from './change-section.ts';
import { documentQuery, escapeXml, type DnsHost } from './document.ts';

const hostXml = ({ ip, names }: DnsHost): string =>
  `<host ip='${escapeXml(ip)}'>${names.map((name) => `<hostname>${escapeXml(name)}</hostname>`).join('')}</host>`;

/** What this network's name server answers besides the names of its guests. */
export function Dns({ network }: { readonly network: NetworkSummary }) {
  const { t } = useTranslation();
  const toasts = useToasts();
  const mayWrite = useMayWrite();
  const { data: document } = useQuery(documentQuery(network));
  const [ip, setIp] = useState('');
  const [names, setNames] = useState('');
  const [refusal, setRefusal] = useState<unknown>();
  if (document === undefined) return null;
  if (network.addresses.length === 0) return <p>{t('network.noDns')}</p>;
  const { hosts, txts, srvs, forwarders } = document.dns;
  const records = [
    ...txts.map(({ name, value }) => ({ kind: 'TXT', name, value })),
    ...srvs.map(({ service, protocol, target, port }) => ({ kind: 'SRV', name: `_${service}._${protocol}`, value: `${target}:${port}` })),
    ...forwarders.map((value) => ({ kind: t('network.forwarder'), name: '', value })),
  ];
  const add = async (): Promise<void> => {
    setRefusal(undefined);
    await changeSection(network, 'dns-host', 'add-last', hostXml({ ip: ip.trim(), names: names.trim().split(/[\s,]+/) }));
    setIp('');
    setNames('');
  };
  return (
    <>
      <Content>
        <p>
          {t('network.domain')}: <span className="viaduct-mono">{document.domain ?? t('common.none')}</span>
        </p>
      </Content>
      <Table aria-label={t('network.dns')} variant="compact">
        <Thead>
          <Tr>
            <Th>{t('host.type')}</Th>
            <Th>{t('common.name')}</Th>
            <Th>{t('network.answer')}</Th>
            <Th screenReaderText={t('common.actions')} />
          </Tr>
        </Thead>
        <Tbody>
          {hosts.map((host) => (
            <Tr key={host.ip}>
              <Td dataLabel={t('host.type')}>A</Td>
              <Td dataLabel={t('common.name')}>{host.names.join(', ')}</Td>
              <Td dataLabel={t('network.answer')} className="viaduct-mono">
                {host.ip}
              </Td>
              <Td isActionCell>
                {mayWrite ? (
                  <Button
                    variant="link"
                    size="sm"
                    isDanger
                    onClick={() => void changeSection(network, 'dns-host', 'delete', hostXml(host)).catch(toasts.fail)}
                  >
                    {t('networks.remove')}
                  </Button>
                ) : null}
              </Td>
            </Tr>
          ))}
          {records.map(({ kind, name, value }) => (
            <Tr key={`${kind}/${name}/${value}`}>
              <Td dataLabel={t('host.type')}>{kind}</Td>
              <Td dataLabel={t('common.name')}>{name || '–'}</Td>
              <Td dataLabel={t('network.answer')} className="viaduct-mono">
                {value}
              </Td>
              <Td />
            </Tr>
          ))}
          {hosts.length + records.length === 0 ? (
            <Tr>
              <Td colSpan={4}>{t('network.noRecords')}</Td>
            </Tr>
          ) : null}
        </Tbody>
      </Table>
      {mayWrite ? (
        <Form
          style={{ maxWidth: '48rem', marginTop: '1.5rem' }}
          onSubmit={(event) => {
            event.preventDefault();
            void add().catch(setRefusal);
          }}
        >
          <Grid hasGutter>
            <GridItem md={5}>
              <FormGroup label={t('network.names')} fieldId="dns-names">
                <TextInput id="dns-names" value={names} onChange={(_event, value) => setNames(value)} />
              </FormGroup>
            </GridItem>
            <GridItem md={4}>
              <FormGroup label={t('network.address')} fieldId="dns-ip">
                <TextInput id="dns-ip" value={ip} onChange={(_event, value) => setIp(value)} />
              </FormGroup>
            </GridItem>
            <GridItem md={3} style={{ alignSelf: 'end' }}>
              <Button type="submit" variant="secondary" isDisabled={ip.trim() === '' || names.trim() === ''}>
                {t('network.addName')}
              </Button>
            </GridItem>
          </Grid>
          {refusal === undefined ? null : <Refusal error={refusal} />}
        </Form>
      ) : null}
    </>
  );
}
