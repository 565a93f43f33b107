import {
  addressBits,
  canonicalAddress,
  contains,
  formatAddress,
  lastOf,
  parseAddress,
  prefixOf,
  prefixOfNetmask,
  subnetOf,
  type Address,
  type Subnet,
} from './address.ts';
import { about, inPart } from './blame.ts';
import { ViaductError } from './errors.ts';
import type { Dhcp, DhcpHost, DhcpRange, IpBlock, LeaseTime, NetworkDraft, StaticRoute } from './network.ts';
import { oneField, oneLine } from './validate-text.ts';

export function validateIps({ name, ips }: NetworkDraft): void {
  for (const ip of ips) inPart(ip, () => validateIp(ip, name));
  for (const family of ['ipv4', 'ipv6'] as const) {
    const [, second] = ips.filter((ip) => ip.family === family && ip.dhcp !== undefined);
    if (second === undefined) continue;
    throw about(
      second,
      unsupported(
        `Multiple ${family === 'ipv4' ? 'IPv4' : 'IPv6'} dhcp sections found in network '${name}'`,
        'dhcp is supported only for a single address of each family: keep it in one of the <ip> elements.',
      ),
    );
  }
}

function validateIp(ip: IpBlock, network: string): void {
  const { family, address, netmask, prefix, tftpRoot, dhcp } = ip;
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new ViaductError('xml-invalid', `Invalid address '${address}' in network '${network}'`);
  if (parsed.family !== family) {
    const specified = family === 'ipv4' ? 'ipv4 family specified for non-IPv4' : "Family 'ipv6' specified for non-IPv6";
    throw unsupported(`${specified} address '${address}' in network '${network}'`);
  }
  if (netmask !== undefined) {
    if (family === 'ipv6')
      throw unsupported(`netmask not allowed for IPv6 address '${address}' in network '${network}'`, "Use prefix='64'.");
    if (prefix !== undefined) throw unsupported(`Network '${network}' IP address cannot have both a prefix and a netmask`);
    if (prefixOfNetmask(netmask) === undefined) {
      throw new ViaductError('xml-invalid', `Invalid netmask '${netmask}' for address '${address}' in network '${network}'`);
    }
  }
  if (prefix !== undefined && prefix > addressBits(family)) {
    throw unsupported(`Invalid ${family === 'ipv4' ? 'IPv4' : 'IPv6'} prefix '${prefix}' in network '${network}'`);
  }
  const subnet = subnetOf(ip);
  if (subnet === undefined) throw new ViaductError('xml-invalid', `Invalid address '${address}' in network '${network}'`);
  if (tftpRoot !== undefined) {
    if (family === 'ipv6') throw unsupported(`Unsupported <tftp> element in an IPv6 element in network '${network}'`);
    oneLine(tftpRoot, 'xml-invalid', `tftp root of network '${network}'`);
  }
  if (dhcp !== undefined) validateDhcp(dhcp, subnet, parsed, network);
}

function unsupported(message: string, hint?: string): ViaductError {
  return new ViaductError('config-unsupported', message, { hint });
}

function validateDhcp({ ranges, hosts, bootp }: Dhcp, subnet: Subnet, address: Address, network: string): void {
  for (const range of ranges) inPart(range, () => validateRange(range, subnet, address, network));
  for (const host of hosts) inPart(host, () => validateHost(host, subnet.family, network));
  if (bootp === undefined) return;
  oneField(bootp.file, 'xml-invalid', `bootp file '${bootp.file}' of network '${network}'`);
  if (bootp.server !== undefined && parseAddress(bootp.server) === undefined) {
    throw new ViaductError('xml-invalid', `Invalid bootp server address '${bootp.server}' in network '${network}'`);
  }
}

/** More leases than this dnsmasq is not asked to keep; libvirt's limit. */
const largestRange = 65535n;

