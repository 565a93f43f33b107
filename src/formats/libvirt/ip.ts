import { canonicalAddress, parseAddress } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import type { Dhcp, DhcpHost, DhcpRange, IpBlock, LeaseTime, StaticRoute } from '../../model/network.ts';
import { isMulticastMac, parseMac, type Mac } from '../../model/units.ts';
import { readEach } from './place.ts';
import { present, readCNumber, readNumber, readWord, readYesNo, required } from './read.ts';
import { attribute, child, children, filled, type XmlElement } from './xml.ts';
import { block, element as out, yesNo, type XmlOut } from './xml-writer.ts';

/** What the addresses mean to each other is for `validateNetwork` to judge. */
export function parseIp(element: XmlElement, network: string): IpBlock {
  const family = readFamily(element, `Unrecognized family '${attribute(element, 'family')}' in network '${network}'`);
  const address = required(element, 'address', 'xml-invalid', `Missing required address attribute in network '${network}'`);
  if (parseAddress(address)?.family === 'ipv6' && family === undefined) {
    throw new ViaductError('config-unsupported', `no family specified for non-IPv4 address '${address}' in network '${network}'`, {
      hint: "Add family='ipv6'.",
    });
  }
  const [dhcp, second] = children(element, 'dhcp');
  if (second !== undefined) {
    throw new ViaductError('config-unsupported', `multiple <dhcp> elements in one <ip> of network '${network}'`, {
      hint: 'Put all ranges and hosts into one <dhcp>.',
    });
  }
  const tftp = child(element, 'tftp');
  return {
    family: family ?? 'ipv4',
    ...present({
      familyWritten: family === 'ipv4' ? true : undefined,
      netmask: canonical(filled(element, 'netmask')),
      prefix: readNumber(element, 'prefix') || undefined,
      localPtr: readYesNo(element, 'localPtr'),
      tftpRoot: tftp && filled(tftp, 'root'),
      dhcp: dhcp && parseDhcp(dhcp, network),
    }),
    address: canonicalAddress(address),
  };
}

/** Undefined without a range or host: a lone `<bootp>` is dropped, as libvirt does. */
function parseDhcp(element: XmlElement, network: string): Dhcp | undefined {
  const ranges = readEach(element, 'range', (range) => parseRange(range, network));
  const hosts = readEach(element, 'host', (host) => parseHost(host, network));
  const bootp = children(element, 'bootp').findLast((candidate) => filled(candidate, 'file') !== undefined);
  if (ranges.length === 0 && hosts.length === 0) return undefined;
  return {
    ranges,
    hosts,
    ...present({
      bootp: bootp && { file: filled(bootp, 'file') ?? '', ...present({ server: canonical(filled(bootp, 'server')) }) },
    }),
  };
}

export function parseRange(element: XmlElement, network: string): DhcpRange {
  const end = (name: string) =>
    canonicalAddress(required(element, name, 'xml-invalid', `Missing '${name}' attribute in dhcp range for network '${network}'`));
  return { start: end('start'), end: end('end'), ...present({ lease: parseLease(element) }) };
}

/** Any field may be missing: a deletion needs only one of them. */
export function parseHost(element: XmlElement, network: string): DhcpHost {
  const macWritten = attribute(element, 'mac');
  const mac = parseHostMac(macWritten, network);
  return present({
    mac,
    macWritten: macWritten === mac ? undefined : macWritten,
    id: filled(element, 'id'),
    name: attribute(element, 'name'),
    ip: canonical(filled(element, 'ip')),
    lease: parseLease(element),
  });
}

function parseHostMac(text: string | undefined, network: string): Mac | undefined {
  if (text === undefined) return undefined;
  const mac = parseMac(text);
  if (mac === undefined) throw new ViaductError('xml-invalid', `Cannot parse MAC address '${text}' in network '${network}'`);
  if (isMulticastMac(mac)) {
    throw new ViaductError('xml-invalid', `expected unicast mac address, found multicast '${mac}' in network '${network}'`);
  }
  return mac;
}

/** Without a unit it is minutes; a lease that never ends has none. */
function parseLease(parent: XmlElement): LeaseTime | undefined {
  const element = child(parent, 'lease');
  if (element === undefined) return undefined;
  const unit = readWord(element, 'unit', ['seconds', 'minutes', 'hours']);
  const expiry = readCNumber(element, 'expiry');
  if (expiry === undefined) return undefined;
  return expiry === 0 ? { expiry } : { expiry, unit: unit ?? 'minutes' };
}

export function formatIp({ family, familyWritten, address, netmask, prefix, localPtr, tftpRoot, dhcp }: IpBlock): XmlOut {
  const shownFamily = family === 'ipv6' || familyWritten === true ? family : undefined;
  return block('ip', { family: shownFamily, address, netmask, prefix, localPtr: yesNo(localPtr) }, [
    ...(tftpRoot === undefined ? [] : [out('tftp', { root: tftpRoot })]),
    ...(dhcp === undefined ? [] : [formatDhcp(dhcp)]),
  ]);
}

function formatDhcp({ ranges, hosts, bootp }: Dhcp): XmlOut {
  return out('dhcp', {}, [
    ...ranges.map(formatRange),
    ...hosts.map(formatHost),
    ...(bootp === undefined ? [] : [out('bootp', { file: bootp.file, server: bootp.server })]),
  ]);
}

function formatRange({ start, end, lease }: DhcpRange): XmlOut {
  return out('range', { start, end }, formatLease(lease));
}

function formatHost({ mac, macWritten = mac, id, name, ip, lease }: DhcpHost): XmlOut {
  return out('host', { mac: macWritten, id, name, ip }, formatLease(lease));
}

function formatLease(lease: LeaseTime | undefined): readonly XmlOut[] {
  if (lease === undefined) return [];
  return [out('lease', { expiry: lease.expiry, unit: lease.expiry === 0 ? undefined : (lease.unit ?? 'minutes') })];
}

export function parseRoute(element: XmlElement, network: string): StaticRoute {
  const family = readFamily(element, `${network}: Unrecognized family '${attribute(element, 'family')}' in route definition`);
  const need = (name: string) =>
    canonicalAddress(required(element, name, 'xml-invalid', `${network}: Missing required ${name} attribute in route definition`));
  return {
    ...present({
      family,
      netmask: canonical(filled(element, 'netmask')),
      prefix: readNumber(element, 'prefix'),
      metric: readNumber(element, 'metric', 1),
    }),
    address: need('address'),
    gateway: need('gateway'),
  };
}

export function formatRoute({ family, address, netmask, prefix, gateway, metric }: StaticRoute): XmlOut {
  return out('route', { family, address, netmask, prefix, gateway, metric });
}

function readFamily(element: XmlElement, refusal: string): 'ipv4' | 'ipv6' | undefined {
  const text = attribute(element, 'family');
  if (text === undefined || text === 'ipv4' || text === 'ipv6') return text;
  throw new ViaductError('xml-invalid', refusal, { hint: 'Use one of: ipv4, ipv6.' });
}

function canonical(text: string | undefined): string | undefined {
  return text === undefined ? undefined : canonicalAddress(text);
}
