import { assertNever } from '../../model/errors.ts';
import type {
  Bandwidth,
  Bridge,
  Dhcp,
  Dns,
  Forward,
  IpBlock,
  Network,
  NetworkDraft,
  PortGroup,
  StaticRoute,
  Vlan,
} from '../../model/network.ts';
import { forwardName, targetText } from '../../model/port-forward.ts';
import { trunkOf } from '../../model/vlan.ts';
import type { NetworkSpec } from './schema.ts';
import { writeAddressed, writeLease, writePci, writeSpan } from './text.ts';

/** The specification of a network as a plain value, shortest spelling first. Absent fields are undefined. */
export function writeSpec(network: Network | NetworkDraft): Record<string, unknown> {
  const { name, uuid, title, description, bridge, mtu, mac, domain, dns, vlan, bandwidth } = network;
  return {
    apiVersion: 'viaduct/v1',
    kind: 'Network',
    name,
    uuid,
    title,
    description,
    ...writeForward(network),
    bridge: bridge && writeBridge(bridge),
    mtu,
    mac,
    domain: domain && short('name', { ...domain }),
    dns: dns && writeDns(dns),
    addresses: some(network.ips.map(writeBlock)),
    routes: some(network.routes.map(writeRoute)),
    vlan: vlan && writeVlan(vlan),
    bandwidth: bandwidth && writeBandwidth(bandwidth),
    isolatedPorts: network.portIsolated,
    guestIpv6: network.ipv6,
    trustGuestRxFilters: network.trustGuestRxFilters,
    virtualPort: network.virtualPort,
    portgroups: some(network.portGroups.map(writePortGroup)),
    forwards: some((network.forwards ?? []).map((forward) => `${forwardName(forward)} ${targetText(forward)}`)),
    guard: network.guard,
    dnsmasq: some(network.dnsmasqOptions),
    metadata: some(network.metadata.map(({ xml }) => xml)),
  };
}

/** Spanning tree without a delay is what every bridge has unless told otherwise. */
function writeBridge({ stp, delay, ...bridge }: Bridge): unknown {
  const written = { ...bridge, stp: stp === false ? false : undefined, delay: delay === 0 ? undefined : delay };
  return isEmpty(written) ? undefined : short('name', written);
}

function writeForward({ forward, ips }: Network | NetworkDraft): Record<string, unknown> {
  switch (forward.mode) {
    case 'isolated':
      return { mode: ips.length === 0 ? 'very-isolated' : 'isolated' };
    case 'nat': {
      const { ipv6, address, port } = forward.nat ?? {};
      return {
        mode: 'nat',
        uplink: forward.uplink,
        nat: forward.nat && { ipv6, addresses: address && writeSpan(address), ports: port && writeSpan(port) },
      };
    }
    case 'route':
      return { mode: 'route', uplink: forward.uplink };
    case 'open':
      return { mode: 'open' };
    case 'bridge':
    case 'private':
    case 'vepa':
    case 'passthrough':
    case 'hostdev':
      return {
        mode: poolMode(forward),
        devices: some(forward.interfaces),
        pf: forward.pf,
        pci: some(forward.addresses.map(writePci)),
        managed: forward.managed,
        driver: forward.driver,
      };
    default:
      return assertNever(forward);
  }
}

function poolMode({ mode, interfaces, pf }: Extract<Forward, { readonly interfaces: readonly string[] }>): NetworkSpec['mode'] {
  if (mode === 'hostdev') return mode;
  return mode === 'bridge' && interfaces.length === 0 && pf === undefined ? 'bridge' : `macvtap-${mode}`;
}

function writeBlock(ip: IpBlock): unknown {
  return short('address', {
    address: writeAddressed(ip),
    family: ip.familyWritten === true ? ip.family : undefined,
    localPtr: ip.localPtr,
    tftp: ip.tftpRoot,
    dhcp: ip.dhcp && writeDhcp(ip.dhcp),
  });
}

function writeDhcp({ ranges, hosts, bootp }: Dhcp): unknown {
  return {
    ranges: some(
      ranges.map(({ start, end, lease }) =>
        short('addresses', { addresses: writeSpan({ start, end }), lease: lease && writeLease(lease) }),
      ),
    ),
    hosts: some(hosts.map(({ lease, ...host }) => ({ ...host, lease: lease && writeLease(lease) }))),
    boot: bootp && short('file', { ...bootp }),
  };
}

function writeRoute({ family, metric, gateway, ...to }: StaticRoute): unknown {
  return { to: writeAddressed(to), via: gateway, metric, family: family === 'ipv4' ? family : undefined };
}

function writeDns({ enable, forwardPlainNames, forwarders, txts, srvs, hosts }: Dns): unknown {
  if (enable === false && forwardPlainNames === undefined && forwarders.length + txts.length + srvs.length + hosts.length === 0)
    return false;
  return {
    enable,
    forwardPlainNames,
    forwarders: some(forwarders.map(({ domain, addr }) => short('address', { domain, address: addr }))),
    txt: some(txts),
    srv: some(srvs),
    hosts: some(hosts.map(({ ip, hostnames }) => ({ ip, names: hostnames }))),
  };
}

/** As a number or a list where that says it all. */
function writeVlan(vlan: Vlan): unknown {
  const { trunk, tags } = vlan;
  const [only] = tags;
  if (trunk === undefined && tags.length === 1 && only?.nativeMode === undefined) return only?.id;
  const native = tags.find(({ nativeMode }) => nativeMode === 'untagged')?.id;
  const again = trunkOf(
    tags.map(({ id }) => id),
    native,
  );
  if (JSON.stringify(again) === JSON.stringify({ trunk, tags }))
    return { trunk: tags.flatMap(({ id }) => (id === native ? [] : [id])), native };
  return { trunk, tags: tags.map(({ id, nativeMode }) => (nativeMode === undefined ? id : { id, native: nativeMode })) };
}

function writeBandwidth({ inbound, outbound }: Bandwidth): unknown {
  return { inbound, outbound };
}

function writePortGroup({ vlan, bandwidth, ...group }: PortGroup): unknown {
  return { ...group, vlan: vlan && writeVlan(vlan), bandwidth: bandwidth && writeBandwidth(bandwidth) };
}

/** The field alone where nothing else is said. */
function short(field: string, value: Readonly<Record<string, unknown>>): unknown {
  const said = Object.keys(value).filter((name) => value[name] !== undefined);
  return said.length === 1 && said[0] === field ? value[field] : value;
}

function isEmpty(value: Readonly<Record<string, unknown>>): boolean {
  return Object.values(value).every((field) => field === undefined);
}

function some<Value>(values: readonly Value[]): readonly Value[] | undefined {
  return values.length === 0 ? undefined : values;
}