function validateRange({ start, end, lease }: DhcpRange, subnet: Subnet, address: Address, network: string): void {
  const [from, to] = [start, end].map((text) => {
    const parsed = parseAddress(text);
    if (parsed === undefined) throw new ViaductError('xml-invalid', `Invalid address '${text}' in dhcp range for network '${network}'`);
    return parsed;
  });
  if (from === undefined || to === undefined) return;
  const range = `${start} - ${end}`;
  const where = `${formatAddress(address)}/${subnet.prefix}`;
  const refuse = (message: string) =>
    new ViaductError('range-invalid', message, { hint: `Choose a range inside ${where}.`, params: { network, start, end } });
  if (from.family !== to.family) throw refuse(`mismatch of address family in range ${range}`);
  if (from.family !== subnet.family) throw refuse(`mismatch of address family in range ${range} for network ${formatAddress(address)}`);
  if (!contains(subnet, from) || !contains(subnet, to)) throw refuse(`range ${range} is not entirely within network ${where}`);
  if (from.value > to.value) throw refuse(`range ${range} is reversed`);
  if (subnet.family === 'ipv4') {
    if (from.value === subnet.base) throw refuse(`start of range ${range} in network ${where} is the network address`);
    if (to.value === lastOf(subnet)) throw refuse(`end of range ${range} in network ${where} is the broadcast address`);
  }
  if (to.value - from.value >= largestRange) throw refuse(`range ${range} is too large (> ${largestRange})`);
  validateLease(lease);
}

function validateHost({ mac, id, name, ip, lease }: DhcpHost, family: 'ipv4' | 'ipv6', network: string): void {
  if (family === 'ipv6' && mac !== undefined) {
    throw refused(
      `Invalid to specify MAC address '${mac}' in network '${network}' IPv6 static host definition`,
      "Use the client's DUID: id='0:3:0:1:…'.",
    );
  }
  const badInId = id === undefined ? undefined : /[^0-9a-f:]/i.exec(id)?.[0];
  if (badInId !== undefined) throw refused(`Invalid character '${badInId}' in id '${id}' of network '${network}'`);
  if (name !== undefined) {
    if (!/^[a-z0-9]/i.test(name))
      throw refused(`Cannot use host name '${name}' in network '${network}'`, 'A host name starts with a letter or digit.');
    oneField(name, 'xml-invalid', `host name '${name}' in network '${network}'`);
  }
  if (family === 'ipv4' && mac === undefined && name === undefined) {
    throw refused(`Static host definition in IPv4 network '${network}' must have mac or name attribute`);
  }
  if (family === 'ipv6' && id === undefined && name === undefined) {
    throw refused(`Static host definition in IPv6 network '${network}' must have id or name attribute`);
  }
  if (ip === undefined) throw refused(`Missing IP address in static host definition for network '${network}'`);
  const parsed = parseAddress(ip);
  if (parsed === undefined)
    throw refused(`Invalid IP address in static host definition for network '${network}'`, `'${ip}' is no address.`);
  if (parsed.family !== family)
    throw refused(`Address '${ip}' of a static host definition is in an <ip> of the other family in network '${network}'`);
  validateLease(lease);
}

/**
 * One client, one promise; one address, one client. libvirt takes such a definition and leaves it to dnsmasq, which
 * keeps only one of the promises.
 */
export function validateReservations({ name, ips }: NetworkDraft): void {
  for (const host of ips.flatMap(({ dhcp }) => repeated(dhcp?.hosts ?? []))) {
    throw about(
      host.second,
      refused(`${host.what} '${host.value}' has two static host definitions in network '${name}'`, 'Keep one of them.'),
    );
  }
}

function repeated(hosts: readonly DhcpHost[]): { readonly second: DhcpHost; readonly what: string; readonly value: string }[] {
  const fields = [
    ['MAC address', ({ mac }: DhcpHost) => mac],
    ['Client id', ({ id }: DhcpHost) => id?.toLowerCase()],
    ['IP address', ({ ip }: DhcpHost) => (ip === undefined ? undefined : canonicalAddress(ip))],
  ] as const;
  return fields.flatMap(([what, valueOf]) => {
    const seen = new Set<string>();
    return hosts.flatMap((second) => {
      const value = valueOf(second);
      if (value === undefined) return [];
      if (seen.has(value)) return [{ second, what, value }];
      seen.add(value);
      return [];
    });
  });
}

