import { addressBits, formatAddress, lastOf, parseAddress, subnetOf } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import { assertNever } from '../../model/errors.ts';
import { trunkOf } from '../../model/vlan.ts';
import type { Dhcp, DevicePool, Dns, Forward, IpBlock, NetworkDraft, StaticRoute, Vlan } from '../../model/network.ts';
import { present } from '../libvirt/read.ts';
import type { NetworkSpec } from './schema.ts';
import type { Addressed } from './text.ts';

/** The network a specification means, in libvirt's terms. Whether it holds together is for `validateNetwork`. */
export function readSpec(spec: NetworkSpec): NetworkDraft {
  const { name, uuid, title, description, guestIpv6, trustGuestRxFilters, bridge, mtu, mac, domain, dns, vlan, bandwidth } = spec;
  return {
    name,
    forward: forwardOf(spec),
    metadata: spec.metadata.map((xml) => ({ uri: '', xml })),
    ips: blocksOf(spec).map(ipBlock),
    routes: spec.routes.map(staticRoute),
    portGroups: spec.portgroups.map((group) => present({ ...group, vlan: group.vlan && tagsOf(group.vlan) })),
    dnsmasqOptions: spec.dnsmasq,
    ...present({
      uuid,
      title,
      description,
      ipv6: guestIpv6,
      trustGuestRxFilters,
      bridge,
      mtu,
      mac,
      domain,
      dns: dns && dnsOf(dns),
      vlan: vlan && tagsOf(vlan),
      bandwidth,
      portIsolated: spec.isolatedPorts,
      virtualPort: spec.virtualPort,
      forwards: spec.forwards.length === 0 ? undefined : spec.forwards,
      guard: spec.guard && present(spec.guard),
    }),
  };
}

type Block = NonNullable<NetworkSpec['addresses']>[number];

function forwardOf({ mode, uplink, nat, devices = [], pf, pci = [], managed, driver }: NetworkSpec): Forward {
  const pool: DevicePool = { interfaces: devices, addresses: pci, ...present({ pf, driver }) };
  switch (mode) {
    case 'isolated':
    case 'very-isolated':
      return { mode: 'isolated' };
    case 'nat':
      return { mode, ...present({ uplink, nat: nat && present({ ipv6: nat.ipv6, address: nat.addresses, port: nat.ports }) }) };
    case 'route':
      return { mode, ...present({ uplink }) };
    case 'open':
      return { mode };
    case 'bridge':
    case 'macvtap-bridge':
      return { mode: 'bridge', ...pool };
    case 'macvtap-private':
      return { mode: 'private', ...pool };
    case 'macvtap-vepa':
      return { mode: 'vepa', ...pool };
    case 'macvtap-passthrough':
      return { mode: 'passthrough', ...pool };
    case 'hostdev':
      return { mode, managed: managed ?? false, ...pool };
    default:
      return assertNever(mode);
  }
}

/** `subnet` and `dhcp` are short for one of `addresses`. A subnet is known by its host part, which is empty. */
function blocksOf({ subnet, dhcp, addresses = [] }: NetworkSpec): readonly Block[] {
  if (subnet === undefined) return addresses;
  const block = subnetOf(subnet);
  const first = block && formatAddress({ family: block.family, value: block.base + 1n });
  const isSubnet = block !== undefined && block.base === parseAddress(subnet.address)?.value;
  return [{ address: isSubnet && first !== undefined ? { ...subnet, address: first } : subnet, ...present({ dhcp }) }];
}

function ipBlock({ address, family, localPtr, tftp, dhcp }: Block): IpBlock {
  const actual = parseAddress(address.address)?.family ?? 'ipv4';
  return {
    family: family ?? actual,
    ...address,
    ...present({ familyWritten: family === 'ipv4' ? true : undefined, localPtr, tftpRoot: tftp, dhcp: dhcp && dhcpOf(dhcp, address) }),
  };
}

function dhcpOf({ ranges, hosts, boot }: NonNullable<Block['dhcp']>, address: Addressed): Dhcp {
  return {
    ranges:
      ranges.length + hosts.length === 0
        ? wholeSubnet(address)
        : ranges.map(({ addresses, lease }) => ({ ...addresses, ...present({ lease }) })),
    hosts: hosts.map((host) => present(host)),
    ...present({ bootp: boot && present(boot) }),
  };
}

/**
 * What is left of the subnet beside the host's address: in IPv4 without the first and the last address, in
 * IPv6 from the 256th on, which leaves low numbers to name servers and the like. It ends with the first 65,536
 * addresses, because libvirt refuses larger ranges.
 */
function wholeSubnet(spec: Addressed): Dhcp['ranges'] {
  const subnet = subnetOf(spec);
  const host = parseAddress(spec.address);
  if (subnet === undefined || host === undefined || addressBits(subnet.family) - subnet.prefix < 2) return [];
  const { family, base } = subnet;
  const lowest = base + (family === 'ipv4' ? 1n : 0x100n);
  const start = host.value === lowest ? lowest + 1n : lowest;
  const highest = lastOf(subnet) - (family === 'ipv4' ? 1n : 0n);
  const last = host.value === highest ? highest - 1n : highest;
  const end = last > base + 0xffffn ? base + 0xffffn : last;
  const text = (value: Address['value']) => formatAddress({ family, value });
  return end < start ? [] : [{ start: text(start), end: text(end) }];
}

function staticRoute({ to, via, metric, family }: NetworkSpec['routes'][number]): StaticRoute {
  const isIpv6 = parseAddress(to.address)?.family === 'ipv6';
  return { ...present({ family: family ?? (isIpv6 ? ('ipv6' as const) : undefined), metric }), ...to, gateway: via };
}

function dnsOf({ enable, forwardPlainNames, forwarders, txt, srv, hosts }: NonNullable<NetworkSpec['dns']>): Dns {
  return {
    ...present({ enable, forwardPlainNames }),
    forwarders: forwarders.map(({ domain, address }) => present({ domain, addr: address })),
    txts: txt.map((record) => present(record)),
    srvs: srv.map((record) => present(record)),
    hosts: hosts.map(({ ip, names }) => ({ ip, hostnames: names })),
  };
}

function tagsOf({ access, trunk, native, tags = [] }: NonNullable<NetworkSpec['vlan']>): Vlan {
  if (access !== undefined) return { tags: [{ id: access }] };
  if (typeof trunk === 'object') return trunkOf(trunk.flat(), native);
  return { ...present({ trunk }), tags: tags.map(({ id, native: mode }) => ({ id, ...present({ nativeMode: mode }) })) };
}
