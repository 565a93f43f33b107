import {
  Banner,
  Button,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  Nav,
  NavItem,
  NavList,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
} from '@patternfly/react-core';
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon';
import MoonIcon from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import QuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setLanguage } from '../i18n/index.ts';
import { sessionEnded } from '../lib/api.ts';
import { operation, queryClient, useConnected, useLiveUpdates } from '../lib/live.ts';
import { logOut, sessionQuery } from '../lib/session.ts';
import { SafeApply } from './safe-apply.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const Login = lazy(async () => ({ default: (await import('./login.tsx')).Login }));
const KeyHelp = lazy(async () => ({ default: (await import('./key-help.tsx')).KeyHelp }));

const places = [
  { to: '/', key: 'topology' },
  { to: '/networks', key: 'networks' },
  { to: '/guests', key: 'guests' },
  { to: '/host', key: 'host' },
  { to: '/reach', key: 'reach' },
  { to: '/doctor', key: 'doctor' },
  { to: '/activity', key: 'activity' },
] as const;

/** Nothing is asked of the daemon before it says who we are. */
export function Layout() {
  const { data: session } = useQuery(sessionQuery);
  useDarkMode();
  useEffect(() => {
    const ask = (): void => void queryClient.resetQueries({ queryKey: sessionQuery.queryKey });
    addEventListener(sessionEnded, ask);
    return () => removeEventListener(sessionEnded, ask);
  }, []);
  if (session === undefined) return null;
  return session.isIn ? (
    <Shell canLeave={session.canLeave === true} isReadOnly={session.mayWrite === false} user={session.user ?? ''} />
  ) : (
    <Suspense>
      <Login />
    </Suspense>
  );
}

function Shell({ canLeave, isReadOnly, user }: { readonly canLeave: boolean; readonly isReadOnly: boolean; readonly user: string }) {
  const { t, i18n } = useTranslation();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const connected = useConnected();
  const [dialog, setDialog] = useState<'palette' | 'help'>();
  const troubled = useQuery(operation('status.get', {})).data?.networks.troubled ?? [];
  useLiveUpdates();
  useShellKeys(setDialog);

  const masthead = (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton variant="plain" aria-label={t('nav.main')}>
            <BarsIcon />
          </PageToggleButton>
        </MastheadToggle>
        <MastheadBrand>
          <Link to="/" className="viaduct-brand">
            <img src="./icon.svg" width="28" height="28" alt="" />
            Viaduct
          </Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="viaduct-tools">
          {troubled.length === 0 ? null : (
            <Link to="/networks" className="viaduct-trouble">
              ▲ {t('shell.problems', { count: troubled.length })}
            </Link>
          )}
          {isReadOnly ? <span>{t('shell.readOnly', { user })}</span> : null}
          <Button
            variant="plain"
            icon={<SearchIcon />}
            aria-label={`${t('shell.palette')} (Ctrl K)`}
            onClick={() => setDialog('palette')}
          />
          <Button variant="plain" icon={<MoonIcon />} aria-label={t('shell.theme')} onClick={toggleDarkMode} />
          <Button variant="plain" icon={<QuestionCircleIcon />} aria-label={t('shell.help')} onClick={() => setDialog('help')} />
          <Button
            variant="link"
            lang={i18n.language === 'en' ? 'zh-CN' : 'en'}
            onClick={() => void setLanguage(i18n.language === 'en' ? 'zh-CN' : 'en')}
          >
            {t('shell.language')}
          </Button>
          {canLeave ? (
            <Button variant="link" onClick={() => void logOut().then(() => queryClient.resetQueries())}>
              {t('login.leave')}
            </Button>
          ) : null}
        </div>
      </MastheadContent>
    </Masthead>
  );

  const sidebar = (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label={t('nav.main')}>
          <NavList>
            {places.map(({ to, key }) => (
              <NavItem key={key} isActive={to === '/' ? path === '/' : path.startsWith(to)}>
                <Link to={to}>{t(`nav.${key}`)}</Link>
              </NavItem>
            ))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );

  return (
    <Page
      masthead={masthead}
      sidebar={sidebar}
      isManagedSidebar
      isContentFilled
      mainContainerId="main"
      className={connected ? '' : 'viaduct-stale'}
      skipToContent={
        <SkipToContent
          href="#main"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById('main')?.focus();
          }}
        >
          {t('nav.skip')}
        </SkipToContent>
      }
    >
      {connected ? null : (
        <Banner status="warning" screenReaderText={t('common.trouble')}>
          <span role="status">{t('shell.offline')}</span>
        </Banner>
      )}
      <SafeApply mayWrite={!isReadOnly} />
      <Suspense>
        <Outlet />
      </Suspense>
      <Suspense>
        {dialog === 'palette' ? <Palette onClose={() => setDialog(undefined)} /> : null}
        {dialog === 'help' ? <KeyHelp onClose={() => setDialog(undefined)} /> : null}
      </Suspense>
    </Page>
  );
}

const darkClass = 'pf-v6-theme-dark';

function toggleDarkMode(): void {
  const dark = document.documentElement.classList.toggle(darkClass);
  localStorage.setItem('theme', dark ? 'dark' : 'light');
}

function useDarkMode(): void {
  useEffect(() => {
    const kept = localStorage.getItem('theme');
    const dark = kept === null ? matchMedia('(prefers-color-scheme: dark)').matches : kept === 'dark';
    document.documentElement.classList.toggle(darkClass, dark);
  }, []);
}

/** Ctrl-K or Cmd-K opens the palette anywhere; `?` and `/` work outside of text fields. */
function useShellKeys(open: (dialog: 'palette' | 'help') => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, [contenteditable]') !== null;
      if ((event.ctrlKey || event.metaKey) && event.key === 'k') open('palette');
      else if (!typing && event.key === '?') open('help');
      else if (!typing && event.key === '/')
        document.querySelector<HTMLInputElement>('#main input[type=search], #main .pf-v6-c-text-input-group__text-input')?.focus();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [open]);
}
