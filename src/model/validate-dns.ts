import { parseAddress } from './address.ts';
import { about, inPart } from './blame.ts';
import { ViaductError } from './errors.ts';
import type { Dns, DnsHost, DnsSrv, DnsTxt, NetworkDraft } from './network.ts';
import { oneField, oneLine } from './validate-text.ts';

export function validateDomain({ name, domain }: NetworkDraft): void {
  if (domain === undefined) return;
  inPart(domain, () => {
    oneField(domain.name, 'xml-invalid', `domain name '${domain.name}' of network '${name}'`);
    if (domain.register !== true || domain.localOnly === true) return;
    throw new ViaductError(
      'config-unsupported',
      `attribute 'register=yes' in <domain> element requires 'localOnly=yes' in network ${name}`,
    );
  });
}

export function validateDns({ name, dns }: NetworkDraft): void {
  if (dns === undefined) return;
  if (dns.enable === false && dns.forwarders.length + dns.txts.length + dns.srvs.length + dns.hosts.length > 0) {
    throw about(
      dns,
      new ViaductError('xml-invalid', `Extra data in disabled network '${name}'`, {
        hint: "With <dns enable='no'> there is nobody to serve records: remove them.",
      }),
    );
  }
  for (const forwarder of dns.forwarders) inPart(forwarder, () => validateForwarder(forwarder, name));
  for (const txt of dns.txts) inPart(txt, () => validateTxt(txt, name));
  for (const srv of dns.srvs) inPart(srv, () => validateSrv(srv, name));
  for (const host of dns.hosts) inPart(host, () => validateDnsHost(host, name));
}

function validateForwarder({ domain, addr }: Dns['forwarders'][number], network: string): void {
  if (domain === undefined && addr === undefined) {
    throw new ViaductError('xml-invalid', 'Invalid forwarder element, must contain at least one of addr or domain');
  }
  if (addr !== undefined && parseAddress(addr) === undefined) {
    throw new ViaductError('xml-invalid', `Invalid forwarder IP address '${addr}' in network '${network}'`);
  }
  if (domain !== undefined) oneField(domain, 'xml-invalid', `forwarder domain '${domain}' of network '${network}'`);
}

function validateTxt({ name, value }: DnsTxt, network: string): void {
  oneField(name, 'xml-value', `DNS TXT record name '${name}' of network ${network}`);
  if (value === undefined) {
    throw new ViaductError('xml-value', `missing required value attribute in DNS TXT record named '${name}' of network ${network}`);
  }
  oneLine(value, 'xml-value', `value of DNS TXT record named '${name}' of network ${network}`);
}

/** Bytes: a DNS message of 512 without what RFC 2782 puts around the name. */
const longestService = 482;

function validateSrv(srv: DnsSrv, network: string): void {
  const { service, protocol, domain, target } = srv;
  if (service === undefined)
    throw new ViaductError('xml-value', `missing required service attribute in DNS SRV record of network '${network}'`);
  if (service.length > longestService) {
    throw new ViaductError(
      'xml-value',
      `service attribute '${service}' in network '${network}' is too long, limit is ${longestService} bytes`,
    );
  }
  if (protocol === undefined) {
    throw new ViaductError('xml-value', `missing required protocol attribute in DNS SRV record '${service}' of network '${network}'`);
  }
  for (const [field, text] of Object.entries({ service, protocol, domain, target })) {
    if (text !== undefined) oneField(text, 'xml-value', `${field} '${text}' of DNS SRV record '${service}' of network '${network}'`);
  }
  for (const [field, least] of [
    ['port', 1],
    ['priority', 0],
    ['weight', 0],
  ] as const) {
    const value = srv[field];
    if (value === undefined) continue;
    if (target === undefined) {
      throw new ViaductError(
        'xml-value',
        `DNS SRV ${field} attribute not permitted without target for service '${service}' in network '${network}'`,
      );
    }
    if (value < least || value > 65535) {
      throw new ViaductError('xml-value', `invalid DNS SRV ${field} attribute for service '${service}' in network '${network}'`, {
        hint: `Use a number from ${least} to 65535.`,
      });
    }
  }
}

function validateDnsHost({ ip, hostnames }: DnsHost, network: string): void {
  if (ip === '') throw new ViaductError('xml-value', `Missing IP address in network '${network}' DNS HOST record`);
  if (parseAddress(ip) === undefined)
    throw new ViaductError('xml-value', `Invalid IP address in network '${network}' DNS HOST record`, { params: { address: ip } });
  if (hostnames.length === 0) throw new ViaductError('xml-value', `Missing hostname in network '${network}' DNS HOST record`);
  for (const hostname of hostnames) oneField(hostname, 'xml-value', `hostname '${hostname}' in network '${network}' DNS HOST record`);
}
