import { ViaductError } from '../model/errors.ts';
import type { HostFacts } from '../model/facts.ts';
import { guardNames, mergeGuards } from '../model/guard.ts';
import type { HostInterface } from '../model/host-interface.ts';
import { ownsBridge } from '../model/network.ts';
import type { Network, Vlan } from '../model/network.ts';
import type { Port } from '../model/port.ts';
import { filteringBridge, hasVlans, portVlans, vlanOf } from '../model/vlan.ts';

/** What `network` needs and this kernel lacks, each as the refusal that says so; empty when it can start. */
export function supports(network: Network, { kernel }: HostFacts, ports: readonly Port[] = []): ViaductError[] {
  const { bridge, ips, bandwidth } = network;
  const refusals: ViaductError[] = [];
  const need = (has: boolean, what: string, option: string) => {
    if (!has) refusals.push(lacks(network, what, option));
  };
  if (bridge?.macTableManager === 'libvirt') need(kernel.vlanFiltering, "macTableManager='libvirt'", 'CONFIG_BRIDGE_VLAN_FILTERING');
  if (filteringBridge(network) !== undefined && hasVlans(network, ports))
    need(kernel.vlanFiltering, 'a <vlan> on a Linux bridge', 'CONFIG_BRIDGE_VLAN_FILTERING');
  if (ownsBridge(network) && ips.some(({ family }) => family === 'ipv6')) need(kernel.ipv6, 'an IPv6 address', 'CONFIG_IPV6');
  if (bandwidth?.outbound !== undefined)
    need(kernel.police || kernel.ifb, 'a limit on outbound bandwidth', 'CONFIG_NET_ACT_POLICE or CONFIG_IFB');
  const guarded = network.guard !== undefined && Object.values(network.guard).includes(true);
  if (guarded) need(kernel.nftBridge !== false, 'guards of its ports', 'CONFIG_NF_TABLES_BRIDGE');
  return refusals;
}

/** The same for an interface of the host. */
export function interfaceSupports(definition: HostInterface, { kernel }: HostFacts): ViaductError | undefined {
  const { name, type } = definition;
  const parts = type === 'bridge' ? definition.ports : [definition];
  const refusal = (what: string, option: string) =>
    new ViaductError('kernel-lacks', `Interface '${name}' asks for ${what}, and this kernel is built without ${option}.`, {
      hint: `Load the module or boot a kernel with ${option}.`,
      params: { interface: name, option },
    });
  if (parts.some((part) => part.type === 'vlan') && !kernel.vlan8021q) return refusal('a VLAN device', 'CONFIG_VLAN_8021Q');
  if (type === 'bridge' && definition.vlanFiltering === true && !kernel.vlanFiltering)
    return refusal('a bridge that filters VLANs', 'CONFIG_BRIDGE_VLAN_FILTERING');
  return undefined;
}

/** Guards that look into frames drop those that have a tag: of a trunk they would leave nothing. */
export function trunkRefusal(network: Network, ports: readonly Port[]): ViaductError | undefined {
  const cut = ports.find((port) => {
    const vlan = vlanOf(network, port);
    const guard = mergeGuards(network.guard, port.guard);
    return guardNames.some((name) => name !== 'mac' && guard[name] === true) && vlan !== undefined && isTrunk(vlan);
  });
  if (cut === undefined) return undefined;
  const { name, owner } = cut;
  return new ViaductError(
    'config-unsupported',
    `Port '${name ?? owner.name}' of network '${network.name}' is a trunk, and its guards drop every frame with a tag`,
    {
      hint: 'Only the guard mac lets tagged frames through, since the others cannot see what is in them.',
      params: { network: network.name },
    },
  );
}

function isTrunk(vlan: Vlan): boolean {
  return portVlans(vlan).some(({ untagged }) => !untagged);
}

function lacks({ name }: Network, what: string, option: string): ViaductError {
  return new ViaductError('kernel-lacks', `Network '${name}' asks for ${what}, and this kernel is built without ${option}.`, {
    hint: `Load the module or boot a kernel with ${option}, or leave it out of the network.`,
    params: { network: name, option },
  });
}
