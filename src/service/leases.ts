import { canonicalAddress, prefixOf } from '../model/address.ts';
import { ViaductError } from '../model/errors.ts';
import type { Lease } from '../model/lease.ts';
import { parseIfName, parseMac } from '../model/units.ts';
import type { Context } from './context.ts';
import { findNetwork } from './lookup.ts';
import type { Input, NetworkLease } from './operation-types.ts';

/**
 * What DHCP has given out on a network and is still good, also while the network is stopped.
 * Reservations nobody has asked for are not leases. Networks without a bridge of ours have none.
 */
export async function networkLeases(context: Context, input: Input<'network.leases'>): Promise<readonly NetworkLease[]> {
  const { network } = findNetwork(context.store.catalog(), input.network);
  const mac = input.mac === undefined ? undefined : parseMac(input.mac);
  if (input.mac !== undefined && mac === undefined) {
    throw new ViaductError('mac-invalid', input.mac, { hint: 'A MAC address reads like 52:54:00:12:34:56.' });
  }
  const bridge = parseIfName(network.bridge?.name ?? '');
  if (bridge === undefined || network.ips.length === 0) return [];
  const now = Date.now() / 1000;
  const leases = await context.system.leases(bridge);
  const prefix = (family: Lease['family']) => {
    const block = network.ips.find((ip) => ip.family === family);
    return (block && prefixOf(block)) ?? (family === 'ipv4' ? 24 : 64);
  };
  return leases
    .filter((lease) => (lease.expiry === 0 || lease.expiry > now) && (mac === undefined || lease.mac === mac))
    .map((lease) => ({ ...lease, network: network.name, bridge, prefix: prefix(lease.family) }));
}

/** Takes an address back from the guest that has it; the guest notices when it renews. */
export async function releaseLease(context: Context, { network, address }: Input<'lease.release'>): Promise<Record<never, never>> {
  const found = (await networkLeases(context, { network })).find((lease) => lease.address === canonicalAddress(address));
  if (found === undefined) {
    throw new ViaductError('operation-invalid', `network '${network}' has given out no address ${address}`, {
      hint: 'List its leases with `viaduct net-dhcp-leases`.',
    });
  }
  const { network: _network, bridge, prefix: _prefix, ...lease } = found;
  const name = parseIfName(bridge);
  if (name !== undefined) await context.system.releaseLease(name, lease);
  return {};
}
