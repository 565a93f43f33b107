import type { NetworkLease } from '../../rest/client.ts';
import { attempt, type Session } from '../session.ts';
import { virshTable } from '../table.ts';
import { localTime } from '../time.ts';

export async function leases(
  session: Session,
  { network, mac }: { readonly network: string; readonly mac: string | undefined },
): Promise<void> {
  const { t, client, quiet, terminal } = session;
  const given = await attempt(t('failed.leases', { network }), () =>
    client.call('network.leases', { network, ...(mac === undefined ? {} : { mac }) }),
  );
  const sorted = given.toSorted((one, other) => one.expiry - other.expiry);
  if (session.json) return session.printJson(sorted);
  const header = [t('lease.expiry'), t('lease.mac'), t('lease.protocol'), t('lease.address'), t('lease.hostname'), t('lease.client')];
  terminal.stdout(
    virshTable(
      header,
      sorted.map((lease) => rowOf(lease, t('word.never'))),
      { quiet },
    ),
  );
}

function rowOf({ expiry, mac, family, address, prefix, hostname, clientId }: NetworkLease, never: string): string[] {
  return [expiry === 0 ? never : localTime(expiry * 1000), mac || '-', family, `${address}/${prefix}`, hostname || '-', clientId || '-'];
}
