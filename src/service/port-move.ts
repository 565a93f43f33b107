import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../model/catalog.ts';
import { ViaductError } from '../model/errors.ts';
import type { Lease } from '../model/lease.ts';
import { ownsBridge, portGroupOf, type Network } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import { parseIfName, type IfName, type Uuid } from '../model/units.ts';
import { chooseAddress } from './addresses.ts';
import { change } from './change.ts';
import type { Context } from './context.ts';
import { currentOf, findNetwork, findPort, portsOf } from './lookup.ts';
import { entryOf } from './network-edits.ts';
import type { Input, Output } from './operation-types.ts';
import { addPort, inheritedFrom, removePort, type PortDraft } from './port-edits.ts';
import { portLabel } from './port-names.ts';
import { choosePlug } from './plug.ts';
import { askSoon } from './renew.ts';
import { summarizePort } from './summary.ts';

/**
 * Takes a port and its wire to another network, in one change: the device keeps its name, so the program behind it
 * goes on. Then the guest is made to ask for an address there.
 */
export async function movePort(context: Context, input: Input<'port.move'>): Promise<Output<'port.move'>> {
  const before = context.store.catalog();
  const port = findPort(before, input.network === undefined ? undefined : findNetwork(before, input.network).uuid, input.port);
  const { uuid, network: target } = findNetwork(before, input.to);
  const old = entryOf(before, port.network);
  refuseUnmovable(before, port, uuid);
  const leases = await leasesOf(context, target);
  const { after } = await change(context, (catalog) => moved(catalog, findPort(catalog, port.network, port.uuid), uuid, leases));
  const from = old.live === undefined ? undefined : await giveBack(context, old.live, port);
  const there = findPort(after, uuid, port.uuid);
  const [renewal] = port.down === true ? [] : await askSoon(context, currentOf(entryOf(after, uuid)), [port.mac]);
  const [was, is] = [from !== undefined && { from }, there.address !== undefined && { to: there.address }];
  return { ...summarizePort(after, there), ...(renewal !== undefined && { renewal: { ...renewal, ...was, ...is } }) };
}

function moved(catalog: Catalog, port: Port, to: Uuid, leases: readonly Lease[]): Catalog {
  const { live } = entryOf(catalog, to);
  const draft = asAskedFor(currentOf(entryOf(catalog, port.network)), live, port);
  const address = live && chooseAddress(live, port.mac, portsOf(catalog, to), leases);
  return addPort(removePort(catalog, port.uuid), to, { ...draft, ...(address !== undefined && { address }) }, false);
}

/** The port without its place, and without what its old network gave it: the new one gives its own. */
function asAskedFor(old: Network, target: Network | undefined, port: Port): PortDraft {
  const { network: _network, plug: _plug, address: _address, group, bandwidth, ...rest } = port;
  const inherited = inheritedFrom(old, group);
  const own = Object.fromEntries(Object.entries(rest).filter(([key, value]) => !isDeepStrictEqual(value, inherited[key as never])));
  const { classId: _classId, ...limits } = bandwidth ?? {};
  const keepsGroup = group !== undefined && target !== undefined && portGroupOf(target, group) !== undefined;
  return {
    ...(own as typeof rest),
    ...(keepsGroup && { group }),
    ...(bandwidth !== undefined && !isDeepStrictEqual(limits, inherited.bandwidth) && { bandwidth: limits }),
  };
}

function refuseUnmovable(catalog: Catalog, port: Port, to: Uuid): void {
  const { name } = currentOf(entryOf(catalog, to));
  const label = portLabel(port);
  const refused = (why: string, hint: string) =>
    new ViaductError('operation-invalid', `${label} cannot be moved to network '${name}': ${why}`, {
      hint,
      params: { port: label, network: name },
    });
  if (port.network === to) throw refused('it is there', 'Name another network.');
  if (port.link === undefined) {
    throw refused(
      "its wire is the hypervisor's own",
      `Let the hypervisor do it: virsh update-device ${port.owner.name} NIC.xml --live, with <source network='${name}'/> in the NIC.`,
    );
  }
  const again = `Unplug it and make a new port: viaduct port create ${port.name ?? port.owner.name} --network ${name}`;
  if (port.link.kind === 'macvtap') throw refused(`a macvtap is part of its card ${port.link.lower}`, again);
  const plug = choosePlug(currentOf(entryOf(catalog, to)), undefined, portsOf(catalog, to));
  if (plug.type === 'direct' || plug.type === 'hostdev-pci') throw refused('that network has no bridge', again);
}

/** The guest is not there any more: its lease would only keep the address from others. Resolves to what it was. */
async function giveBack(context: Context, old: Network, port: Port): Promise<string | undefined> {
  const bridge = bridgeOf(old);
  const lease = (await leasesOf(context, old)).find(({ mac, family }) => mac === port.mac && family === 'ipv4');
  if (bridge !== undefined && lease !== undefined) await context.system.releaseLease(bridge, lease);
  return lease?.address;
}

async function leasesOf(context: Context, network: Network): Promise<readonly Lease[]> {
  const bridge = bridgeOf(network);
  return bridge === undefined ? [] : context.system.leases(bridge);
}

/** Of a network with DHCP of its own. */
function bridgeOf(network: Network): IfName | undefined {
  return ownsBridge(network) && network.ips.length > 0 ? parseIfName(network.bridge?.name ?? '') : undefined;
}
