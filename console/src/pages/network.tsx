import { Breadcrumb, BreadcrumbItem, Content, PageSection, Spinner, Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { operation } from '../lib/live.ts';
import { NetworkActions } from '../networks/actions.tsx';
import { CopyAs } from '../networks/copy-as.tsx';
import { Definition } from '../networks/definition.tsx';
import { Dns } from '../networks/dns.tsx';
import { Forwards } from '../networks/forwards.tsx';
import { ChangeTable, History } from '../networks/history.tsx';
import { Leases } from '../networks/leases.tsx';
import { Overview } from '../networks/overview.tsx';
import { Ports } from '../networks/ports.tsx';
import { Rules } from '../networks/rules.tsx';
import { StateLabel } from '../networks/state.tsx';
import { Refusal } from '../shell/refusal.tsx';

const tabs = {
  overview: Overview,
  ports: Ports,
  leases: Leases,
  dns: Dns,
  forwards: Forwards,
  rules: Rules,
  definition: Definition,
  history: History,
} as const;
const titles = {
  overview: 'network.overview',
  ports: 'network.ports',
  leases: 'network.leases',
  dns: 'network.dns',
  forwards: 'forwards.tab',
  rules: 'network.rules',
  definition: 'network.definition',
  history: 'history.tab',
} as const;
const panelId = 'network-panel';
type TabName = keyof typeof tabs;

/** One network; every tab has an address of its own. */
export function NetworkPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { name = '', tab = 'overview' } = useParams({ strict: false });
  const { data: network, error } = useQuery(operation('network.get', { network: name }));
  const active: TabName = tab in tabs ? (tab as TabName) : 'overview';
  const Shown = tabs[active];
  return (
    <PageSection isFilled>
      <Breadcrumb aria-label="Breadcrumb">
        <BreadcrumbItem>
          <Link to="/networks">{t('networks.title')}</Link>
        </BreadcrumbItem>
        <BreadcrumbItem isActive>{name}</BreadcrumbItem>
      </Breadcrumb>
      {error !== null && network === undefined ? <Missing name={name} error={error} /> : null}
      {network === undefined && error === null ? <Spinner aria-label={t('common.loading')} /> : null}
      {network === undefined ? null : (
        <>
          <Content style={{ display: 'flex', alignItems: 'center', gap: '1rem', flexWrap: 'wrap' }}>
            <h1 style={{ margin: 0 }}>{network.title ?? network.name}</h1> <StateLabel network={network} />
            <span className="viaduct-actions" style={{ marginInlineStart: 'auto' }}>
              <CopyAs network={network} />
              <NetworkActions network={network} onRemoved={() => void navigate({ to: '/networks' })} />
            </span>
          </Content>
          <Tabs
            activeKey={active}
            aria-label={name}
            onSelect={(_event, key) => void navigate({ to: '/networks/$name/$tab', params: { name, tab: String(key) } })}
          >
            {(Object.keys(tabs) as TabName[]).map((key) => (
              <Tab key={key} eventKey={key} tabContentId={panelId} title={<TabTitleText>{t(titles[key])}</TabTitleText>} />
            ))}
          </Tabs>
          <div id={panelId} role="tabpanel" aria-label={t(titles[active])} style={{ paddingTop: '1rem' }}>
            <Shown network={network} />
          </div>
        </>
      )}
    </PageSection>
  );
}

/** A network that is not there: why, the way back, and what became of it where it was here once. */
function Missing({ name, error }: { readonly name: string; readonly error: Error }) {
  const { t } = useTranslation();
  const changes = useQuery({ ...operation('network.history', { network: name }), retry: false }).data ?? [];
  return (
    <>
      <Content>
        <h1>{name}</h1>
      </Content>
      <Refusal error={error} />
      <p style={{ marginBlock: '1rem' }}>
        <Link to="/networks">{t('notFound.network')}</Link>
      </p>
      {changes.length === 0 ? null : (
        <>
          <Content>
            <h2>{t('history.gone')}</h2>
          </Content>
          <ChangeTable network={name} />
        </>
      )}
    </>
  );
}
