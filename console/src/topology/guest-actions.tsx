import { useTranslation } from 'react-i18next';
import { useGuestRows } from '../networks/guest-rows.ts';
import { PortActions } from '../networks/port-actions.tsx';

/** What can be done with the guest NIC behind a device: the same menu as in the tables. */
export function GuestActions({ tap }: { readonly tap: string }) {
  const { t } = useTranslation();
  const row = useGuestRows().rows?.find((one) => one.tap === tap);
  if (row === undefined) return null;
  return (
    <p className="viaduct-panel-actions">
      {t('common.actions')} <PortActions row={row} />
    </p>
  );
}
