import { Alert, AlertActionCloseButton, AlertActionLink, AlertGroup } from '@patternfly/react-core';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText, hintText } from '../lib/said.ts';

interface Toast {
  readonly id: number;
  readonly variant: 'success' | 'danger' | 'info';
  readonly title: string;
  readonly body?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface Toasts {
  readonly tell: (title: string, action?: Toast['action']) => void;
  /** Shows what was refused, with its hint. */
  readonly fail: (error: unknown) => void;
}

const ToastContext = createContext<Toasts>({ tell: () => undefined, fail: () => undefined });
export const useToasts = (): Toasts => useContext(ToastContext);

let next = 0;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const add = useCallback((toast: Omit<Toast, 'id'>) => {
    next += 1;
    setToasts((all) => [...all, { ...toast, id: next }]);
  }, []);
  const value = useMemo<Toasts>(
    () => ({
      tell: (title, action) => add({ variant: 'success', title, ...(action && { action }) }),
      fail: (error) =>
        add({
          variant: 'danger',
          title: t('common.failed'),
          body: [errorText(error), hintText(error)].filter(Boolean).join(' '),
        }),
    }),
    [add, t],
  );
  return (
    <ToastContext value={value}>
      {children}
      <AlertGroup isToast isLiveRegion>
        {toasts.map(({ id, variant, title, body, action }) => (
          <Alert
            key={id}
            variant={variant}
            title={title}
            timeout={variant === 'danger' || action !== undefined ? 15_000 : 5_000}
            onTimeout={() => drop(id)}
            actionClose={<AlertActionCloseButton title={t('common.close')} onClose={() => drop(id)} />}
            actionLinks={
              action && (
                <AlertActionLink
                  onClick={() => {
                    drop(id);
                    action.run();
                  }}
                >
                  {action.label}
                </AlertActionLink>
              )
            }
          >
            {body}
          </Alert>
        ))}
      </AlertGroup>
    </ToastContext>
  );
}
