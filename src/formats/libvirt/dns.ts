import { canonicalAddress } from '../../model/address.ts';
import { ViaductError } from '../../model/errors.ts';
import type { Dns, DnsHost, DnsSrv, DnsTxt } from '../../model/network.ts';
import { readChild, readEach } from './place.ts';
import { parseDecimal, present, readWith, readYesNo } from './read.ts';
import { attribute, children, filled, textOf, type XmlElement } from './xml.ts';
import { element as out, yesNo, type XmlOut } from './xml-writer.ts';

/** What is missing in a record is for `validateNetwork` to say. */
function parseDns(element: XmlElement, network: string): Dns | undefined {
  return saying({
    ...present({ enable: readYesNo(element, 'enable'), forwardPlainNames: readYesNo(element, 'forwardPlainNames') }),
    forwarders: readEach(element, 'forwarder', parseForwarder),
    txts: readEach(element, 'txt', (txt) => parseTxt(txt, network)),
    srvs: readEach(element, 'srv', (srv) => parseSrv(srv, network)),
    hosts: readEach(element, 'host', (host) => parseDnsHost(host, network)),
  });
}

/** Undefined for an element that would say nothing. */
export function saying(dns: Dns): Dns | undefined {
  const { enable, forwardPlainNames, forwarders, txts, srvs, hosts } = dns;
  const records = forwarders.length + txts.length + srvs.length + hosts.length;
  return records > 0 || enable !== undefined || forwardPlainNames !== undefined ? dns : undefined;
}

function parseForwarder(element: XmlElement): Dns['forwarders'][number] {
  const addr = attribute(element, 'addr');
  return present({ domain: attribute(element, 'domain'), addr: addr === undefined ? undefined : canonicalAddress(addr) });
}

export function parseTxt(element: XmlElement, network: string): DnsTxt {
  const name = filled(element, 'name');
  if (name === undefined) throw new ViaductError('xml-value', `missing required name attribute in DNS TXT record of network ${network}`);
  return { name, ...present({ value: attribute(element, 'value') }) };
}

/** A priority or weight of 0 is the default and says nothing. */
export function parseSrv(element: XmlElement, network: string): DnsSrv {
  const service = filled(element, 'service');
  const number = (name: string) =>
    readWith(
      element,
      name,
      parseDecimal,
      'xml-value',
      () => `invalid DNS SRV ${name} attribute for service '${service ?? ''}' in network '${network}'`,
    );
  return present({
    service,
    protocol: filled(element, 'protocol'),
    domain: filled(element, 'domain'),
    target: filled(element, 'target'),
    port: number('port'),
    priority: number('priority') || undefined,
    weight: number('weight') || undefined,
  });
}

/** An address or a name may be missing: a deletion needs only one of them. */
export function parseDnsHost(element: XmlElement, network: string): DnsHost {
  const ip = filled(element, 'ip');
  const hostnames = children(element, 'hostname').map((hostname) => textOf(hostname).trim());
  if (hostnames.includes('')) throw new ViaductError('xml-value', `Missing hostname in network '${network}' DNS HOST record`);
  if (ip === undefined && hostnames.length === 0) {
    throw new ViaductError('xml-value', `Missing ip and hostname in network '${network}' DNS HOST record`);
  }
  return { ip: ip === undefined ? '' : canonicalAddress(ip), hostnames };
}

export function formatDns({ enable, forwardPlainNames, forwarders, txts, srvs, hosts }: Dns): XmlOut {
  return out('dns', { enable: yesNo(enable), forwardPlainNames: yesNo(forwardPlainNames) }, [
    ...forwarders.map(({ domain, addr }) => out('forwarder', { domain, addr })),
    ...txts.map(({ name, value }) => out('txt', { name, value })),
    ...srvs.map(({ service, protocol, domain, target, port, priority, weight }) =>
      out('srv', { service, protocol, domain, target, port, priority, weight }),
    ),
    ...hosts.map(({ ip, hostnames }) =>
      out(
        'host',
        { ip },
        hostnames.map((hostname) => out('hostname', {}, hostname)),
      ),
    ),
  ]);
}

/** `<domain>`: without a name it says nothing. */
export function parseDomain(element: XmlElement): { name: string; localOnly?: boolean; register?: boolean } | undefined {
  const flags = present({ localOnly: readYesNo(element, 'localOnly'), register: readYesNo(element, 'register') });
  const name = filled(element, 'name');
  return name === undefined ? undefined : { name, ...flags };
}

/** The first `<dns>` of a network. */
export function dnsOf(network: XmlElement, name: string): Dns | undefined {
  return readChild(network, 'dns', (element) => parseDns(element, name));
}
