import { canonicalAddress, netmaskOfPrefix, parseAddress, prefixOf, subnetOf } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import type { DhcpRange, Dns, DnsSrv, IpBlock, NetworkDraft } from '../../model/network.ts';
import { leaseTime } from './dnsmasq-hosts.ts';

/** Absolute paths of one network's dnsmasq files. */
export interface DnsmasqPaths {
  readonly pid: string;
  readonly leases: string;
  readonly hosts: string;
  readonly addnhosts: string;
  /** The host's own resolvers, as `server=` lines. */
  readonly servers: string;
}

/** The lines and their order are libvirt's; the order of `server=` matters under `strict-order`. */
export function confLines(network: NetworkDraft, paths: Pick<DnsmasqPaths, 'pid' | 'hosts' | 'addnhosts'>, binding: string): string[] {
  const { domain, dns, ips, mtu } = network;
  const dhcp = dhcpBlocks(network);
  const dhcp6 = dhcp.some(({ family }) => family === 'ipv6');
  const isolated = network.forward.mode === 'isolated';
  const tftpRoots = ips.flatMap(({ family, tftpRoot }) => (family === 'ipv4' && tftpRoot !== undefined ? [tftpRoot] : []));
  return [
    'strict-order',
    ...(wantsDns(network) ? forwarderLines(dns) : ['port=0']),
    ...(domain?.localOnly === true ? [`local=/${domain.name}/`] : []),
    ...(domain === undefined ? [] : [`domain=${domain.name}`, 'expand-hosts']),
    ...ips.filter(({ localPtr }) => localPtr === true).map((ip) => `local=/${reverseZone(ip)}/`),
    ...(wantsDns(network) && dns?.forwardPlainNames === false ? ['domain-needed', 'local=//'] : []),
    `pid-file=${paths.pid}`,
    'except-interface=lo',
    binding,
    `interface=${bridgeOf(network)}`,
    // No default route to a place without one, no names from outside, and "no router here" to IPv6 guests.
    ...(isolated ? ['dhcp-option=3', 'no-resolv', 'ra-param=*,0,0'] : []),
    ...(wantsDns(network) ? recordLines(dns) : []),
    ...tftpRoots.flatMap((root) => ['enable-tftp', `tftp-root=${root}`]),
    ...dhcp.flatMap(dhcpLines),
    ...leaseMaxLine(dhcp),
    ...(dhcp.length > 0 ? [`dhcp-hostsfile=${paths.hosts}`] : []),
    ...(wantsDns(network) ? [`addn-hosts=${paths.addnhosts}`] : []),
    ...(mtu === undefined || mtu === 0 ? [] : [`dhcp-option=option:mtu,${mtu}`]),
    ...(dhcp6
      ? ['enable-ra']
      : ips.filter(({ family }) => family === 'ipv6').map(({ address }) => `dhcp-range=${canonicalAddress(address)},ra-only`)),
  ];
}

function forwarderLines(dns: Dns | undefined): string[] {
  const forwarders = dns?.forwarders ?? [];
  const servers = forwarders.map(({ domain, addr }) =>
    domain === undefined ? `server=${addr ?? ''}` : `server=/${domain}/${addr ?? '#'}`,
  );
  return hasPlainForwarder(dns) ? [...servers, 'no-resolv'] : servers;
}

function recordLines(dns: Dns | undefined): string[] {
  return [
    ...(dns?.txts ?? []).map(({ name, value }) => `txt-record=${value === undefined ? name : `${name},${value}`}`),
    ...(dns?.srvs ?? []).map(srvLine),
  ];
}

/** What follows the name is found by its position, so an absent field before a given one needs its default. */
function srvLine({ service, protocol, domain, target, port, priority, weight }: DnsSrv): string {
  const name = `srv-host=_${service}._${protocol}${domain === undefined ? '' : `.${domain}`}`;
  if (target === undefined || target === '.') return name;
  if (weight) return `${name},${target},${port || 1},${priority ?? 0},${weight}`;
  if (priority) return `${name},${target},${port || 1},${priority}`;
  return port ? `${name},${target},${port}` : `${name},${target}`;
}

function dhcpLines(ip: IpBlock): string[] {
  const { ranges, bootp } = ip.dhcp!;
  const prefix = prefixOf(ip)!;
  const mask = ip.family === 'ipv4' ? netmaskOfPrefix(prefix) : `${prefix}`;
  const lines = ranges.map(
    ({ start, end, lease }) =>
      `dhcp-range=${[canonicalAddress(start), canonicalAddress(end), mask, ...(lease ? [leaseTime(lease)] : [])].join(',')}`,
  );
  // Reservations alone do not switch DHCP on: it takes a range, which may be empty of free addresses.
  if (ranges.length === 0) lines.push(`dhcp-range=${canonicalAddress(ip.address)},static${ip.family === 'ipv6' ? `,${prefix}` : ''}`);
  if (ip.family === 'ipv6') return lines;
  lines.push('dhcp-no-override', 'dhcp-authoritative');
  if (bootp !== undefined) lines.push(`dhcp-boot=${bootp.file}${bootp.server === undefined ? '' : `,,${bootp.server}`}`);
  return lines;
}

function leaseMaxLine(blocks: readonly IpBlock[]): string[] {
  const sizes = blocks.flatMap(({ dhcp }) => dhcp!.ranges.map(rangeSize));
  return sizes.length === 0 ? [] : [`dhcp-lease-max=${sizes.reduce((sum, size) => sum + size, 0n)}`];
}

function rangeSize({ start, end }: DhcpRange): bigint {
  return parseAddress(end)!.value - parseAddress(start)!.value + 1n;
}

/** The `<ip>`s that serve DHCP, IPv4 before IPv6: at most one of each family, with a range or a reservation. */
export function dhcpBlocks({ ips }: NetworkDraft): IpBlock[] {
  const serving = ips.filter(({ dhcp }) => dhcp !== undefined && dhcp.ranges.length + dhcp.hosts.length > 0);
  return (['ipv4', 'ipv6'] as const).flatMap((family) => serving.find((ip) => ip.family === family) ?? []);
}

/** `192.168.122.1/24` → `122.168.192.in-addr.arpa`. Zones end at a whole label: 8 bits for IPv4, 4 for IPv6. */
function reverseZone(ip: IpBlock): string {
  const prefix = prefixOf(ip)!;
  const [bits, step, radix, top] = ip.family === 'ipv4' ? ([32, 8, 10, 'in-addr.arpa'] as const) : ([128, 4, 16, 'ip6.arpa'] as const);
  if (prefix === 0 || prefix >= bits || prefix % step !== 0)
    throw new ViaductError(
      'config-unsupported',
      `PTR domain for ${ip.family === 'ipv4' ? 'IPv4' : 'IPv6'} network with prefix ${prefix} cannot be automatically created`,
      { hint: `With localPtr the prefix has to be a multiple of ${step}.` },
    );
  const { base } = subnetOf(ip)!;
  const labels: string[] = [];
  for (let shift = bits - prefix; shift < bits; shift += step)
    labels.push(((base >> BigInt(shift)) & ((1n << BigInt(step)) - 1n)).toString(radix));
  return `${labels.join('.')}.${top}`;
}

export function wantsDns({ dns }: NetworkDraft): boolean {
  return dns?.enable !== false;
}

export function hasPlainForwarder(dns: Dns | undefined): boolean {
  return (dns?.forwarders ?? []).some(({ domain }) => domain === undefined);
}

export function bridgeOf({ bridge }: NetworkDraft): string {
  return (bridge?.name ?? 'virbr%d').replace('%d', '0');
}
