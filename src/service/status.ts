import { currentOf } from './lookup.ts';
import type { Context } from './context.ts';
import type { Status } from './operation-types.ts';
import { parseIfName } from '../model/units.ts';
import { version } from '../model/version.ts';

export async function getStatus({ store, system, troubles, startedAt }: Context): Promise<Status> {
  const catalog = store.catalog();
  const entries = [...catalog.networks];
  const bridges = entries.flatMap(([, { live }]) =>
    live === undefined || live.ips.length === 0 ? [] : (parseIfName(live.bridge?.name ?? '') ?? []),
  );
  const now = Date.now();
  const leases = await Promise.all(bridges.map((bridge) => system.leases(bridge)));
  return {
    version,
    uptimeSeconds: Math.floor((now - startedAt) / 1000),
    networks: {
      total: entries.length,
      active: entries.filter(([, { live }]) => live !== undefined).length,
      troubled: entries.flatMap(([uuid, entry]) => {
        const reason = troubles.get(uuid);
        return reason === undefined ? [] : [{ name: currentOf(entry).name, reason }];
      }),
    },
    ports: catalog.ports.size,
    leases: leases.flat().filter(({ expiry }) => expiry === 0 || expiry * 1000 > now).length,
  };
}
