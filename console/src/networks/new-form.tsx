import {
  ActionGroup,
  Alert,
  Button,
  Card,
  CardBody,
  CardTitle,
  Checkbox,
  CodeBlock,
  CodeBlockCode,
  Content,
  ExpandableSection,
  Form,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  Grid,
  GridItem,
  HelperText,
  HelperTextItem,
  Radio,
  TextInput,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkProposal } from '../../../src/service/operation-types.ts';
import { ApiError, call } from '../lib/api.ts';
import { operation, queryClient } from '../lib/live.ts';
import { errorText, hintText } from '../lib/said.ts';
import { Refusal } from '../shell/refusal.tsx';
import { useToasts } from '../shell/toasts.tsx';
import {
  canForward,
  changeForm,
  formFrom,
  formXml,
  hasAddresses,
  intents,
  ownsBridge,
  subnetOf,
  type Intent,
  type NetworkForm,
  type TextField,
} from './form.ts';
import { FormForwards } from './form-forwards.tsx';
import { isWhole } from './forward-draft.ts';
import { KindPicture } from './picture.tsx';
import { PlanSteps } from './plan-steps.tsx';
import { usePreview } from './preview.ts';
import { ReachTable, type NetworkKind } from './reach.tsx';

/** One screen: the question, what follows from it (editable in place), and live at the right what will be done. */
export function NewNetworkForm({ proposal, intent }: { readonly proposal: NetworkProposal; readonly intent: Intent }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toasts = useToasts();
  const [form, setForm] = useState<NetworkForm>(() => formFrom(proposal, intent));
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const { data: host } = useQuery(operation('topology.get', {}));
  const set = (change: Partial<NetworkForm>): void => {
    setFailure(undefined);
    setForm((before) => changeForm(before, change));
  };

  const nics =
    host?.topology.nodes.filter(({ kind }) => kind === 'nic' || kind === 'bond' || kind === 'vlan').map(({ label }) => label) ?? [];
  const bridges =
    host?.topology.nodes.flatMap((node) =>
      node.kind === 'switch' && node.bridge !== undefined && (node.network === undefined || node.network.mode === 'bridge')
        ? [node.bridge]
        : [],
    ) ?? [];
  const onHostBridge = form.intent === 'bridge' || form.intent === 'vlan';
  const bridge = onHostBridge ? (bridges.includes(form.bridge) ? form.bridge : (bridges[0] ?? '')) : form.bridge;
  const uplink = form.intent === 'macvtap' && form.uplink === '' ? (nics[0] ?? '') : form.uplink;
  const xml = formXml({ ...form, bridge, uplink });
  const isMissing = (onHostBridge && bridge === '') || (form.intent === 'macvtap' && uplink === '');
  const hasOpenForward = canForward(form.intent) && !form.forwards.every(isWhole);
  const preview = usePreview(isMissing ? undefined : xml);
  const refusal = failure ?? (preview.isError ? preview.error : undefined);
  const kind: NetworkKind = form.intent === 'macvtap' ? 'private' : form.intent === 'vlan' ? 'bridge' : form.intent;

  const out = host?.topology.nodes.find((node) =>
    'carriesDefaultRoute' in node
      ? node.label === uplink || (uplink === '' && node.carriesDefaultRoute)
      : node.kind === 'switch' &&
        node.hostPort !== undefined &&
        host.topology.edges.some(
          ({ from, to }) =>
            to === node.id && (from === 'outside' || host.topology.edges.some((edge) => edge.from === 'outside' && edge.to === from)),
        ),
  );
  const hostAddress = (
    out !== undefined && 'addresses' in out ? out.addresses : out?.kind === 'switch' ? out.hostPort?.addresses : undefined
  )
    ?.find((address) => address.includes('.'))
    ?.split('/')[0];
  const returnRoute = `ip route add ${subnetOf(form.address)} via ${hostAddress ?? t('create.host')}`;

  const create = async (): Promise<void> => {
    setBusy(true);
    try {
      await call('network.define', { xml });
      await call('network.start', { network: form.name }).catch(async (error: unknown) => {
        await call('network.undefine', { network: form.name });
        throw error;
      });
      await call('network.autostart', { network: form.name, autostart: form.autostart });
      toasts.tell(t('create.created', { name: form.name }));
      await queryClient.invalidateQueries();
      await navigate({ to: '/networks/$name', params: { name: form.name } });
    } catch (error) {
      setFailure(error);
      setBusy(false);
      await queryClient.invalidateQueries();
    }
  };

  const text = (id: TextField, label: string) => {
    const wrong = fieldOf(refusal, form) === id;
    return (
      <FormGroup label={label} fieldId={id}>
        <TextInput id={id} value={form[id]} validated={wrong ? 'error' : 'default'} onChange={(_event, value) => set({ [id]: value })} />
        {wrong ? (
          <FormHelperText>
            <HelperText>
              <HelperTextItem variant="error">
                {errorText(refusal)} {hintText(refusal) ?? ''}
              </HelperTextItem>
            </HelperText>
          </FormHelperText>
        ) : null}
      </FormGroup>
    );
  };
  const choice = (id: 'uplink' | 'bridge', label: string, values: readonly string[], value: string, any: boolean) => (
    <FormGroup label={label} fieldId={id}>
      <FormSelect id={id} value={value} onChange={(_event, chosen) => set({ [id]: chosen })}>
        {any ? <FormSelectOption value="" label={t('create.anyUplink')} /> : null}
        {values.map((name) => (
          <FormSelectOption key={name} value={name} label={name} />
        ))}
      </FormSelect>
    </FormGroup>
  );

  return (
    <>
      <Content>
        <h1>{t('create.title')}</h1>
      </Content>
      <Grid hasGutter>
        <GridItem lg={6}>
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              void create();
            }}
          >
            <FormGroup role="radiogroup" label={t('create.question')} fieldId="intent">
              {intents.map((key) => (
                <Radio
                  key={key}
                  id={`intent-${key}`}
                  name="intent"
                  label={t(`create.intents.${key}`)}
                  description={form.intent === key ? t(`create.about.${key}`) : undefined}
                  isChecked={form.intent === key}
                  onChange={() => set({ intent: key })}
                />
              ))}
            </FormGroup>
            {text('name', t('create.name'))}
            {hasAddresses(form.intent) ? (
              <>
                {text('address', t('create.subnet'))}
                <Grid hasGutter>
                  <GridItem span={6}>{text('dhcpStart', t('create.dhcp'))}</GridItem>
                  <GridItem span={6}>{text('dhcpEnd', '–')}</GridItem>
                </Grid>
              </>
            ) : null}
            {!onHostBridge ? null : bridges.length === 0 ? (
              <Alert isInline variant="info" title={t('create.noBridge')}>
                {t('create.noBridgeHelp')}
              </Alert>
            ) : (
              choice('bridge', t('create.hostBridge'), bridges, bridge, false)
            )}
            {form.intent === 'vlan' ? text('tag', t('create.tag')) : null}
            {form.intent === 'macvtap' ? choice('uplink', t('create.device'), nics, uplink, false) : null}
            {form.intent === 'nat' || form.intent === 'route' ? choice('uplink', t('create.uplink'), nics, uplink, true) : null}
            <ExpandableSection toggleText={t('create.advanced')}>
              {ownsBridge(form.intent) ? text('bridge', t('create.bridge')) : null}
              {hasAddresses(form.intent) ? (
                <>
                  {text('ipv6', `${t('create.ipv6')} (${t('create.optional')})`)}
                  {text('domain', `${t('create.domain')} (${t('create.optional')})`)}
                </>
              ) : null}
              {ownsBridge(form.intent) ? (
                <>
                  {text('mtu', `${t('create.mtu')} (${t('create.optional')})`)}
                  <Checkbox id="stp" label={t('create.stp')} isChecked={form.stp} onChange={(_event, stp) => set({ stp })} />
                </>
              ) : null}
              {canForward(form.intent) ? <FormForwards drafts={form.forwards} onChange={(forwards) => set({ forwards })} /> : null}
              <Checkbox
                id="autostart"
                label={t('create.autostart')}
                isChecked={form.autostart}
                onChange={(_event, autostart) => set({ autostart })}
              />
            </ExpandableSection>
            {refusal === undefined || fieldOf(refusal, form) !== undefined ? null : <Refusal error={refusal} title={t('create.refused')} />}
            <ActionGroup>
              <Button type="submit" isLoading={busy} isDisabled={busy || isMissing || hasOpenForward || !preview.isGood}>
                {t('create.create')}
              </Button>
              <Button variant="link" onClick={() => void navigate({ to: '/networks' })}>
                {t('common.cancel')}
              </Button>
            </ActionGroup>
          </Form>
        </GridItem>
        <GridItem lg={6}>
          <Card>
            <CardBody>
              <KindPicture intent={form.intent} label={t(`create.about.${form.intent}`)} />
              <ReachTable kind={kind} />
            </CardBody>
            {form.intent === 'route' ? (
              <CardBody>
                <Alert isInline variant="info" title={t('create.routeHint', { route: returnRoute })} />
              </CardBody>
            ) : null}
            <CardTitle component="h2">{t('create.plan')}</CardTitle>
            <CardBody>
              {preview.data === undefined || preview.isError ? <p>{t('network.checking')}</p> : <PlanSteps plan={preview.data.plan} />}
            </CardBody>
            <CardTitle component="h2">{t('create.commands')}</CardTitle>
            <CardBody>
              <CodeBlock>
                <CodeBlockCode>{`viaduct net-define ${form.name}.xml\nviaduct net-start ${form.name}\n\n${xml}`}</CodeBlockCode>
              </CodeBlock>
              {preview.data === undefined ? null : (
                <CodeBlock>
                  <CodeBlockCode>{preview.data.networks[0]?.yaml ?? ''}</CodeBlockCode>
                </CodeBlock>
              )}
            </CardBody>
          </Card>
        </GridItem>
      </Grid>
    </>
  );
}

/** The field a refusal belongs to: that of its code, else the one whose text it names. */
function fieldOf(error: unknown, form: NetworkForm): TextField | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const { code, message, params } = error;
  if (code === 'network-exists' || code === 'name-missing' || (code === 'xml-value' && message.includes('in name'))) return 'name';
  if (code === 'subnet-in-use') return String(params['subnet']).includes(':') ? 'ipv6' : 'address';
  if (code === 'range-invalid') return 'dhcpStart';
  if (code === 'name-in-use') return 'bridge';
  const named = new Set(message.split(/[\s'",]+/));
  return (['address', 'dhcpStart', 'dhcpEnd', 'ipv6', 'bridge', 'mtu', 'domain', 'tag'] as const).find(
    (field) => form[field] !== '' && (named.has(form[field]) || named.has(form[field].split('/')[0] ?? '')),
  );
}
