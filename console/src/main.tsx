import '@patternfly/react-core/dist/styles/base.css';
import { languageReady } from './i18n/index.ts';
import './main.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './lib/live.ts';
import { router } from './router.tsx';
import { ToastProvider } from './shell/toasts.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await languageReady;
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
);
