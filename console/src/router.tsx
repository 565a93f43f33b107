import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { lazy } from 'react';
import { hostTexts, moreTexts } from './i18n/index.ts';
import { Layout } from './shell/layout.tsx';
import { TopologyPage } from './topology/page.tsx';

/** A page's code and the texts that only later pages need. */
const withTexts = async <Module,>(load: () => Promise<Module>): Promise<Module> => (await Promise.all([load(), moreTexts()]))[0];

/** Hash routes: every object and tab has an address of its own, and the daemon serves one file. */
const root = createRootRoute({ component: Layout });
const page = <const Path extends string>(path: Path, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent((() => withTexts(load)) as () => Promise<Record<string, never>>, name),
  });
const NotFound = lazy(() => withTexts(async () => ({ default: (await import('./shell/not-found.tsx')).NotFound })));

const topology = createRoute({ getParentRoute: () => root, path: '/', component: TopologyPage });
const networks = page('/networks', () => import('./pages/networks.tsx'), 'NetworksPage');
const newNetwork = page('/networks/new', () => import('./pages/new-network.tsx'), 'NewNetworkPage');
const network = page('/networks/$name', () => import('./pages/network.tsx'), 'NetworkPage');
const networkTab = page('/networks/$name/$tab', () => import('./pages/network.tsx'), 'NetworkPage');
const guests = page('/guests', () => import('./pages/guests.tsx'), 'GuestsPage');
const host = page('/host', async () => (await Promise.all([import('./pages/host.tsx'), hostTexts()]))[0], 'HostPage');
const doctor = page('/doctor', () => import('./pages/doctor.tsx'), 'DoctorPage');
const reach = page('/reach', () => import('./pages/reach.tsx'), 'ReachPage');
const words = page('/words', () => import('./pages/words.tsx'), 'WordsPage');
const activity = page('/activity', () => import('./pages/activity.tsx'), 'ActivityPage');

export const router = createRouter({
  routeTree: root.addChildren([topology, networks, newNetwork, network, networkTab, guests, host, reach, doctor, activity, words]),
  history: createHashHistory(),
  defaultNotFoundComponent: NotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