function refused(message: string, hint?: string): ViaductError {
  return new ViaductError('xml-invalid', message, { hint });
}

const secondsPer = { seconds: 1, minutes: 60, hours: 3600 } as const;

/** dnsmasq raises anything shorter by itself, and keeps the time in 32 bits, of which all ones mean for ever. */
function validateLease(lease: LeaseTime | undefined): void {
  if (lease === undefined || lease.expiry === 0) return;
  const seconds = lease.expiry * secondsPer[lease.unit ?? 'minutes'];
  if (seconds < 120) {
    throw new ViaductError('config-unsupported', 'The minimum lease time should be greater than 2 minutes', {
      hint: 'Use 0 for a lease that never ends.',
    });
  }
  if (seconds >= 2 ** 32 - 1) {
    throw new ViaductError('config-unsupported', 'The lease time is more than 136 years', { hint: 'Use 0 for a lease that never ends.' });
  }
}

/** A gateway has to be a neighbour: inside one of the network's own subnets. */
export function validateRoutes({ name, ips, routes }: NetworkDraft): void {
  const subnets = ips.map((ip) => subnetOf(ip)).filter((subnet) => subnet !== undefined);
  for (const route of routes) {
    inPart(route, () => {
      const gateway = validateRoute(route, name);
      if (subnets.some((subnet) => contains(subnet, gateway))) return;
      throw new ViaductError('config-unsupported', `unreachable static route gateway '${route.gateway}' specified for network '${name}'`, {
        hint: "The gateway has to lie in a subnet of one of the network's <ip> elements.",
      });
    });
  }
}

function validateRoute(route: StaticRoute, network: string): Address {
  const { family = 'ipv4', address, netmask, prefix } = route;
  const refuse = (what: string) => new ViaductError('xml-invalid', `${network}: ${what} in route definition`);
  const destination = parseAddress(address);
  const gateway = parseAddress(route.gateway);
  if (destination === undefined) throw refuse(`Bad network address '${address}'`);
  if (gateway === undefined) throw refuse(`Bad gateway address '${route.gateway}'`);
  for (const [what, text, parsed] of [
    ['address', address, destination],
    ['gateway', route.gateway, gateway],
  ] as const) {
    if (parsed.family === family) continue;
    const label = family === 'ipv4' ? 'IPv4' : 'IPv6';
    throw refuse(
      route.family === undefined
        ? `No family specified for non-IPv4 ${what} '${text}'`
        : `${family} family specified for non-${label} ${what} '${text}'`,
    );
  }
  if (netmask !== undefined && prefix !== undefined) {
    throw new ViaductError('xml-invalid', `${network}: Route definition cannot have both a prefix and a netmask`);
  }
  if (netmask !== undefined && family === 'ipv6') throw refuse(`Specifying netmask invalid for IPv6 address '${address}'`);
  if (netmask !== undefined && prefixOfNetmask(netmask) === undefined) throw refuse(`Bad netmask address '${netmask}'`);
  const bits = addressBits(family);
  if (prefix !== undefined && prefix > bits) throw refuse(`Invalid prefix ${prefix} specified`);
  const sized = netmask !== undefined || prefix !== undefined || destination.value === 0n;
  const length = prefixOf(route);
  const base = sized && length !== undefined ? subnetOf({ ...route, prefix: length })?.base : undefined;
  if (base !== destination.value) {
    throw new ViaductError('xml-invalid', `${network}: Address '${address}' in route definition is not a network address`, {
      hint: sized ? 'The bits below the prefix have to be zero.' : 'Give the route a prefix or a netmask.',
    });
  }
  return gateway;
}
