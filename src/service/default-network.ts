import { formatSubnet, lastOf, netmaskOfPrefix } from '../model/address.ts';
import type { NetworkDraft } from '../model/network.ts';
import { change } from './change.ts';
import { completeNetwork, takenNames } from './complete.ts';
import type { Context } from './context.ts';
import { define, setAutostart } from './network-edits.ts';
import { dotted, freeSubnet } from './propose.ts';

/** libvirt's `default`: guests out of the box, on 192.168.122.0/24 or the next subnet that is free. Without it the daemon works too. */
export async function createDefaultNetwork(context: Context): Promise<void> {
  try {
    await create(context);
  } catch (cause) {
    context.log.error({ err: cause }, "Network 'default' could not be made.");
  }
}

async function create(context: Context): Promise<void> {
  const subnet = freeSubnet(context.store.catalog(), await context.system.routes());
  const draft: NetworkDraft = {
    name: 'default',
    forward: { mode: 'nat' },
    metadata: [],
    ips: [
      {
        family: 'ipv4',
        address: dotted(subnet.base + 1n),
        netmask: netmaskOfPrefix(subnet.prefix),
        dhcp: { ranges: [{ start: dotted(subnet.base + 2n), end: dotted(lastOf(subnet) - 1n) }], hosts: [] },
      },
    ],
    routes: [],
    portGroups: [],
    dnsmasqOptions: [],
  };
  const names = await takenNames(context, [draft]);
  await change(context, (catalog) => {
    const network = completeNetwork(catalog, draft, names);
    return setAutostart(define(catalog, network), network.uuid, true);
  });
  context.log.info({ subnet: formatSubnet(subnet) }, `Made network 'default' with ${formatSubnet(subnet)}.`);
}
